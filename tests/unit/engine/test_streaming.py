"""Few events for many pieces: replies and outputs."""

import asyncio

import pytest

from rlm_desktop.engine.outputs import OutputLog
from rlm_desktop.engine.recorder import Recorder
from rlm_desktop.engine.streaming import GrowingReply
from rlm_desktop.trace.events import OutputPrinted, ReplyGrew, TextKept
from rlm_desktop.trace.ids import CallId, NodeId, StepId
from tests.support.engine_runs import until


class Heard:
    """Collects events."""

    def __init__(self) -> None:
        self.events: list = []
        self.recorder = Recorder(self.events.append)
        self.growing = GrowingReply(self.recorder, CallId(NodeId(1)))
        self.log = OutputLog(self.recorder, StepId(NodeId(2)))

    def of(self, kind):
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def text(self) -> str:
        return "".join(event.text for event in self.of(ReplyGrew))

    @property
    def reasoning(self) -> str:
        return "".join(event.reasoning for event in self.of(ReplyGrew))


async def test_pieces_that_come_together_are_one_event():
    heard = Heard()

    for letter in "hello there, world":
        heard.growing.grew(letter, "")
    await until(lambda: heard.text == "hello there, world")

    assert len(heard.of(ReplyGrew)) == 1


async def test_after_the_end_nothing_is_told():
    heard = Heard()

    heard.growing.grew("late words", "")
    heard.growing.close()
    await asyncio.sleep(0.05)

    assert heard.events == []


async def test_reasoning_of_the_provider_is_told_apart():
    heard = Heard()

    heard.growing.grew("", "hm")
    await until(lambda: heard.reasoning == "hm")

    assert heard.text == ""


@pytest.mark.parametrize("size", [1, 3, 8, 100])
async def test_reasoning_in_tags_is_told_apart_however_it_is_cut(size):
    heard = Heard()
    reply = "<think>a plan < b</think>The answer is here."

    for start in range(0, len(reply), size):
        heard.growing.grew(reply[start : start + size], "")
        heard.growing._tell()
    heard.growing.grew("\n", "")
    heard.growing._tell()
    heard.growing.close()

    assert heard.reasoning == "a plan < b"
    assert heard.text == "The answer is here.\n"


async def test_a_reply_that_begins_with_another_sign_is_all_text():
    heard = Heard()

    heard.growing.grew("<b> is no thought, ", "")
    heard.growing._tell()
    heard.growing.close()

    assert heard.text == "<b> is no thought, "


async def test_output_is_told_in_pieces_by_stream():
    heard = Heard()

    heard.log.print("stdout", "one\n")
    heard.log.print("stdout", "two\n")
    heard.log.print("stderr", "\n  careful\n")
    heard.log.print("stdout", "three\n")
    heard.log.flush()

    told = [(event.stream, event.preview, event.lines) for event in heard.of(OutputPrinted)]
    assert told == [("stdout", "one", 2), ("stderr", "careful", 2), ("stdout", "three", 1)]
    assert heard.log.text("stdout") == "one\ntwo\nthree\n"
    assert [event.text for event in heard.of(TextKept)] == ["one\ntwo\n", "\n  careful\n", "three\n"]


async def test_output_is_told_while_the_block_runs():
    heard = Heard()

    heard.log.print("stdout", "early")
    await until(lambda: bool(heard.of(OutputPrinted)))
    heard.log.flush()

    assert len(heard.of(OutputPrinted)) == 1


async def test_much_output_is_told_at_once():
    heard = Heard()

    heard.log.print("stdout", "x" * 70_000)

    assert len(heard.of(OutputPrinted)) == 1
