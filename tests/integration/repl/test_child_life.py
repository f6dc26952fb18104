"""The process itself: it starts quickly, cleans up, and dies with its host."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from rlm_desktop.repl.host import Boot, Child
from rlm_desktop.repl.sandbox.tiers import UNISOLATED
from tests.support.repl import open_repl, until


def is_gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


async def test_closing_ends_the_process_and_removes_its_folder(tmp_path):
    child = await Child.start(Boot(context="x"), tmp_path)
    pid = child.pid

    await child.close()

    assert is_gone(pid)
    assert list(tmp_path.iterdir()) == []


async def test_closing_twice_is_fine(tmp_path):
    child = await Child.start(Boot(context="x"), tmp_path)

    await child.close()
    await child.close()


async def test_programs_that_model_code_started_end_with_the_child(tmp_path):
    async with open_repl(tmp_path, tier=UNISOLATED) as repl:
        out = await repl.out("import subprocess\np = subprocess.Popen(['sleep', '60'])\nprint(p.pid)")

    await until(lambda: is_gone(int(out)))


HOST = """
import asyncio, pathlib, sys
from rlm_desktop.repl.host import Boot, Child
class Nobody:
    async def answer(self, asked): return []
    async def search(self, searched): return []
    def budget(self): return {}
async def main():
    child = await Child.start(Boot(context="x"), pathlib.Path(sys.argv[1]))
    print(child.pid, flush=True)
    await child.run_block(sys.argv[2], answerer=Nobody(), on_output=lambda s, t: None)
asyncio.run(main())
"""


@pytest.mark.parametrize(
    "code",
    ["import time\ntime.sleep(60)", "while True: pass", "import ctypes\nctypes.PyDLL(None).sleep(60)"],
    ids=["sleeping", "spinning", "holding the interpreter"],
)
def test_the_child_dies_when_its_host_is_killed(tmp_path, code):
    host = subprocess.Popen([sys.executable, "-c", HOST, str(tmp_path), code], stdout=subprocess.PIPE, text=True)
    child = int(host.stdout.readline())

    host.send_signal(signal.SIGKILL)
    host.communicate()

    deadline = time.monotonic() + 5
    while not is_gone(child) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert is_gone(child)


async def test_an_interrupt_from_the_terminal_does_not_reach_the_child(repl):
    assert os.getpgid(repl.child.pid) != os.getpgid(0)


async def test_an_interrupt_while_no_block_runs_is_ignored(repl):
    await repl.out("x = 1")
    os.kill(repl.child.pid, signal.SIGINT)

    assert await repl.out("print(x)") == "1\n"


async def test_the_context_never_goes_through_the_pipe(tmp_path):
    async with open_repl(tmp_path, context="x" * 70_000_000) as repl:
        assert await repl.out("print(len(context), context[-1])") == "70000000 x\n"


async def test_several_children_share_a_scratch_folder(tmp_path):
    async with open_repl(tmp_path, context="a") as first, open_repl(tmp_path, context="b") as second:
        await first.out("x = context; open('file', 'w').write('mine')")
        assert await second.out("import os\nprint(context, os.listdir(), 'x' in globals())") == "b [] False\n"


async def test_line_endings_and_odd_characters_of_the_context_are_kept(tmp_path):
    context = "a\r\nb\rc\u2028d\x00\U0001f600" + chr(0xDC80)

    async with open_repl(tmp_path, context=context) as repl:
        assert await repl.out(f"print(context == {context!a})") == "True\n"
