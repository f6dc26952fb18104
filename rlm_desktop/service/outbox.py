"""What waits to go up to the window: entries gather for a moment, so that a burst becomes few messages."""

import asyncio
from collections import deque
from dataclasses import replace

from rlm_desktop.corpus.store.seen import FileSeen
from rlm_desktop.service.frames import frame
from rlm_desktop.service.messages import DocumentsSeen, Entries, Fact
from rlm_desktop.trace.events import Entry, ReplyGrew
from rlm_desktop.trace.ids import CallId, RunId

GATHERING_SECONDS = 0.034
MOST_SEEN = 2_000


class _Grown:
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


class _Seen:
    """Documents of one request, each with the last that was told of it."""

    def __init__(self, request: int) -> None:
        self._request = request
        self._seen: dict[tuple[str, str], FileSeen] = {}

    @property
    def is_full(self) -> bool:
        return len(self._seen) >= MOST_SEEN

    def add(self, seen: FileSeen) -> None:
        self._seen[seen.path, seen.name] = seen

    def message(self) -> DocumentsSeen:
        return DocumentsSeen(request=self._request, seen=tuple(self._seen.values()))


class Outbox:
    """Facts in the order they came up, written to the pipe thirty times a second while it takes them."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self._waiting: deque[Fact | _Grown | _Seen] = deque()
        self._grown: dict[RunId, _Grown] = {}
        self._seen: dict[int, _Seen] = {}
        self._has_some = asyncio.Event()

    def say(self, fact: Fact) -> None:
        """Put a fact behind everything said so far."""
        self._close_batches()
        self._waiting.append(fact)
        self._has_some.set()

    def add_entry(self, run: RunId, entry: Entry) -> None:
        """Put an entry into the run's open batch."""
        if run not in self._grown:
            self._grown[run] = _Grown(run)
            self._waiting.append(self._grown[run])
        self._grown[run].add(entry)
        self._has_some.set()

    def add_seen(self, request: int, seen: FileSeen) -> None:
        """Put what was seen of a document into the request's open batch."""
        if request not in self._seen or self._seen[request].is_full:
            self._seen[request] = _Seen(request)
            self._waiting.append(self._seen[request])
        self._seen[request].add(seen)
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
        try:
            while self._waiting:
                # Each time, for what comes while the pipe takes its time opens a batch anew.
                self._close_batches()
                one = self._waiting.popleft()
                self._writer.write(frame(one.message() if isinstance(one, _Grown | _Seen) else one))
                await self._writer.drain()
        except ConnectionError:
            return False
        return True

    def _close_batches(self) -> None:
        self._grown.clear()
        self._seen.clear()
