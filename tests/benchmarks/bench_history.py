"""The history with 5,000 runs and 200 MB of their texts, offscreen: listing, filtering, sorting and searching.

Run it as `python tests/benchmarks/bench_history.py`; making the runs takes a minute. For each thing two times count:
until it is shown, and the longest turn of the window's event loop on the way, that one of the window's thread on a
processor, so that other work on the machine does not count.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")

from measuring import stopwatch, tell
from PySide6.QtWidgets import QApplication
from support.many_runs import A_NEEDLE, CALLS_A_RUN, NEEDLE, RUNS, Prose, fill, fill_with_calls

from rlm_desktop.app.assembly import build_window, make_app
from rlm_desktop.settings.preferences import Preferences
from rlm_desktop.storage.database import FILE_NAME, Database
from rlm_desktop.storage.library import Library
from rlm_desktop.storage.spending import read_spending
from rlm_desktop.storage.text_index import FILE_NAME as WORDS
from rlm_desktop.storage.text_index import TextIndex
from rlm_desktop.trace.ids import RunId
from rlm_desktop.viewmodel.all_charts import ALL_KINDS, all_chart
from rlm_desktop.viewmodel.history_desk import HistoryDesk
from rlm_desktop.viewmodel.shelf import Shelf

TIMES = 10
TARGET_SECONDS = 0.5


class Bench:
    """A window with its history, and no engine."""

    def __init__(self, app: QApplication, data_dir: Path) -> None:
        self.app = app
        self.parts = build_window(app, Preferences())
        self.shelf = Shelf(data_dir)
        self.items = self.parts.history
        self.desk = HistoryDesk(self.shelf, self.items, self.parts.window)
        self.field = self.parts.window.history.search
        self.parts.window.show()
        app.processEvents()

    def shown_after(self, act: Callable[[], object], is_shown: Callable[[], bool]) -> tuple[float, float]:
        """Give the seconds until something is painted, and the longest turn of the event loop on the way."""
        begin = time.perf_counter()
        longest = on_processor(act)
        while not is_shown():
            longest = max(longest, on_processor(self.app.processEvents))
        longest = max(longest, on_processor(self.app.processEvents))
        return time.perf_counter() - begin, longest

    def typed(self, text: str) -> tuple[float, float]:
        """What one keystroke costs that leads to this text."""
        return self.shown_after(partial(self.field.setText, text), lambda: not self.items.is_searching)

    def close(self) -> None:
        self.shelf.close()
        self.parts.passages.close()


def on_processor(act: Callable[[], object]) -> float:
    """Give the seconds of this thread on a processor."""
    begin = time.thread_time()
    act()
    return time.thread_time() - begin


def say(what: str, times: list[tuple[float, float]]) -> None:
    shown, longest = statistics.median(one for one, _ in times), max(turn for _, turn in times)
    print(f"{what:<58} shown after {shown * 1000:7.1f} ms   longest turn {longest * 1000:6.1f} ms", flush=True)


def gather(data_dir: Path) -> None:
    """Fill the index as the window does, in slices."""
    index = TextIndex(data_dir / FILE_NAME)
    slices: list[float] = []
    while True:
        begin = time.perf_counter()
        progress = index.catch_up(0.2)
        slices.append(time.perf_counter() - begin)
        if progress.is_complete:
            break
    index.close()
    size = (data_dir / WORDS).stat().st_size / 1e6
    kept = (data_dir / FILE_NAME).stat().st_size / 1e6
    print(f"{progress.total:,} texts gathered in {sum(slices):.1f} s; {size:.0f} MB beside a database of {kept:.0f} MB")
    tell("a slice of it", slices)


def searches(bench: Bench, prose: Prose) -> None:
    common, rare = prose.words[0], prose.words[30_000]
    for what, text in (
        (f"search a word that one run in {A_NEEDLE} has", NEEDLE),
        ("search the most frequent word, in every run", common),
        ("search a rare word", rare),
        ("search the beginning of a word, two letters", common[:2]),
        ("search one letter, only in what the runs themselves say", common[0]),
        ("search two words in a row", f'"{common} {prose.words[1]}"'),
        ("search three words and a field", f"{common} {prose.words[5]} {prose.words[9]} cost>0.1"),
        ("search words that are nowhere", "nowheretobefound"),
    ):
        times = []
        for _ in range(TIMES):
            bench.typed("")
            times.append(bench.typed(text))
        say(what, times)
        if statistics.median(one for one, _ in times) > TARGET_SECONDS:
            print(f"    more than the {TARGET_SECONDS * 1000:.0f} ms it may take")
    bench.typed("")
    say("search while typing ten letters", [bench.typed(NEEDLE[:length]) for length in range(1, len(NEEDLE) + 1)])


def filters(bench: Bench) -> None:
    for text in ("status:failed", "model:gpt cost>0.5", "calls>0"):
        times = []
        for _ in range(TIMES):
            bench.typed("")
            times.append(bench.typed(text))
        say(f"filter {text}", times)
    say("no filter", [bench.typed("") for _ in range(TIMES)])
    for order in ("cost", "duration", "calls", "date"):
        say(f"sort by {order}", [bench.shown_after(partial(bench.items.set_order, order), lambda: True)])


def changes(bench: Bench) -> None:
    bench.typed("")
    run = RunId(str(bench.items.run_at(bench.items.index(RUNS // 2))))
    say("pin a run", [bench.shown_after(partial(bench.desk.pin, [run], True), lambda: True)])
    say("name a run", [bench.shown_after(partial(bench.desk.rename, run, "A name"), lambda: True)])
    runs = [RunId(str(bench.items.run_at(bench.items.index(place)))) for place in range(100, 200)]
    say(
        "delete 100 runs, until they have vanished", [bench.shown_after(partial(bench.desk.delete, runs), lambda: True)]
    )
    removed: list[object] = []
    seconds = stopwatch(lambda: removed.append(bench.shelf.search._remove(runs)))
    tell("remove 100 runs and their words for good (in a thread)", [seconds])


def charts() -> None:
    """What all runs have spent, set against listing the same runs."""
    with tempfile.TemporaryDirectory() as name:
        fill_with_calls(Path(name))
        with closing(Database.open(Path(name) / FILE_NAME)) as database:
            listing = statistics.median(stopwatch(Library(database).runs) for _ in range(TIMES))
            reading = [stopwatch(partial(read_spending, database)) for _ in range(TIMES)]
            spendings = read_spending(database)
        tell(
            f"spending of {RUNS:,} runs, {RUNS * CALLS_A_RUN:,} calls; the floor is listing the runs", reading, listing
        )
        for measure, divisions in ALL_KINDS.items():
            for division in divisions:
                drawn = partial(all_chart, spendings, {}, measure, division)
                tell(f"    the chart of {measure.lower()} {division.lower()}", [stopwatch(drawn) for _ in range(TIMES)])


def main() -> None:
    """Print what was measured."""
    app = make_app()
    charts()
    with tempfile.TemporaryDirectory() as name:
        data_dir = Path(name)
        prose = fill(data_dir)
        # Before there is a window: a second one would be taken apart in whatever thread runs then.
        gather(data_dir)
        bench = Bench(app, data_dir)
        listed = partial(bench.shown_after, bench.desk.refresh, lambda: bench.items.rowCount() == RUNS)
        say(f"first listing of {RUNS:,} runs", [listed()])
        filters(bench)
        searches(bench, prose)
        changes(bench)
        bench.close()


if __name__ == "__main__":
    main()
