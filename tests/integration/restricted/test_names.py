"""The names of the REPL in the restricted Python."""

import pytest

from rlm_desktop.repl.host import GivenAnswer
from tests.support.repl import open_repl


async def test_the_corpus_is_there_as_one_text_and_as_documents(repl):
    code = """
print(len(context), context[2:9], len(documents), [document.name for document in documents])
one, two = documents["dues.pdf"], documents[1]
print(one.kind, one.path, len(one), one.text.count("dues"), two.start, "notes.md" in documents)
print(one.pages, one.pages[1][:10], len(list(one.pages)), two.pages, one.page_at(30), two.page_at(3))
print(documents.where(two.start + 10))
print(documents)
"""
    assert (await repl.out(code)).splitlines() == [
        "113 Harbour 2 ['dues.pdf', 'notes.md']",
        "pdf /d/dues.pdf 67 2 67 True",
        "2 # Page two 2 0 2 None",
        "Place(document='notes.md', page=None, line=2, offset_in_document=10, part='')",
        "0: <Document 'dues.pdf': pdf, 2 pages, 67 characters>",
        "1: <Document 'notes.md': md, 46 characters>",
    ]


async def test_a_place_is_told_by_name_and_by_number(repl):
    assert await repl.out("place = where(30)\nprint(place.page, place[2], place.part, list(place)[0])") == (
        "2 2 p. 2 dues.pdf\n"
    )


async def test_peek_grep_and_search_find_the_same_places_as_elsewhere(repl):
    code = """
import re
print(peek(9, 2))
for hit in grep("ardvik", ignore_case=True, around=4) + grep(re.compile("BERTHS", re.I), around=0):
    print(hit.document, hit["page"], hit.line, hit.offset, hit.get("match"), "score" in hit)
print(search("berths", k=1)[0])
"""
    assert (await repl.out(code)).splitlines() == [
        "Harbour d",
        "dues.pdf 2 3 35 Ardvik False",
        "notes.md None 3 99 Ardvik False",
        "notes.md None 2 91 berths False",
        "[notes.md line 1 offset 67 score 0.90] # Notes Lindholm has 12 berths. Ardvik has 9.",
    ]


async def test_a_bad_pattern_is_an_error_the_code_can_catch(repl):
    assert await repl.out('try:\n    grep("(")\nexcept ValueError as error:\n    print("caught", error)') == (
        "caught error: missing ), unterminated subpattern at position 0\n"
    )


async def test_worker_calls_carry_prompts_schema_model_and_the_line_they_stand_in(repl):
    code = """
print(llm_query("one"))
print(llm_query_batched(["two", "three"], model="other", schema={"type": "string"}))
print(llm_call("four"), llm_batch(["five"]))
print(llm_query_batched("no list"))
"""
    assert (await repl.out(code)).splitlines()[:3] == ["ONE", "['TWO', 'THREE']", "FOUR ['FIVE']"]
    asked = repl.answerer.asked
    assert [(one.function, one.line) for one in asked] == [
        ("llm_query", 2),
        ("llm_query_batched", 3),
        ("llm_query", 4),
        ("llm_query_batched", 4),
    ]
    assert (asked[1].model, asked[1].schema) == ("other", {"type": "string"})


async def test_child_runs_get_documents_as_texts(tmp_path):
    async with open_repl(tmp_path, "abc", restricted=True, with_child_runs=True) as repl:
        await repl.out('rlm_query("q", context=documents[0])\nrlm_query_batched(["a", "b"], [documents, {"k": 1}])')

    assert [one.contexts for one in repl.answerer.asked] == [("abc",), (["abc"], {"k": 1})]


async def test_without_sub_calls_the_functions_do_not_exist(tmp_path):
    async with open_repl(tmp_path, restricted=True, with_subcalls=False) as repl:
        ran = await repl.run('llm_query("x")')

    assert ran.report.error.type == "NameError"


async def test_budget_history_and_earlier_contexts_are_there(tmp_path):
    async with open_repl(tmp_path, "now", restricted=True, earlier_contexts=("before", {"a": [1]})) as repl:
        ran = await repl.run("print(budget(), history, context_0, context_1)", history=[{"turn": 1}])
        again = await repl.out("print(history)")

    assert ran.out == "{'calls': {'spent': 0, 'left': 7}} [{'turn': 1}] before {'a': [1]}\n"
    assert again == "[{'turn': 1}]\n"


async def test_a_context_may_be_a_list(tmp_path):
    async with open_repl(tmp_path, ["one", {"k": "two"}], restricted=True) as repl:
        assert await repl.out('print(context[1]["k"], len(documents), grep("two")[0].document)') == "two 2 context[1]\n"


async def test_reserved_names_come_back_before_every_block(repl):
    await repl.out("context = 1\nlen = 2\ndocuments = llm_query = grep = None\nanswer = 5")

    assert await repl.out('print(len(context), len(documents), llm_query("x"), answer["ready"])') == "113 2 X False\n"


async def test_even_our_own_names_come_back_when_code_breaks_them(repl):
    await repl.run("x = 1\n__rlm_kept = __rlm_state = __rlm_begin = None")

    assert await repl.out("print(len(context))") == "113\n"


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ('answer["content"] = "a"\nanswer["ready"] = True', ("a", "variable")),
        ('answer.update(content=["b"], ready=True)', ("['b']", "variable")),
        ('answer |= {"content": 3, "ready": 1}', ("3", "variable")),
        ('answer = {"content": "c", "ready": True}\n1 / 0', ("c", "variable")),
        ('FINAL("d")', ("d", "final")),
        ('text = "e"\nFINAL_VAR("text")', ("e", "final-var")),
        ('FINAL("f")\nFINAL("g")', ("g", "final")),
    ],
)
async def test_an_answer_can_be_given_in_every_way(repl, code, answer):
    ran = await repl.run(code)

    assert ran.report.answer == GivenAnswer(text=answer[0], source=answer[1])


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("FINAL(None)", "FINAL: the answer is None"),
        ('answer["ready"] = True', 'answer["content"]: the answer is empty'),
        ('FINAL_VAR("nothing")', "FINAL_VAR: there is no variable named 'nothing'"),
        ('FINAL_VAR("n" * 100_000)', "FINAL_VAR: there is no variable named 'nnn"),
        ('FINAL("x")\n__rlm_state["given"] = 5', None),
        ('__rlm_state["refused"] = 5', None),
    ],
)
async def test_an_empty_answer_is_refused_with_the_reason(repl, code, words):
    ran = await repl.run(code)

    assert ran.report.answer is None
    assert not ran.report.killed
    assert words is None or words in ran.report.refused_answer


async def test_a_draft_outlives_blocks(repl):
    await repl.run('answer["content"] = "so far"')
    ran = await repl.run("x = 1")

    assert ran.report.draft == "so far"
    assert await repl.child.value_of("answer") == "so far"


async def test_variables_are_told_with_type_size_and_a_look(repl):
    first = await repl.run(
        "numbers = list(range(20))\nimport re\nfrom collections import Counter\ndef f():\n    return 1"
    )
    second = await repl.run("numbers[15] = 0\nname = 'Ardvik'")

    told = [(note.name, note.change, note.type, note.size, note.preview) for note in first.report.variables]
    assert told == [
        ("numbers", "new", "list", "list of 20", "[0, 1, 2, 3, 4, 5, 6, 7, …]"),
        ("f", "new", "function", "", "<function f>"),
    ]
    assert [(note.name, note.change) for note in second.report.variables] == [("numbers", "changed"), ("name", "new")]
    assert await repl.child.value_of("name") == "Ardvik"
    assert await repl.child.value_of("nothing") is None


async def test_show_vars_lists_what_is_there_at_the_call(repl):
    await repl.out("old = [1]")

    assert await repl.out('new = "abc"\nprint(SHOW_VARS())') == "old: list, list of 1\nnew: str, 3 characters\n"


async def test_where_only_search_may_look_nothing_else_reaches_the_text(tmp_path):
    async with open_repl(tmp_path, context="The harbour dues.", restricted=True, search_only=True) as repl:
        assert (await repl.out("print(context, documents, peek, grep, where)")).split() == ["None"] * 5
        assert "harbour" in await repl.out('print(search("harbour")[0])')
