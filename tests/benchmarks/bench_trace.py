"""The trace of very large runs, offscreen: opened, expanded, gone through, filtered, replayed; and a live one.

Prints the 95th percentile of twenty beside the target of the trajectory view's table. Writing a run of a million nodes
takes a minute, making its skeleton another.
"""

import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtWidgets import QApplication
from support.large_runs import LargeRun, write_large_run
from support.memory import anonymous_bytes
from support.window_stall import Ticks

from rlm_desktop.app.assembly import build_window, make_app
from rlm_desktop.app.collecting import Collector
from rlm_desktop.settings.preferences import Preferences
from rlm_desktop.storage.database import FILE_NAME, Database
from rlm_desktop.storage.run_texts import find_texts
from rlm_desktop.storage.skeletons import Skeletons
from rlm_desktop.trace.events import TextKept
from rlm_desktop.trace.ids import RunId
from rlm_desktop.viewmodel.shelf import Shelf
from rlm_desktop.viewmodel.trace_filter import parse
from rlm_desktop.viewmodel.walking import next_error
from tests.support.traces import entries as dated

REPEATS = 20
SIZES = (100_000, 1_000_000)
TARGETS_MS = {
    "open to first paint": (150, 500),
    "expand all and paint": (100, 400),
    "jump anywhere and paint": (33, 33),
    "timeline frame, zooming": (16, 16),
    "timeline frame, panning": (16, 16),
    "replay seek and paint": (50, 150),
    "filter by status and paint": (None, None),
    "filter by cost and paint": (None, None),
    "next error": (None, None),
    "search of all texts": (500, None),
}
MEMORY_MB = (60, 200)
LIVE_SECONDS, LIVE_EVENTS_A_SECOND, LIVE_STALL_MS = 60, 200, 50


def worst(action: Callable[[], object], repeats: int = REPEATS) -> float:
    """Give the 95th percentile of an action's milliseconds."""
    taken = []
    for _ in range(repeats):
        begin = time.perf_counter()
        action()
        taken.append((time.perf_counter() - begin) * 1000)
    return sorted(taken)[round(0.95 * (repeats - 1))]


def say(size: str, what: str, milliseconds: float, target: int | None) -> None:
    beside = "" if target is None else f"   target {target} ms"
    print(f"{size:>10}  {what:<30} {milliseconds:8.1f} ms{beside}", flush=True)


class Desk:
    """The real window with a run of the database in it."""

    def __init__(self, folder: Path) -> None:
        self.app: QApplication = make_app()
        self.parts = build_window(self.app, Preferences())
        self.window = self.parts.window
        self.window.resize(1440, 900)
        self.window.show()
        self.collector = Collector(self.window)
        self.shelf = Shelf(folder)
        self.parts.shown.items.notes.keeper = self.shelf.notes
        self.items, self.page = self.parts.shown.items, self.window.run_page
        self.app.processEvents()

    def open(self) -> None:
        """Show the run; the trace is painted when this returns."""
        sealed = self.shelf.large.make(RunId("large"), lambda: False)
        self.parts.shown.open_sealed(RunId("large"), sealed, self.shelf.text)
        self.page.show_view(1)
        self.paint()

    def paint(self) -> None:
        """Let everything that is due be painted."""
        self.app.processEvents()

    def close(self) -> None:
        self.collector.stop()
        self.shelf.close()
        self.parts.passages.close()


def in_window(folder: str, nodes: int) -> None:
    """Measure one run; in a process of its own, for the sake of its memory."""
    column = SIZES.index(nodes)
    desk = Desk(Path(folder))
    desk.open()
    desk.parts.shown.show_none()
    desk.paint()
    idle = anonymous_bytes()
    size = f"{nodes:,}"

    def tell(what: str, action: Callable[[], object], repeats: int = REPEATS) -> None:
        say(size, what, worst(action, repeats), TARGETS_MS[what][column])

    tell("open to first paint", lambda: (desk.parts.shown.show_none(), desk.open()))
    items, dice = desk.items, random.Random(5)
    memory = anonymous_bytes() - idle

    def expand() -> None:
        items.set_all_open(True)
        desk.paint()

    tell("expand all and paint", expand)
    memory = max(memory, anonymous_bytes() - idle)

    def jump() -> None:
        desk.page.trace.scrollTo(items.index(dice.randrange(items.rowCount()), 0))
        desk.paint()

    tell("jump anywhere and paint", jump)
    measure_timeline(desk, tell)

    def seek() -> None:
        items.go_to(dice.randrange(len(items.entries)))
        desk.paint()

    tell("replay seek and paint", seek)
    items.go_to(len(items.entries))
    measure_filters(desk, tell)
    memory = max(memory, anonymous_bytes() - idle)
    measure_search(desk, tell)
    print(f"{size:>10}  {'memory above idle':<30} {memory / 1e6:8.1f} MB   target {MEMORY_MB[column]} MB", flush=True)
    desk.close()


def measure_timeline(desk: Desk, tell: Callable[..., None]) -> None:
    line = desk.page.timeline

    def frame(move: Callable[[], object]) -> None:
        move()
        line.repaint()

    line.zoom(4.0, 500)
    tell("timeline frame, panning", lambda: frame(lambda: line.pan(0.03)))
    line.zoom(0.001)
    tell("timeline frame, zooming", lambda: frame(lambda: line.zoom(1.3, 600)))
    line.zoom(0.0001)


def measure_filters(desk: Desk, tell: Callable[..., None]) -> None:
    def narrow(typed: str) -> None:
        desk.items.narrow(parse(typed) if desk.items.filter is None else None)
        desk.paint()

    tell("filter by status and paint", lambda: narrow("status:error"))
    tell("filter by cost and paint", lambda: narrow("cost>0.00043 kind:call"))
    desk.items.narrow(None)
    tell("next error", lambda: desk.page.trace.walk(lambda trace, here: next_error(trace, here, 1)))


def measure_search(desk: Desk, tell: Callable[..., None]) -> None:
    def search() -> None:
        seek = desk.items.seeker("hafenmeister")
        seek(find_texts(desk.shelf._database, RunId("large"), "hafenmeister", lambda: False))

    tell("search of all texts", search, 3)


def live() -> None:
    """Feed a live run into the window, and measure the longest time in which it did nothing."""
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder))
        made = [event for event in LargeRun(20_000, long_output=False).events() if not isinstance(event, TextKept)]
        entries = dated(made[: LIVE_SECONDS * LIVE_EVENTS_A_SECOND])
        desk.parts.shown.begin(RunId("live"), "Live", lambda _reference: "")
        desk.page.show_view(1)
        ticks = Ticks(desk.window)
        begin, fed, before = time.perf_counter(), 0, 0
        while fed < len(entries):
            due = min(len(entries), round((time.perf_counter() - begin) * LIVE_EVENTS_A_SECOND))
            if due - fed >= LIVE_EVENTS_A_SECOND // 30 or due == len(entries):
                desk.parts.shown.feed(entries[fed:due])
                fed = due
                if desk.items.rowCount() > 3 and not before:
                    desk.items.set_all_open(True)
                    before = anonymous_bytes()
            desk.app.processEvents()
            time.sleep(0.001)
        gaps = sorted(gap * 1000 for gap in ticks.gaps)
        after = anonymous_bytes()
        for _ in range(200):
            desk.app.processEvents()
            time.sleep(0.005)
        grown = (anonymous_bytes() - after) / 1e6
        print(
            f"      live  {fed:,} events in {time.perf_counter() - begin:.0f} s, {desk.items.rowCount():,} rows:"
            f" longest stall {gaps[-1]:.0f} ms (target {LIVE_STALL_MS}),"
            f" 99th percentile {gaps[round(0.99 * len(gaps))]:.0f} ms;"
            f" memory {(after - before) / 1e6:+.0f} MB while it ran, {grown:+.1f} MB in the second after",
            flush=True,
        )
        desk.close()


def main() -> None:
    for nodes in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            begin = time.perf_counter()
            count = write_large_run(Path(folder), "large", LargeRun(nodes))
            print(f"{nodes:>10,}  {count:,} entries written in {time.perf_counter() - begin:.0f} s", flush=True)
            begin = time.perf_counter()
            make_skeleton(folder)
            print(f"{nodes:>10,}  skeleton made in {time.perf_counter() - begin:.0f} s", flush=True)
            subprocess.run([sys.executable, __file__, "window", folder, str(nodes)], check=True)
    subprocess.run([sys.executable, __file__, "live"], check=True)


def make_skeleton(folder: str) -> None:
    database = Database.open(Path(folder) / FILE_NAME)
    Skeletons(database).make(RunId("large"))
    database.close()


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["window", folder, nodes]:
            in_window(folder, int(nodes))
        case ["live"]:
            live()
        case _:
            main()
