"""Whatever a child does, in whichever state: the host says so, ends it, and goes on with a new one."""

import os

import pytest

from rlm_desktop.repl import host, launching
from rlm_desktop.repl.errors import ChildNotStarted
from rlm_desktop.repl.host import Boot, Child
from rlm_desktop.repl.sandbox import tiers
from tests.support.fake_child import attacking, misbehaving
from tests.support.repl import Repl, open_repl, until

TROUBLES = {
    "exits": "os._exit(0)",
    "is killed": "os.kill(os.getpid(), signal.SIGKILL)",
    "closes its pipe": "os.close(1); sleep()",
    "sends garbage": "send(None, b'\\xff\\x00{'); sleep()",
    "sends a frame of another state": "send({'running': BOOTED, 'asking': VALUE}.get(at, DONE)); sleep()",
    "sends too long a frame": "write(b'\\xff' * 70_000); sleep()",
    "goes silent in a frame": "write(b'\\x00\\x00\\x01\\x00half'); sleep()",
    "trickles": "trickle()",
}
LOUD = {name: trouble for name, trouble in TROUBLES.items() if name not in ("goes silent in a frame", "trickles")}


def each(troubles):
    return pytest.mark.parametrize("trouble", troubles.values(), ids=troubles.keys())


@pytest.fixture(autouse=True)
def _not_held(monkeypatch):
    """These children are told what to do; what the system would keep them from is tested elsewhere."""
    monkeypatch.setattr(tiers, "best", lambda: tiers.UNISOLATED)


@pytest.fixture
def patience(monkeypatch):
    """Wait less for a child that says nothing."""
    monkeypatch.setattr("rlm_desktop.repl.booting.START_SECONDS", 0.5)
    monkeypatch.setattr("rlm_desktop.repl.link.LAST_SECONDS", 0.1)
    monkeypatch.setattr(host, "GRACE_SECONDS", 0.2)
    monkeypatch.setattr(host, "VALUE_SECONDS", 0.3)


async def assert_still_serves(repl):
    ran = await repl.run("print('fine')")
    assert (ran.out, ran.report.killed) == ("fine", False)


@pytest.mark.parametrize("state", ["starting", "booting"])
@each(TROUBLES)
async def test_a_child_that_fails_while_it_starts_is_said_so(tmp_path, monkeypatch, patience, state, trouble):
    monkeypatch.setattr(launching, "child_command", misbehaving(state, trouble))

    with pytest.raises(ChildNotStarted, match="The REPL did not get ready"):
        await Child.start(Boot(context=""), tmp_path)

    assert list(tmp_path.iterdir()) == []


@each(TROUBLES)
async def test_a_child_that_stirs_between_blocks_is_replaced(tmp_path, monkeypatch, trouble):
    monkeypatch.setattr(launching, "child_command", misbehaving("resting", trouble))

    async with open_repl(tmp_path) as repl:
        process = repl.child._link._process
        await until(lambda: process.returncode is not None)
        await assert_still_serves(repl)


@pytest.mark.parametrize("state", ["running", "asking"])
@each(TROUBLES)
async def test_a_child_that_fails_in_a_block_is_replaced(tmp_path, monkeypatch, patience, state, trouble):
    monkeypatch.setattr(launching, "child_command", misbehaving(state, trouble))

    async with open_repl(tmp_path, block_seconds=0.4) as repl:
        pid = repl.child.pid
        ran = await repl.run("x = 1")

        assert ran.report.killed
        assert ran.report.killed_reason[0] == "T"
        assert ran.report.answer is None
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
        await assert_still_serves(repl)


@each(TROUBLES)
async def test_a_child_that_fails_to_give_a_value_is_replaced(tmp_path, monkeypatch, patience, trouble):
    monkeypatch.setattr(launching, "child_command", misbehaving("giving", trouble))

    async with open_repl(tmp_path) as repl:
        assert await repl.child.value_of("x") is None
        await assert_still_serves(repl)


@each(LOUD)
async def test_a_child_that_cannot_be_replaced_is_said_so(tmp_path, monkeypatch, patience, trouble):
    monkeypatch.setattr(launching, "child_command", misbehaving("restarting", trouble))

    async with open_repl(tmp_path) as repl:
        with pytest.raises(ChildNotStarted):
            await repl.run("x = 1")


async def attacked(tmp_path, monkeypatch, code, answer_seconds=0.0, **boot) -> tuple[Repl, host.BlockReport]:
    monkeypatch.setattr(launching, "child_command", attacking(code))
    async with open_repl(tmp_path, **boot) as repl:
        monkeypatch.setattr(launching, "child_command", misbehaving("never", "pass"))
        repl.answerer.seconds = answer_seconds
        ran = await repl.run("x = 1")
        return repl, ran.report


async def test_a_child_that_takes_no_commands_is_out_of_time(tmp_path, monkeypatch, patience):
    monkeypatch.setattr(launching, "child_command", misbehaving("resting", "sleep()"))

    async with open_repl(tmp_path, block_seconds=0.3) as repl:
        ran = await repl.run("x = 1\n" * 200_000)

        assert "ran longer than 0.3 seconds and was killed" in ran.report.killed_reason


async def test_a_child_that_takes_no_replies_is_out_of_time(tmp_path, monkeypatch, patience):
    code = "ask(1, 'p' * 5_000_000); sleep()"

    _, report = await attacked(tmp_path, monkeypatch, code, block_seconds=0.3)

    assert "ran longer than 0.3 seconds and was killed" in report.killed_reason


async def test_a_question_under_the_number_of_an_open_one_kills(tmp_path, monkeypatch):
    repl, report = await attacked(tmp_path, monkeypatch, "ask(1, 'p'); ask(1, 'q'); sleep()", answer_seconds=30.0)

    assert "a question that is not allowed" in report.killed_reason
    assert all(asked.prompts == ("p",) for asked in repl.answerer.asked)


@pytest.mark.parametrize(
    ("boot", "question"),
    [
        ({"with_subcalls": False}, "ask(1, 'p')"),
        ({}, "ask(1, 'p', function='rlm_query', contexts=[None])"),
        ({}, "ask(1, 'p', 'q', function='rlm_query_batched', contexts=[None, 'c'])"),
    ],
    ids=["any where there are none", "for a child run", "for child runs"],
)
async def test_a_question_that_code_of_this_run_cannot_ask_kills(tmp_path, monkeypatch, boot, question):
    repl, report = await attacked(tmp_path, monkeypatch, f"{question}; sleep()", **boot)

    assert "a question that is not allowed" in report.killed_reason
    assert repl.answerer.asked == []


async def test_output_without_a_character_kills(tmp_path, monkeypatch):
    _, report = await attacked(tmp_path, monkeypatch, "send({**FINE, 'text': ''}); sleep()")

    assert "output without a character" in report.killed_reason


async def test_a_forged_end_of_a_block_is_what_its_code_says_and_never_counts_for_another(repl):
    """It is model output like any other; what its block does afterwards counts no more and kills."""
    forge = """
import sys
line = sys.stdout._printer._line
answer = {'text': 'forged', 'source': 'final'}
line.send_in_block({'kind': 'done', 'error': None, 'variables': [], 'answer': answer, 'refused': None, 'draft': ''})
import time
time.sleep(0.1)
FINAL('the real one')
"""

    ran = await repl.run(forge)
    after = await repl.run("print('next')")

    assert (ran.report.answer.text, ran.report.answer.source) == ("forged", "final")
    assert (after.out, after.report.answer, after.report.killed) == ("", None, True)
    assert "a message of another block" in after.report.killed_reason
    assert await repl.out("print('alive')") == "alive\n"
