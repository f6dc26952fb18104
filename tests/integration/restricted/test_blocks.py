"""How blocks run and end in the restricted Python."""

import asyncio
import os
from pathlib import Path

import psutil
import pytest

from rlm_desktop.repl.exchange import MEMORY_UP, TIME_UP
from tests.support.repl import open_repl, until


async def test_what_is_printed_arrives_while_the_block_runs(repl):
    repl.answerer.seconds = 0.3
    pieces: list[tuple[str, str]] = []
    running = asyncio.create_task(
        repl.run(
            'import sys\nprint("one")\nprint("two", file=sys.stderr)\nllm_query("wait")\nprint("three")',
            on_output=lambda stream, text: pieces.append((stream, text)),
        )
    )
    await until(lambda: repl.answerer.asked)

    assert pieces == [("stdout", "one\n"), ("stderr", "two\n")]
    await running
    assert pieces[2:] == [("stdout", "three\n")]


async def test_a_flood_of_output_keeps_its_ends_and_counts_the_middle(repl):
    ran = await repl.run('for number in range(3000):\n    print(str(number) * 200)\nprint("the end")')

    assert ran.report.output_dropped > 0
    assert ran.out.startswith("0" * 200)
    assert ran.out.endswith("the end\n")


async def test_an_error_tells_type_message_line_and_a_traceback_of_blocks(repl):
    await repl.out("def share(total, parts):\n    return total / parts")
    error = (await repl.run("x = 1\n\nshare(x, 0)")).report.error

    assert (error.type, error.message, error.line) == ("ZeroDivisionError", "division by zero", 3)
    assert error.traceback == (
        "Traceback (most recent call last):\n"
        '  File "<block 2>", line 3, in <module>\n'
        "    share(x, 0)\n"
        '  File "<block 1>", line 2, in share\n'
        "    return total / parts\n"
        "ZeroDivisionError: division by zero\n"
    )
    assert await repl.out("print(x)") == "1\n"


async def test_code_that_does_not_parse_is_told_with_its_line(repl):
    error = (await repl.run("x = 1\ny ==")).report.error

    assert (error.type, error.line) == ("SyntaxError", 2)


async def test_system_exit_ends_only_the_block(repl):
    ran = await repl.run('kept = 1\nraise SystemExit("enough")')

    assert ran.report.error is None
    assert ran.err == "enough\n"
    assert await repl.out("print(kept)") == "1\n"


async def test_a_last_expression_is_neither_shown_nor_in_the_way(repl):
    assert await repl.out("10 ** 5000") == ""
    assert await repl.out("context") == ""


@pytest.mark.parametrize("code", ["while True:\n    pass", 'grep("(?:a|a)*" * 9 + "(x+x+)+y")\nwhile True:\n    pass'])
async def test_a_block_that_runs_too_long_is_undone(repl, code):
    await repl.out("kept = [1]\ndef double(x):\n    return 2 * x")
    ran = await repl.run(f"kept.append(2)\n{code}")

    assert ran.report.error.type == TIME_UP
    assert "variables have the values they had before this block" in ran.report.error.message
    assert not ran.report.killed
    assert await repl.out('print(kept, double(4), llm_query("again"), len(context))') == "[1] 8 AGAIN 113\n"


async def test_a_pattern_that_never_ends_is_interrupted(tmp_path):
    async with open_repl(tmp_path, "x" * 40, restricted=True, block_seconds=0.5) as repl:
        await repl.out("kept = 5")
        ran = await repl.run('grep("(x+x+)+y")')

        assert ran.report.error.type == TIME_UP
        assert await repl.out("print(kept)") == "5\n"


async def test_a_block_that_takes_too_much_memory_is_undone(repl):
    await repl.out("kept = 1")
    ran = await repl.run('text = "a"\nwhile True:\n    text += text')

    assert ran.report.error.type == MEMORY_UP
    assert await repl.out("print(kept)") == "1\n"


async def test_waiting_for_an_answer_does_not_use_up_the_seconds(repl):
    repl.answerer.seconds = 1.3

    assert await repl.out('print(llm_query("slow"))') == "SLOW\n"


async def test_a_killed_interpreter_is_replaced_with_all_names(repl):
    await repl.out("kept = {'a': [1, 2]}")
    await repl.out("pass")  # what a block leaves is kept before the next one runs
    (worker,) = psutil.Process(repl.child.pid).children()
    worker.kill()

    assert await repl.out("print(kept)") == "{'a': [1, 2]}\n"


async def test_a_killed_child_is_replaced_with_all_names(repl):
    await repl.out("kept = [1]\ndef double(x):\n    return 2 * x")
    await repl.out("print(1)")
    os.kill(repl.child.pid, 9)
    await until(lambda: not psutil.pid_exists(repl.child.pid) or psutil.Process(repl.child.pid).status() == "zombie")

    ran = await repl.run("x = 1")  # the end of the child may show only now
    assert ran.report.lost == ()
    assert await repl.out("print(kept, double(2), documents[1].name)") == "[1] 4 notes.md\n"


async def test_nothing_outlives_the_child(repl):
    (worker,) = psutil.Process(repl.child.pid).children()
    pieces: list[str] = []
    code = 'print("begun")\nwhile True:\n    pass'
    task = asyncio.create_task(repl.run(code, on_output=lambda _, text: pieces.append(text)))
    await until(lambda: pieces)
    task.cancel()
    await asyncio.wait([task])

    await until(lambda: not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE)


async def test_the_interpreter_has_an_empty_environment_and_no_descriptor_but_its_pipes(repl):
    (worker,) = psutil.Process(repl.child.pid).children()

    assert worker.environ() == {}
    opened = await asyncio.to_thread(opened_by, worker.pid)
    assert [name for name in opened if not name.startswith(("pipe:", "/dev/null", "anon_inode:", "socket:"))] == []
    assert worker.open_files() == []


def opened_by(process: int) -> list[str]:
    return [str(entry.readlink()) for entry in Path(f"/proc/{process}/fd").iterdir()]
