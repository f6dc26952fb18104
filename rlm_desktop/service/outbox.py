"""What waits to go up to the window: entries gather for a moment, so that a burst becomes few messages."""

import asyncio
from dataclasses import replace

from rlm_desktop.service.frames import frame
from rlm_desktop.service.messages import Entries, Fact
from rlm_desktop.trace.events import Entry, ReplyGrew
from rlm_desktop.trace.ids import CallId, RunId

GATHERING_SECONDS = 0.025


class _Batch:
    """Entries of one run, with streamed pieces of the same reply joined."""

    def __init__(self, run: RunId) -> None:
        self._run = run
        self._entries: list[Entry] = []
        self._growing: dict[tuple[CallId, bool], int] = {}

    def add(self, entry: Entry) -> None:
        event = entry.event
        if not isinstance(event, ReplyGrew):
            # What comes after may end a reply: later pieces must not move before it.
            self._growing.clear()
            self._entries.append(entry)
            return
        place = self._growing.setdefault((event.call, bool(event.text)), len(self._entries))
        if place == len(self._entries):
            self._entries.append(entry)
            return
        earlier = self._entries[place].event
        assert isinstance(earlier, ReplyGrew)
        joined = replace(event, text=earlier.text + event.text, reasoning=earlier.reasoning + event.reasoning)
        self._entries[place] = Entry(entry.seq, entry.at, joined)

    def message(self) -> Entries:
        return Entries(run=self._run, entries=tuple(self._entries))


class Outbox:
    """Facts in the order they came up, written to the pipe every 25 ms while it takes them."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self._waiting: list[Fact | _Batch] = []
        self._batches: dict[RunId, _Batch] = {}
        self._has_some = asyncio.Event()

    def say(self, fact: Fact) -> None:
        """Put a fact behind everything said so far."""
        self._batches.clear()
        self._waiting.append(fact)
        self._has_some.set()

    def add_entry(self, run: RunId, entry: Entry) -> None:
        """Put an entry into the run's open batch."""
        if run not in self._batches:
            self._batches[run] = _Batch(run)
            self._waiting.append(self._batches[run])
        self._batches[run].add(entry)
        self._has_some.set()

    async def deliver(self) -> None:
        """Write what gathers until cancelled, or until nobody listens any more."""
        while True:
            await self._has_some.wait()
            await asyncio.sleep(GATHERING_SECONDS)
            if not await self.flush():
                return

    async def flush(self) -> bool:
        """Write all that waits; false when nobody listens any more."""
        self._has_some.clear()
        waiting, self._waiting = self._waiting, []
        self._batches.clear()
        try:
            for one in waiting:
                self._writer.write(frame(one.message() if isinstance(one, _Batch) else one))
            await self._writer.drain()
        except ConnectionError:
            return False
        return True
