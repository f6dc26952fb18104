"""A context that stays in its files: what is told of it, kept of it and sent of it, and what code does not notice."""

import psutil
import pytest

from rlm_desktop.repl.host import Boot, Child, ContextRange
from rlm_desktop.text.blob_writer import BlobWriter
from rlm_desktop.text.documents import DocumentRow
from rlm_desktop.text.documents_writer import DocumentTableWriter
from tests.support.corpora import stored, written
from tests.support.repl import Repl, open_repl

LINE = "A line of a text that is long: größer als alles 😀.\n"
LONG = LINE * 60_000
"""Longer than what is taken out of a text in one piece."""


@pytest.fixture
def corpus(tmp_path):
    return written(tmp_path / "corpus", LONG)


@pytest.fixture
def scratch(tmp_path):
    scratch = tmp_path / "run"
    scratch.mkdir()
    return scratch


@pytest.fixture
async def repl(scratch, corpus):
    async with open_repl(scratch, corpus_folder=str(corpus), in_memory_bytes=1_000_000, with_child_runs=True) as repl:
        yield repl


async def test_variables_are_told_without_being_read(repl):
    ran = await repl.run(
        "part = context[1_000_000:]\nlow = context.lower()\nlines = context.splitlines()\nhead = context[:9]"
    )

    told = {note.name: (note.type, note.size, note.preview[:12]) for note in ran.report.variables}
    assert told["part"] == ("str", f"{len(LONG) - 1_000_000:,} characters", repr(LONG[1_000_000:])[:12])
    assert told["low"] == ("str", "not counted yet", "'a line of a")
    assert told["lines"] == ("list", "not counted yet", "['A line of ")
    assert told["head"] == ("str", "9 characters", "'A line of'")
    assert "part: str, " in await repl.out("print(SHOW_VARS())")


async def test_a_variable_is_told_anew_only_when_it_changes(repl):
    await repl.out("part = context[1_000_000:]")

    assert (await repl.run("x = 1")).report.variables[0].name == "x"
    assert [note.name for note in (await repl.run("part = context[5:]")).report.variables] == ["part"]


async def test_parts_of_the_context_come_back_after_a_kill(repl):
    await repl.out("whole = context; part = context[1_000_000:]; short = context[:5]\ndef size(t): return len(str(t))")

    await repl.run("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")

    assert await repl.out(
        "print(whole is context, part == context[1_000_000:], short, size(context), type(part) is str)"
    ) == (f"True True A lin {len(LONG)} True\n")


async def test_an_error_names_the_line_of_the_block(repl):
    ran = await repl.run(
        "text = context[:5]\n\ndef fail(t):\n    return int(\n        str(t)\n    )\n\nfail(context[:3])"
    )

    assert (ran.report.error.type, ran.report.error.line) == ("ValueError", 4)
    assert "    return int(\n" in ran.report.error.traceback
    assert "calling.py" not in ran.report.error.traceback


async def test_an_error_in_what_was_called_is_that_error_alone(repl):
    ran = await repl.run("import json\njson.loads(context[:2_000_000])")

    assert ran.report.error.type == "JSONDecodeError"
    assert "During handling" not in ran.report.error.traceback


async def test_a_text_that_is_refused_after_all_is_explained(repl):
    ran = await repl.run("context in 'a short text'")

    assert ran.report.error.message.endswith("stays in its files; pass a slice such as context[a:b])")


async def test_what_takes_too_much_memory_is_told_without_our_lines(tmp_path, scratch):
    corpus = written(tmp_path / "longer", "0123456789" * 6_500_000)

    async with open_repl(scratch, corpus_folder=str(corpus), in_memory_bytes=1_000_000) as repl:
        ran = await repl.run("x = 1\ny = f'{context}'")

    assert (ran.report.error.type, ran.report.error.line) == ("ContextTooLarge", 2)
    assert "take slices such as context[a:b]" in ran.report.error.message
    assert "core.py" not in ran.report.error.traceback


async def test_parts_of_a_part_come_back_after_a_kill(scratch, corpus):
    part = ContextRange(500_000, 2_500_000)

    async with open_repl(scratch, corpus_folder=str(corpus), in_memory_bytes=1_000_000, corpus_part=part) as repl:
        await repl.out("rest = context[700_000:]")
        await repl.run("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
        assert await repl.out("print(rest == context[700_000:], len(context))") == "True 2000000\n"


async def test_functions_of_an_earlier_block_work(repl):
    await repl.out(
        "import re\ndef count(pattern, text): return len(re.findall(pattern, text)) if type(text) is str else 0"
    )

    assert await repl.out("print(count('größer', context))") == "60000\n"


async def test_a_function_that_cannot_take_the_context_is_not_called_twice(repl):
    ran = await repl.run(
        "calls = []\ndef own(text):\n    calls.append(1)\n    return 5 + text\n"
        "try: own(context)\nexcept TypeError: print(calls)"
    )

    assert ran.out == "[1]\n"


async def test_a_generator_of_parts_is_joined_whole(repl):
    out = await repl.out("print(len('-'.join(p for p in [context, context[:2], context[1_500_000:]])))")

    assert out == f"{2 * len(LONG) - 1_500_000 + 4}\n"


async def test_deep_recursion_goes_as_deep_as_ever(repl):
    out = await repl.out(
        "class Node:\n    def down(self, n): return 0 if n == 0 else 1 + self.down(n - 1)\nprint(Node().down(900))"
    )

    assert out == "900\n"


async def test_a_prompt_longer_than_any_model_reads_is_an_error_text(tmp_path, scratch):
    corpus = written(tmp_path / "longer", "0123456789" * 1_100_000)

    async with open_repl(scratch, corpus_folder=str(corpus), in_memory_bytes=1_000_000) as repl:
        out = await repl.out("print(llm_query(context), llm_query_batched([context[:4], context])[1], sep='\\n')")

    error = "Error: the prompt has 11,000,000 characters, more than any model reads; send slices of the text.\n"
    assert out == error * 2


async def test_a_child_run_is_told_the_range_of_what_it_reads(repl):
    await repl.out(
        "rlm_query('a', context=context)\nrlm_query('b', context[1_000_001:])\nrlm_query('c', context[:4])\n"
        "rlm_query_batched(['d', 'e'], [documents[0], {'k': context[:2]}])\nrlm_query_batched(['f', 'g'], context)"
    )

    size = len(LONG)
    assert [asked.contexts for asked in repl.answerer.asked] == [
        (ContextRange(0, size),),
        (ContextRange(1_000_001, size),),
        ("A li",),
        (ContextRange(0, size), {"k": "A "}),
        (ContextRange(0, size), ContextRange(0, size)),
    ]


async def test_without_child_runs_a_long_context_is_an_error_text(tmp_path, scratch):
    corpus = written(tmp_path / "longer", "0123456789" * 1_100_000)

    async with open_repl(scratch, corpus_folder=str(corpus), in_memory_bytes=1_000_000) as repl:
        out = await repl.out("print(rlm_query('a', context))")

    assert out.startswith("Error: the prompt has 11,000,000 characters")


async def test_an_answer_that_is_too_long_is_refused(tmp_path, scratch):
    corpus = written(tmp_path / "longer", "0123456789" * 1_100_000)

    async with open_repl(scratch, corpus_folder=str(corpus), in_memory_bytes=1_000_000) as repl:
        ran = await repl.run("answer['content'] = context; answer['ready'] = True")
        assert "has 11,000,000 characters, so it was refused" in ran.report.refused_answer
        ran = await repl.run("FINAL(context[:2_000_000])")
        assert len(ran.report.answer.text) == 2_000_000


async def test_printing_a_very_long_text_shows_its_ends(tmp_path, scratch):
    corpus = written(tmp_path / "longer", "first " + "0123456789" * 1_100_000 + " last")

    async with open_repl(scratch, corpus_folder=str(corpus), in_memory_bytes=1_000_000) as repl:
        out = await repl.out("print(context)")

    assert out.startswith("first 0123")
    assert out.endswith("6789 last\n")
    assert "characters left out" in out
    assert len(out) < 1_300_000


async def test_below_the_limit_nothing_is_rewritten(scratch, corpus):
    async with open_repl(scratch, corpus_folder=str(corpus)) as repl:
        out = await repl.out(
            "import builtins\nprint(type(context), [n for n in dir(builtins) if 'rlm' in n], len(context))"
        )

    assert out == f"<class 'str'> [] {len(LONG)}\n"


async def test_hits_stay_in_their_documents(tmp_path, scratch):
    corpus = stored(tmp_path / "several", {"a": "one\n\n", "b": "\n\ntwo === x", "c": "", "d": "\nend"})
    patterns = [r"\n+", r"(?s).+", r"[^x]+", r"\w*", r"e$", r"\Z", r"=+", r"(?s)one.*two", r"\A.", r"(?m)^\w+$"]
    code = f"print([[(h.document, h.line, h.offset, h.match, h.text) for h in grep(p, around=4)] for p in {patterns}])"

    async with open_repl(scratch, corpus_folder=str(corpus)) as repl:
        expected = await repl.out(code)
    async with open_repl(scratch, corpus_folder=str(corpus), in_memory_bytes=0) as repl:
        assert await repl.out(code) == expected


async def test_children_share_one_map_of_the_text(tmp_path, scratch, corpus):
    children = [await Child.start(Boot(corpus_folder=str(corpus), in_memory_bytes=0), scratch) for _ in range(3)]

    try:
        for child in children:
            assert await Repl(child).out("print(context.count('größer'))") == "60000\n"
        size = (corpus / "text").stat().st_size
        for child in children:
            maps = [m for m in psutil.Process(child.pid).memory_maps(grouped=False) if m.path.endswith("/corpus/text")]
            assert sum(m.rss for m in maps) > size / 2
            assert sum(m.private_dirty for m in maps) == 0
    finally:
        for child in children:
            await child.close()


async def test_many_documents_cost_a_start_nothing(tmp_path, scratch):
    folder, count = tmp_path / "many", 100_000
    with DocumentTableWriter(folder) as table, BlobWriter(folder) as blob:
        blob.write(b"one two\n" * count)
        for number in range(count):
            table.add(DocumentRow(f"f{number}.txt", f"/f/{number}", "text", number * 8, number * 8 + 8, 8, 2, ""))
        table.finish()
        blob.finish()

    async with open_repl(scratch, corpus_folder=str(folder), in_memory_bytes=0) as repl:
        out = await repl.out(
            "print(len(documents), documents['f99999.txt'].text, where(400_004), documents[-1].name)\n"
            "print(documents[77_777])\n"
            "print(sum(1 for _ in zip(range(10), documents)), 'f5.txt' in documents, 'x' in documents)"
        )

    assert out == (
        "100000 one two\n Place(document='f50000.txt', page=None, line=1, offset_in_document=4, part='') "
        "f99999.txt\n<Document 'f77777.txt': text, 8 characters>\n10 True False\n"
    )
