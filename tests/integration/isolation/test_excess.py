"""What a child takes too much of ends it, with a reason, and its successor works."""

from pathlib import Path

import pytest

from tests.support.attacks.battery import tier_named
from tests.support.repl import open_repl, until

FULL = "import os\nfor n in range(2): os.posix_fallocate(os.open(f'f{n}', os.O_CREAT | os.O_WRONLY), 0, 150_000_000)\n"


@pytest.fixture(params=["A+", "A"])
async def held(request, tmp_path):
    tier = tier_named(request.param)
    if tier is None:
        pytest.skip(f"this machine has no tier {request.param}")
    async with open_repl(tmp_path, tier=tier) as repl:
        yield repl


async def test_too_much_disk_ends_the_block_and_empties_the_folder(held):
    await held.out("kept = 1")

    ran = await held.run(f"{FULL}import time\ntime.sleep(20)")

    assert "wrote more than 256 MB" in ran.report.killed_reason
    assert await held.out("import os\nprint(kept, os.listdir())") == "1 []\n"


async def test_too_much_disk_is_noticed_after_the_block_as_well(held):
    pid = held.child.pid

    await held.run(FULL)

    await until(lambda: _is_gone(pid))
    assert await held.out("import os\nprint(os.listdir())") == "[]\n"


async def test_too_many_threads_end_the_block(held):
    ran = await held.run(
        "import threading, time\n"
        "for _ in range(150): threading.Thread(target=time.sleep, args=(20,), daemon=True).start()\ntime.sleep(20)"
    )

    # In namespaces the kernel counts an ordinary user's threads, and says so to the code.
    assert "more than 96 threads" in ran.report.killed_reason or "can't start new thread" in ran.report.error.message


async def test_one_huge_file_is_an_error_of_the_block(held):
    ran = await held.run("f = open('huge', 'wb')\nf.truncate(1 << 30)")

    assert ran.report.error.type == "OSError"
    assert not ran.report.killed


async def test_what_is_forbidden_is_an_error_the_model_can_read(held):
    ran = await held.run("import socket\nsocket.create_connection(('127.0.0.1', 9))")

    assert ran.report.error.type == "PermissionError"
    assert await held.out("print('alive')") == "alive\n"


def _is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True
