"""A burst of entries becomes few messages, in order, with nothing lost."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import cast

from rlm_desktop.corpus.store.seen import FileSeen
from rlm_desktop.service.frames import read_message
from rlm_desktop.service.messages import (
    DocumentsRead,
    DocumentsSeen,
    Entries,
    Fact,
    RunAccepted,
    RunEnded,
)
from rlm_desktop.service.outbox import MOST_SEEN, Outbox
from rlm_desktop.trace.events import CallRetried, Entry, ReplyGrew
from rlm_desktop.trace.ids import RunId
from tests.support.traces import call_finished, call_started, entries, run_started, turn_started

RUN, OTHER = RunId("r1"), RunId("r2")


@asynccontextmanager
async def pipe() -> AsyncIterator[tuple[Outbox, asyncio.StreamReader]]:
    near, far = socket.socketpair()
    _, writer = await asyncio.open_connection(sock=near)
    reader, far_writer = await asyncio.open_connection(sock=far)
    try:
        yield Outbox(writer), reader
    finally:
        for one in (writer, far_writer):
            one.close()
            await one.wait_closed()


def grew(call=3, text="", reasoning=""):
    return Entry(0, 1.0, ReplyGrew(call=call, text=text, reasoning=reasoning))


async def hear(reader: asyncio.StreamReader, count: int) -> list[Fact]:
    async with asyncio.timeout(10):
        return [await read_message(reader) for _ in range(count)]


async def sent(*gathered: Entry) -> tuple[Entry, ...]:
    async with pipe() as (outbox, reader):
        for entry in gathered:
            outbox.add_entry(RUN, entry)
        await outbox.flush()
        (message,) = await hear(reader, 1)
    assert isinstance(message, Entries)
    return message.entries


async def test_entries_that_gather_become_one_message_for_each_run():
    mine, theirs = entries([run_started(), turn_started(2)]), entries([run_started(question="Another?")])
    async with pipe() as (outbox, reader):
        outbox.add_entry(RUN, mine[0])
        outbox.add_entry(OTHER, theirs[0])
        outbox.add_entry(RUN, mine[1])
        await outbox.flush()

        heard = await hear(reader, 2)

    assert heard == [Entries(run=RUN, entries=tuple(mine)), Entries(run=OTHER, entries=tuple(theirs))]


async def test_a_fact_stays_between_the_entries_before_and_after_it():
    first, second = entries([run_started(), turn_started(2)])
    async with pipe() as (outbox, reader):
        outbox.say(RunAccepted(run=RUN))
        outbox.add_entry(RUN, first)
        outbox.say(RunAccepted(run=OTHER))
        outbox.add_entry(RUN, second)
        outbox.say(RunEnded(run=RUN))
        await outbox.flush()

        heard = await hear(reader, 5)

    assert heard == [
        RunAccepted(run=RUN),
        Entries(run=RUN, entries=(first,)),
        RunAccepted(run=OTHER),
        Entries(run=RUN, entries=(second,)),
        RunEnded(run=RUN),
    ]


async def test_pieces_of_one_reply_are_joined():
    pieces = [grew(text=text) for text in ("The ", "dues ", "rose.")]

    assert await sent(*pieces) == (grew(text="The dues rose."),)


async def test_pieces_of_replies_that_stream_at_once_are_joined_each_for_itself():
    pieces = [grew(3, "a"), grew(4, "x"), grew(3, "b"), grew(4, "y")]

    assert await sent(*pieces) == (grew(3, "ab"), grew(4, "xy"))


async def test_reasoning_and_text_of_a_reply_stay_apart():
    pieces = [grew(reasoning="Let me "), grew(reasoning="look."), grew(text="It "), grew(text="rose.")]

    assert await sent(*pieces) == (grew(reasoning="Let me look."), grew(text="It rose."))


async def test_pieces_are_not_moved_before_what_happened_between_them():
    finished, started = entries([call_finished(3), call_started(5, 2)])
    gathered = [grew(3, "a"), grew(3, "b"), finished, started, grew(5, "c"), grew(5, "d")]

    assert await sent(*gathered) == (grew(3, "ab"), finished, started, grew(5, "cd"))


async def test_what_a_reply_says_after_a_retry_is_not_moved_before_it():
    retried = Entry(4, 1.0, CallRetried(call=3, attempt=1, reason="the stream was cut", wait_seconds=0.5))

    assert await sent(grew(3, "a"), retried, grew(3, "b")) == (grew(3, "a"), retried, grew(3, "b"))


async def test_what_gathers_is_delivered_without_being_asked_for():
    async with pipe() as (outbox, reader):
        delivering = asyncio.create_task(outbox.deliver())
        for run in (RUN, OTHER):
            outbox.say(RunAccepted(run=run))
            assert await asyncio.wait_for(read_message(reader), 10) == RunAccepted(run=run)
        delivering.cancel()
        await asyncio.wait([delivering])


async def test_delivering_ends_when_nobody_listens():
    near, far = socket.socketpair()
    _, writer = await asyncio.open_connection(sock=near)
    outbox = Outbox(writer)
    far.close()
    delivering = asyncio.create_task(outbox.deliver())

    while not delivering.done():
        outbox.say(RunEnded(run=RUN))
        await asyncio.sleep(0.01)

    assert delivering.exception() is None
    writer.close()


def seen(name: str, state="queued"):
    return FileSeen(path=f"/d/{name}", name=name, state=state)


async def test_of_a_document_that_came_far_in_a_moment_only_the_last_is_told():
    async with pipe() as (outbox, reader):
        for one in (seen("a"), seen("b"), seen("a", "failed"), seen("a", "ready")):
            outbox.add_seen(7, one)
        outbox.say(DocumentsRead(request=7))
        outbox.add_seen(7, seen("b", "ready"))
        await outbox.flush()

        heard = await hear(reader, 3)

    assert heard == [
        DocumentsSeen(request=7, seen=(seen("a", "ready"), seen("b"))),
        DocumentsRead(request=7),
        DocumentsSeen(request=7, seen=(seen("b", "ready"),)),
    ]


async def test_so_many_documents_are_told_in_several_messages():
    documents = [seen(str(number)) for number in range(MOST_SEEN + 5)]
    async with pipe() as (outbox, reader):
        for one in documents:
            outbox.add_seen(7, one)
        hearing = asyncio.create_task(hear(reader, 2))
        await outbox.flush()

        first, second = await hearing

    assert (len(first.seen), len(second.seen)) == (MOST_SEEN, 5)
    assert [*first.seen, *second.seen] == documents


class Slow:
    """A pipe that takes its time: while it does, something more happens."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.meanwhile: list[Callable[[], None]] = []

    def write(self, data: bytes) -> None:
        self.written.append(data)

    async def drain(self) -> None:
        if self.meanwhile:
            self.meanwhile.pop(0)()


async def test_what_comes_while_the_pipe_is_slow_is_told_too():
    slow = Slow()
    outbox = Outbox(cast("asyncio.StreamWriter", slow))
    slow.meanwhile = [lambda: outbox.add_seen(7, seen("b")), lambda: outbox.add_seen(7, seen("c"))]
    outbox.add_seen(7, seen("a"))

    await outbox.flush()
    await outbox.flush()

    assert [json.loads(data[4:])[1]["seen"][0]["name"] for data in slow.written] == ["a", "b", "c"]
