"""Seconds and memory of a block."""

import asyncio
import os

import pytest

from rlm_desktop.repl import host
from rlm_desktop.repl.exchange import MEMORY_UP, TIME_UP
from tests.support.repl import open_repl, until

STUBBORN = """
import time
while True:
    try:
        while True: time.sleep(0.01)
    except BaseException:
        print('no')
"""


@pytest.fixture
async def hasty(tmp_path, monkeypatch):
    monkeypatch.setattr(host, "GRACE_SECONDS", 0.3)
    async with open_repl(tmp_path, block_seconds=0.3) as repl:
        yield repl


@pytest.mark.parametrize(
    "code",
    [
        "kept = 1\nwhile True: pass",
        "kept = 1\nimport time\ntime.sleep(1_000_000)",
        "kept = 1\nimport threading\nthreading.Event().wait()",
        "kept = 1\nimport asyncio\nawait asyncio.sleep(1_000_000)",
        "kept = 1\nimport re\nre.match('(a+)+b', 'a' * 60)",
    ],
)
async def test_a_block_that_is_too_slow_is_interrupted_and_keeps_its_names(hasty, code):
    ran = await hasty.run(code)

    assert ran.report.error.type == TIME_UP
    assert ran.report.error.message == "the block ran longer than 0.3 seconds"
    assert ran.report.error.line is not None
    assert ran.report.killed is False
    assert await hasty.out("print(kept)") == "1\n"


async def test_time_in_which_a_block_waits_for_calls_does_not_count(hasty):
    hasty.answerer.seconds = 0.6

    ran = await hasty.run("""
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(4) as pool: print(list(pool.map(llm_query, 'abcd')), llm_query_batched(['e', 'f']))
""")

    assert ran.report.error is None
    assert ran.out == "['A', 'B', 'C', 'D'] ['E', 'F']\n"


async def test_the_clock_of_a_block_goes_on_after_its_calls(hasty):
    hasty.answerer.seconds = 0.4

    ran = await hasty.run("print(llm_query('a'))\nwhile True: pass")

    assert ran.out == "A\n"
    assert ran.report.error.type == TIME_UP


async def test_the_block_after_an_interrupt_can_ask_again(hasty):
    await hasty.run("while True: pass")

    assert await hasty.out("print(llm_query('again'))") == "AGAIN\n"


async def test_after_an_interrupt_top_level_await_works_again(hasty):
    await hasty.run("import asyncio\nawait asyncio.sleep(1_000_000)")

    assert await hasty.out("await asyncio.sleep(0)\nprint('fine')") == "fine\n"


async def test_code_may_clean_up_when_it_is_interrupted(hasty):
    ran = await hasty.run("import time\ntry:\n    time.sleep(60)\nexcept KeyboardInterrupt:\n    print('cleaned')")

    assert ran.out == "cleaned\n"
    assert (ran.report.error, ran.report.killed) == (None, False)


async def test_an_answer_given_before_the_interrupt_stands(hasty):
    ran = await hasty.run("FINAL('in time')\nwhile True: pass")

    assert ran.report.answer.text == "in time"


async def test_a_block_that_ignores_the_interrupt_is_killed(hasty):
    await hasty.out("kept = [1]")
    pid = hasty.child.pid

    ran = await hasty.run(STUBBORN)

    assert ran.report.killed
    assert "ran longer than 0.3 seconds and was killed" in ran.report.killed_reason
    assert ran.out == "no\n"
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert await hasty.out("print(kept)") == "[1]\n"


@pytest.mark.parametrize(
    "code",
    [
        "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: time.sleep(1)",
        "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_DFL)\nwhile True: time.sleep(1)",
        "import ctypes\nctypes.PyDLL(None).sleep(1_000_000)",
        "all(iter(lambda: 1, 0))",
    ],
    ids=["ignored signal", "deadly signal", "held interpreter", "endless loop in C"],
)
async def test_nothing_outlives_the_kill(hasty, code):
    ran = await hasty.run(code)  # ends only if it is ended

    assert ran.report.killed or ran.report.error is not None
    assert await hasty.out("print('alive')") == "alive\n"


async def test_a_hostile_str_of_the_answer_is_interrupted(hasty):
    ran = await hasty.run("class C:\n    def __str__(self):\n        while True: pass\nFINAL(C())")

    assert ran.report.error.type == TIME_UP
    assert ran.report.answer is None


async def test_too_much_memory_is_a_memory_error_of_the_block(tmp_path):
    async with open_repl(tmp_path, memory_bytes=200_000_000) as repl:
        ran = await repl.run("kept = 1\nbig = bytearray(400_000_000)")

        assert ran.report.error.type == MEMORY_UP
        assert ran.report.error.message == "the block needed more memory than it may have"
        assert ran.report.error.line == 2
        assert await repl.out("print(kept)") == "1\n"


async def test_memory_that_grows_bit_by_bit_ends_in_a_memory_error_too(tmp_path):
    async with open_repl(tmp_path, memory_bytes=200_000_000) as repl:
        ran = await repl.run("parts = []\nwhile True: parts.append('x' * 100_000)")

        assert ran.report.error.type == MEMORY_UP
        assert await repl.out("parts = None\nx = bytearray(100_000_000)\nprint('room again')") == "room again\n"


async def test_a_namespace_that_fills_the_memory_does_not_cost_the_child(tmp_path):
    async with open_repl(tmp_path, memory_bytes=100_000_000) as repl:
        await repl.run("parts = []\nwhile True: parts.append(list(range(100)))")

        ran = await repl.run("print(len(parts) > 1_000)\nmore = bytearray(90_000_000)")

        assert ran.out == "True\n"
        assert ran.report.error.type == MEMORY_UP
        assert ran.report.killed is False


async def test_the_context_does_not_count_against_the_memory_of_a_block(tmp_path):
    async with open_repl(tmp_path, context="x" * 60_000_000, memory_bytes=50_000_000) as repl:
        assert await repl.out("print(len(context))") == "60000000\n"


async def test_threads_fit_into_the_memory_of_a_block(tmp_path):
    async with open_repl(tmp_path, memory_bytes=400_000_000) as repl:
        out = await repl.out(
            "from concurrent.futures import ThreadPoolExecutor\n"
            "with ThreadPoolExecutor(64) as pool: print(len(list(pool.map(llm_query, ['p'] * 256))))"
        )

    assert out == "256\n"


async def test_cancelling_kills_the_process_at_once(repl):
    pid = repl.child.pid
    started = asyncio.Event()
    running = asyncio.create_task(repl.run("print('on')\nwhile True: pass", on_output=lambda s, t: started.set()))
    await started.wait()

    running.cancel()
    await asyncio.wait([running])

    assert running.cancelled()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_cancelling_cancels_the_calls_in_flight(repl):
    repl.answerer.seconds = 60
    running = asyncio.create_task(repl.run("llm_query_batched(['a'])"))
    await until(lambda: repl.answerer.at_once)

    running.cancel()
    await asyncio.wait([running])

    assert repl.answerer.cancelled == 1
