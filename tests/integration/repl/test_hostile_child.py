"""A child that does not keep to the protocol is killed, and nothing of it reaches the engine."""

import asyncio
import json
import sys

import pytest

from rlm_desktop.repl import launching
from rlm_desktop.repl.errors import ChildNotStarted
from rlm_desktop.repl.host import Boot, Child
from rlm_desktop.repl.wire import MAX_FRAME_BYTES, OUTPUT_PIECE
from tests.support.repl import open_repl, until

# Model code that has found the pipe to the host.
FIND_PIPE = """
import json, os, stat
def send(message, length=None):
    message = {'block': 1, **message} if isinstance(message, dict) else message
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    os.write(pipe, (len(body) if length is None else length).to_bytes(4, 'big') + body)
pipes = []
for fd in range(3, 64):
    try:
        if stat.S_ISFIFO(os.fstat(fd).st_mode) and os.get_blocking(fd) is not None: pipes.append(fd)
    except OSError: pass
import fcntl
pipe = [fd for fd in pipes if fcntl.fcntl(fd, fcntl.F_GETFL) & 3 == os.O_WRONLY][0]
done = {'kind': 'done', 'error': None, 'variables': [], 'answer': None, 'refused': None, 'draft': ''}
"""

FORGED = {
    "an unknown kind": "{'kind': 'shell'}",
    "no kind": "{}",
    "a kind that is no text": "{'kind': ['done']}",
    "a list": "b'[]'",
    "no JSON": "b'hello'",
    "bad UTF-8": 'b\'{"kind": "\\xff"}\'',
    "deep nesting": "b'[' * 100_000 + b']' * 100_000",
    "a number with too many digits": "b'{\"kind\": ' + b'9' * 10_000 + b'}'",
    "hello again": "{'kind': 'hello', 'version': 1}",
    "booted again": "{'kind': 'booted', 'kept': [], 'lost': []}",
    "a value nobody asked for": "{'kind': 'value', 'text': 'x'}",
    "output of an unknown stream": "{'kind': 'output', 'stream': 'root', 'text': 'x'}",
    "output that is no text": "{'kind': 'output', 'stream': 'stdout', 'text': 5}",
    "a piece that is too long": f"{{'kind': 'output', 'stream': 'stdout', 'text': 'x' * {OUTPUT_PIECE + 1}}}",
    "a negative count": "{'kind': 'skipped', 'count': -1}",
    "a count that is true": "{'kind': 'skipped', 'count': True}",
    "an unknown function": "{'kind': 'ask', 'id': 1, 'function': 'eval', 'prompts': ['x'], 'contexts': []}",
    "prompts that are no texts": "{'kind': 'ask', 'id': 1, 'function': 'llm_query', 'prompts': [5], 'contexts': []}",
    "no prompts": "{'kind': 'ask', 'id': 1, 'function': 'llm_query', 'prompts': [], 'contexts': []}",
    "contexts for no run": "{'kind': 'ask', 'id': 1, 'function': 'llm_query', 'prompts': ['x'], 'contexts': [1]}",
    "a schema that is a text": (
        "{'kind': 'ask', 'id': 1, 'function': 'llm_query', 'prompts': ['x'], 'contexts': [], 'schema': 'x'}"
    ),
    "no number": "{'kind': 'budget'}",
    "an answer without source": "{**done, 'answer': {'text': 'x'}}",
    "an answer of unknown source": "{**done, 'answer': {'text': 'x', 'source': 'forced'}}",
    "no draft": "{'kind': 'done', 'error': None, 'variables': [], 'answer': None, 'refused': None}",
    "a variable with a long preview": "{**done, 'variables': [{'name': 'x', 'change': 'new', 'preview': 'p' * 201}]}",
    "a variable that exploded": "{**done, 'variables': [{'name': 'x', 'change': 'exploded'}]}",
    "too many variables": "{**done, 'variables': [{'name': 'x', 'change': 'new'}] * 2_001}",
    "an error that is a text": "{**done, 'error': 'x'}",
}


@pytest.mark.parametrize("message", FORGED.values(), ids=FORGED.keys())
async def test_a_forged_frame_kills_the_child(repl, message):
    ran = await repl.run(f"{FIND_PIPE}\nsend({message})\nimport time\ntime.sleep(60)")

    assert ran.report.killed, ran.report
    assert "The child sent" in ran.report.killed_reason
    assert (ran.report.answer, repl.answerer.asked, ran.out) == (None, [], "")
    assert await repl.out("print('alive')") == "alive\n"


@pytest.mark.parametrize("length", [0, MAX_FRAME_BYTES + 1, 2**32 - 1])
async def test_a_length_out_of_bounds_kills_before_anything_is_read(repl, length):
    ran = await repl.run(f"{FIND_PIPE}\nsend(b'', {length})\nimport time\ntime.sleep(60)")

    assert ran.report.killed
    assert f"a frame of {length:,} bytes is not allowed" in ran.report.killed_reason


async def test_more_output_than_allowed_kills(repl):
    flood = "for n in range(40): send({'kind': 'output', 'stream': 'stdout', 'text': 'x' * 32_000})\ninput()"

    ran = await repl.run(FIND_PIPE + flood)

    assert "more output than it may" in ran.report.killed_reason
    assert len(ran.out) <= 1_200_000


async def test_a_frame_sent_between_two_blocks_kills_and_never_counts(repl):
    await repl.out("kept = 1")
    forged = "{**done, 'answer': {'text': 'forged', 'source': 'final'}}"
    await repl.run(f"{FIND_PIPE}\nimport threading\nthreading.Timer(0.1, send, [{forged}]).start()")
    process = repl.child._link._process
    await until(lambda: process.returncode is not None)

    ran = await repl.run("print(kept)")

    assert (ran.out, ran.report.answer) == ("1\n", None)


async def test_a_closed_pipe_is_noticed(unisolated):
    ran = await unisolated.run(f"{FIND_PIPE}\nos.close(pipe)\nimport time\ntime.sleep(60)")

    assert ran.report.killed
    assert await unisolated.out("print('alive')") == "alive\n"


async def test_half_a_frame_and_then_death_is_noticed(repl):
    ran = await repl.run(f"{FIND_PIPE}\nsend(b'half', 100)\nos._exit(0)")

    assert ran.report.killed_reason.startswith("The child ended by itself with status 0")


async def test_a_flood_of_questions_waits_and_leaves_the_loop_to_others(repl):
    flood = "print('on')\nwhile True: send({'kind': 'skipped', 'count': 1})"
    started = asyncio.Event()
    running = asyncio.create_task(repl.run(FIND_PIPE + flood, on_output=lambda stream, text: started.set()))
    await started.wait()

    loop = asyncio.get_running_loop()
    delays = []
    for _ in range(200):
        before = loop.time()
        await asyncio.sleep(0)
        delays.append(loop.time() - before)
    running.cancel()
    await asyncio.wait([running])

    assert max(delays) < 0.25


async def test_half_a_character_in_a_frame_kills(repl):
    forged = 'b\'{"kind":"output","block":1,"stream":"stdout","text":"a\\\\ud800b"}\''

    ran = await repl.run(f"{FIND_PIPE}\nsend({forged})")

    assert "half characters" in ran.report.killed_reason


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("import sys; sys.exit(3)", "ended by itself with status 3"),
        ("raise SystemExit('no room')", "no room"),
        ("print('hello world')", "The child sent a frame of"),
        ("import time; time.sleep(60)", "it took too long"),
    ],
)
async def test_a_child_that_does_not_get_ready_is_said_so(tmp_path, monkeypatch, script, reason):
    monkeypatch.setattr(launching, "child_command", lambda: [sys.executable, "-I", "-c", script])
    monkeypatch.setattr("rlm_desktop.repl.booting.START_SECONDS", 0.5)

    with pytest.raises(ChildNotStarted, match=reason):
        await Child.start(Boot(context=""), tmp_path)

    assert list(tmp_path.iterdir()) == []


async def test_a_python_that_is_missing_is_said_so(tmp_path, monkeypatch):
    monkeypatch.setattr(launching, "child_command", lambda: [str(tmp_path / "missing")])

    with pytest.raises(ChildNotStarted, match="missing"):
        await Child.start(Boot(context=""), tmp_path)


async def test_nothing_the_child_leaves_behind_is_run_by_the_host(tmp_path):
    """The snapshot is read by the next child only; a broken one costs the names and nothing else."""
    async with open_repl(tmp_path) as repl:
        await repl.out("x = 1")
        snapshot = next(tmp_path.glob("child-*")) / "kept" / "snapshot.json"
        await until(snapshot.exists)
        snapshot.write_text(json.dumps({"sources": {"a": 5}, "names": []}))

        ran = await repl.run("import os\nos._exit(0)")

        assert "x" in ran.report.lost
        assert await repl.out("print('alive')") == "alive\n"
