"""The documents panel with 450,000 files, offscreen: what a batch, a filter and an order cost the window.

Times are those of the window's thread on a processor, so that other work on the machine does not count.
"""

import os
import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")

from measuring import tell
from PySide6.QtWidgets import QApplication

from rlm_desktop.app.assembly import Parts, build_window, make_app
from rlm_desktop.app.collecting import Collector
from rlm_desktop.corpus.store.seen import FileSeen
from rlm_desktop.service.messages import Command, DocumentsSeen
from rlm_desktop.service.packing import pack, unpack
from rlm_desktop.settings.preferences import Preferences
from rlm_desktop.viewmodel.document_order import Order
from rlm_desktop.viewmodel.documents_desk import DocumentsDesk

FILES = 450_000
A_FOLDER = 30
BATCH = 2_000
KINDS = ("text", "pdf", "html", "mail", "docx")


def stopwatch(act: Callable[[], object]) -> float:
    """Give the seconds that an action takes."""
    begin = time.thread_time()
    act()
    return time.thread_time() - begin


def found(number: int, **known: object) -> FileSeen:
    name = f"part {number // 6_000}/folder {number // A_FOLDER}/report {number}.txt"
    facts = {"state": "queued", "kind": KINDS[number % 5], "size_bytes": 997 * number % 40_000, **known}
    return FileSeen(path=f"/given/{name}", name=name, **facts)  # type: ignore[arg-type]


def ready(number: int) -> FileSeen:
    length = 7_919 * number % 50_000
    return found(number, state="ready" if number % 97 else "failed", characters=length, tokens=length // 4, reason="")


def batches(make: Callable[[int], FileSeen]) -> Iterator[DocumentsSeen]:
    for first in range(0, FILES, BATCH):
        yield DocumentsSeen(request=1, seen=tuple(map(make, range(first, min(FILES, first + BATCH)))))


class Bench:
    """A window with its desk, and no engine."""

    def __init__(self, app: QApplication) -> None:
        self.app = app
        self.parts: Parts = build_window(app, Preferences())
        self.items = self.parts.asking.documents
        self.collector = Collector(self.parts.window)
        self.desk = DocumentsDesk(self.parts.asking, self._send, self.parts.window)
        self.parts.window.show()
        self.parts.asking.paths = ["/given"]
        self.desk.read(["/given"])

    def _send(self, _command: Command) -> bool:
        return True

    def feed(self, make: Callable[[int], FileSeen]) -> list[float]:
        """Give the seconds that each batch costs the window, with painting."""
        return [stopwatch(partial(self._take, fact)) for fact in batches(make)]

    def _take(self, fact: DocumentsSeen) -> None:
        self.desk.note([fact])
        self.app.processEvents()

    def until_shown(self, act: Callable[[], None], is_shown: Callable[[], bool]) -> tuple[float, float]:
        """Give the seconds until something is shown, and the longest turn of the event loop on the way."""
        begin = time.thread_time()
        longest = stopwatch(act)
        while not is_shown():
            longest = max(longest, stopwatch(self.app.processEvents))
        return time.thread_time() - begin, max(longest, stopwatch(self.app.processEvents))


def plain(fact: DocumentsSeen) -> None:
    """What any list of these documents costs at least: an object each, in a list and a dictionary."""
    rows = [FileSeen(path=seen.path, name=seen.name, state=seen.state, kind=seen.kind) for seen in fact.seen]
    assert len({row.path: row for row in rows}) == len(rows)


def tell_turn(what: str, times: tuple[float, float]) -> None:
    print(f"{what:<58} shown after {times[0] * 1000:6.0f} ms   longest turn {times[1] * 1000:6.1f} ms", flush=True)


def main() -> None:
    bench = Bench(make_app())
    floor = statistics.median(stopwatch(partial(plain, fact)) for fact in batches(found))
    message = pack(next(iter(batches(ready))))
    tell("2,000 documents out of a message", [stopwatch(lambda: unpack(message)) for _ in range(20)], floor)
    tell("2,000 documents found", bench.feed(found), floor)
    tell("2,000 documents ready", bench.feed(ready), floor)
    items, view = bench.items, bench.parts.window.documents.view
    tell_turn("all folders opened", bench.until_shown(lambda: items.open_all(True), lambda: items.rowCount() > FILES))
    tell_turn("the last row", bench.until_shown(view.scrollToBottom, lambda: True))
    tell("2,000 documents ready, all folders open", bench.feed(ready)[:20], floor)
    for words in ("report 4", "state:problem", "nowhere"):
        act = partial(items.set_filter, words)
        tell_turn(f"filter {words}", bench.until_shown(act, lambda: not items.is_busy))
    tell_turn("no filter", bench.until_shown(lambda: items.set_filter(""), lambda: items.shows_folders))
    orders: tuple[Order, ...] = ("tokens", "name", "state")
    for order in orders:
        act = partial(items.set_order, order)
        tell_turn(f"sorted by {order}", bench.until_shown(act, lambda: not items.is_busy))
    tell("2,000 documents ready, sorted", bench.feed(ready)[:20], floor)
    bench.collector.stop()
    bench.parts.passages.close()


if __name__ == "__main__":
    main()
