"""What a block prints arrives while it runs, in order, bounded."""

import asyncio
import resource

from rlm_desktop.repl.wire import OUTPUT_HEAD, OUTPUT_TAIL


async def test_output_arrives_while_the_block_runs(repl):
    arrived = asyncio.Event()
    running = asyncio.create_task(
        repl.run("import os, time\nprint('now')\nwhile not os.path.exists('go'): time.sleep(0.01)",
                 on_output=lambda stream, text: arrived.set())
    )  # fmt: skip

    async with asyncio.timeout(10):
        await arrived.wait()

    assert not running.done()
    running.cancel()
    await asyncio.wait([running])


async def test_small_prints_are_joined_into_few_pieces(repl):
    ran = await repl.run("for n in range(20_000): print(n)")

    assert ran.out == "".join(f"{n}\n" for n in range(20_000))
    assert len(ran.pieces) < 60


async def test_stdout_and_stderr_keep_their_order(repl):
    ran = await repl.run("import sys\nfor n in range(3):\n    print('o', n)\n    print('e', n, file=sys.stderr)")

    assert ran.pieces == [(s, f"{s[3]} {n}\n") for n in range(3) for s in ("stdout", "stderr")]


async def test_bytes_written_to_the_buffer_are_shown(repl):
    assert await repl.out("import sys\nsys.stdout.buffer.write('ä'.encode())\nsys.stdout.flush()") == "ä"


async def test_head_and_tail_are_kept_and_the_middle_is_counted(repl):
    ran = await repl.run("print('A' * 1_000_000, end='')\nprint('B' * 5_000_000, end='')\nprint('C' * 200_000, end='')")

    assert ran.report.output_dropped == 5_000_000
    assert ran.out == "A" * OUTPUT_HEAD + "\n… 5,000,000 characters left out …\n" + "C" * OUTPUT_TAIL


async def test_output_just_within_the_bound_is_whole(repl):
    ran = await repl.run("print('A' * 1_000_000 + 'B' * 200_000, end='')")

    assert ran.report.output_dropped == 0
    assert ran.out == "A" * OUTPUT_HEAD + "B" * OUTPUT_TAIL


async def test_the_next_block_has_room_again(repl):
    await repl.run("print('x' * 2_000_000)")

    ran = await repl.run("print('y' * 900_000, end='')")

    assert (ran.out, ran.report.output_dropped) == ("y" * 900_000, 0)


async def test_a_flood_of_lines_is_counted_exactly(repl):
    ran = await repl.run("line = 'x' * 99\nfor n in range(50_000): print(line)")

    assert ran.report.output_dropped == 50_000 * 100 - OUTPUT_HEAD - OUTPUT_TAIL


async def test_a_flood_leaves_the_memory_of_the_host_flat(repl):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    ran = await repl.run("piece = 'x' * 1_000_000\nfor n in range(300): print(piece)", on_output=lambda s, t: None)

    assert ran.report.output_dropped > 290_000_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # kilobytes


async def test_printing_from_many_threads_loses_nothing(repl):
    out = await repl.out("""
from concurrent.futures import ThreadPoolExecutor
def work(n):
    for i in range(200): print(f'{n}-{i}\\n', end='')
with ThreadPoolExecutor(8) as pool: list(pool.map(work, range(8)))
""")

    assert sorted(out.splitlines()) == sorted(f"{n}-{i}" for n in range(8) for i in range(200))


async def test_what_programs_write_past_print_is_shown_as_stderr(repl):
    ran = await repl.run("import os\nos.write(1, b'raw out\\n')\nos.write(2, b'raw err\\n')")

    assert ran.err == "raw out\nraw err\n"


async def test_what_a_thread_prints_between_blocks_is_shown_by_the_next_one(repl):
    await repl.run("""
import threading, time
ended = threading.Event()
def work():
    while started: time.sleep(0.005)
    print('in between')
    ended.set()
started = [1]
threading.Thread(target=work).start()
threading.Timer(0.1, started.clear).start()
""")

    assert "in between" in await repl.out("ended.wait(10)")
