"""How code gives the answer, and what does not count."""

import pytest

from rlm_desktop.repl.host import GivenAnswer


async def given(repl, code):
    return (await repl.run(code)).report.answer


@pytest.mark.parametrize(
    "code",
    [
        "answer['content'] = '42'; answer['ready'] = True",
        "answer.update(content='42', ready=True)",
        "answer |= {'content': '42', 'ready': True}",
        "answer = {'content': '42', 'ready': True}",
        "answer = dict(ready=1, content='42')",
        "def f():\n    answer['content'] = 42\n    answer['ready'] = 'yes'\nf()",
        "globals()['answer'] = {'content': '42', 'ready': True}",
    ],
)
async def test_the_answer_is_given_in_any_of_these_ways(repl, code):
    assert await given(repl, code) == GivenAnswer(text="42", source="variable")


async def test_ready_counts_only_at_the_end_of_the_block(repl):
    ran = await repl.run("answer['content'] = 'a'; answer['ready'] = True\nanswer['ready'] = False")

    assert ran.report.answer is None
    assert ran.report.draft == "a"


async def test_the_whole_block_runs_after_the_answer_was_set(repl):
    ran = await repl.run("answer.update(content='a', ready=True)\nprint('later')\nanswer['content'] = 'b'")

    assert (ran.out, ran.report.answer.text) == ("later\n", "b")


async def test_an_answer_counts_when_the_block_then_raises(repl):
    ran = await repl.run("answer.update(content='a', ready=True)\n1 / 0")

    assert ran.report.error.type == "ZeroDivisionError"
    assert ran.report.answer.text == "a"


async def test_an_answer_counts_when_the_block_then_exits(repl):
    assert (await given(repl, "FINAL('a')\nraise SystemExit")).text == "a"


@pytest.mark.parametrize("content", ["''", "None", "'  \\n'"])
async def test_empty_content_is_refused_with_a_message(repl, content):
    ran = await repl.run(f"answer['content'] = {content}; answer['ready'] = True")

    assert ran.report.answer is None
    assert ran.report.refused_answer.startswith('answer["content"]: the answer is ')
    assert (await repl.run("pass")).report.refused_answer is None


async def test_ready_without_content_is_refused(repl):
    assert "empty" in (await repl.run("answer['ready'] = True")).report.refused_answer


async def test_ready_is_taken_back_after_a_refusal(repl):
    await repl.run("answer['ready'] = True")

    ran = await repl.run("answer['content'] = 'not yet'")

    assert (ran.report.answer, ran.report.draft) == (None, "not yet")


@pytest.mark.parametrize(
    ("content", "text"),
    [("12", "12"), ("0", "0"), ("[1, 'a']", "[1, 'a']"), ("{'a': 1}", "{'a': 1}"), ("False", "False")],
)
async def test_content_may_be_anything_that_has_a_text(repl, content, text):
    assert (await given(repl, f"answer['content'] = {content}; answer['ready'] = True")).text == text


async def test_content_whose_text_fails_is_refused(repl):
    ran = await repl.run("class C:\n    def __str__(self): raise ValueError\nFINAL(C())")

    assert ran.report.answer is None
    assert "cannot be made into text (ValueError)" in ran.report.refused_answer


async def test_ready_whose_truth_fails_is_not_ready(repl):
    ran = await repl.run("class C:\n    def __bool__(self): raise ValueError\nanswer.update(content='a', ready=C())")

    assert (ran.report.answer, ran.report.error) == (None, None)


async def test_the_draft_stays_across_blocks(repl):
    await repl.run("answer['content'] = 'part one'")

    ran = await repl.run("answer['content'] += ', part two'")

    assert ran.report.draft == "part one, part two"


async def test_a_text_bound_to_answer_becomes_the_draft(repl):
    ran = await repl.run("answer = 'forty-two'")

    assert (ran.report.answer, ran.report.draft) == (None, "forty-two")
    assert await repl.out("print(answer)") == "{'content': 'forty-two', 'ready': False}\n"


async def test_final_gives_the_answer(repl):
    assert await given(repl, "FINAL({'n': 1})") == GivenAnswer(text="{'n': 1}", source="final")


async def test_final_var_gives_the_value_of_a_variable(repl):
    await repl.out("result = [1, 2]")

    assert await given(repl, "FINAL_VAR('result')") == GivenAnswer(text="[1, 2]", source="final-var")


@pytest.mark.parametrize("argument", ["result", "\"'result'\"", "' result '", "'`result`'"])
async def test_final_var_takes_the_usual_mistakes(repl, argument):
    assert (await given(repl, f"result = 'The text.'\nFINAL_VAR({argument})")).text == "The text."


async def test_final_var_sees_the_names_of_the_function_that_calls_it(repl):
    assert (await given(repl, "def f():\n    inner = 'local'\n    FINAL_VAR('inner')\nf()")).text == "local"


async def test_final_var_of_a_missing_variable_is_refused(repl):
    ran = await repl.run("FINAL_VAR('resutl')")

    assert ran.report.answer is None
    assert "no variable named 'resutl'" in ran.report.refused_answer


@pytest.mark.parametrize(
    ("code", "text", "source"),
    [
        ("FINAL('a')\nFINAL('b')", "b", "final"),
        ("x = 'c'\nFINAL('a')\nFINAL_VAR('x')", "c", "final-var"),
        ("x = 'c'\nFINAL_VAR('x')\nFINAL('a')", "a", "final"),
        ("FINAL('a')\nanswer['content'] = 'd'", "d", "variable"),
        ("answer.update(content='d', ready=True)\nFINAL('a')", "a", "final"),
        ("FINAL('a')\nanswer = {'content': 'e', 'ready': True}", "e", "variable"),
    ],
)
async def test_the_last_one_in_a_block_wins(repl, code, text, source):
    assert await given(repl, code) == GivenAnswer(text=text, source=source)


async def test_an_empty_final_is_refused_and_takes_no_answer_away(repl):
    ran = await repl.run("FINAL('kept')\nFINAL('')")

    assert ran.report.answer.text == "kept"
    assert ran.report.refused_answer.startswith("FINAL: the answer is empty")


async def test_final_works_where_answer_was_rebound(repl):
    assert (await given(repl, "answer = 5\nFINAL('six')")).text == "six"


async def test_a_huge_answer_is_refused_with_its_size(repl):
    ran = await repl.run("FINAL('x' * 10_000_001)")

    assert "10,000,001 characters" in ran.report.refused_answer
    assert (await given(repl, "FINAL('€' * 9_000_000)")).text == "€" * 9_000_000
