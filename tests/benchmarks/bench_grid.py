"""The map grid of 10,000 calls, offscreen: what opening, sorting, grouping and scrolling cost the window.

Each node's entries take a tenth of a millisecond here, as they do when they come from a database. Times are those of
the window's thread on a processor, so that other work on the machine does not count; the longest turn of the event
loop is the longest stall that a reader could feel.
"""

import gc
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtWidgets import QApplication, QWidget
from support.slow_trace import slow_trace

from rlm_desktop.app.assembly import make_app
from rlm_desktop.ui.batch_card import BatchCard
from rlm_desktop.viewmodel.call_order import GridColumn
from rlm_desktop.viewmodel.detail_cards import Texts
from rlm_desktop.viewmodel.reasking import Reasking
from tests.support.sample_runs import wide_run

CALLS = 10_000


class Bench:
    """A map grid in a window of its own."""

    def __init__(self, app: QApplication) -> None:
        self.app = app
        self.window = QWidget()
        self.window.resize(760, 800)
        self.card = BatchCard(Reasking(lambda: True, self.window), self.window)
        self.card.setGeometry(0, 0, 760, 800)
        self.window.show()
        app.processEvents()

    def turns(self, act: Callable[[], object], is_done: Callable[[], bool]) -> tuple[float, float, float]:
        """Give the seconds until the first paint, until all is done, and of the longest turn."""
        begin = time.thread_time()
        longest = self._timed(act)
        longest = max(longest, self._timed(self.app.processEvents))
        first = time.thread_time() - begin
        while not is_done():
            longest = max(longest, self._timed(self.app.processEvents))
        longest = max(longest, self._timed(self.app.processEvents))
        return first, time.thread_time() - begin, longest

    def _timed(self, act: Callable[[], object]) -> float:
        begin = time.thread_time()
        act()
        return time.thread_time() - begin

    def tell(self, what: str, act: Callable[[], object]) -> None:
        """Print what an action costs."""
        first, whole, longest = self.turns(act, lambda: not (self.card.grid.is_busy or self.card.view.is_copying))
        print(
            f"{what:<44} first paint {first * 1000:6.1f} ms   done {whole * 1000:7.0f} ms"
            f"   longest turn {longest * 1000:6.1f} ms",
            flush=True,
        )


def main() -> None:
    bench = Bench(make_app())
    trace = slow_trace(wide_run(CALLS)[0])
    # The nodes of a recorded run are made as they are needed; that all stand in memory here is not the grid's burden.
    gc.freeze()
    batch = next(node.id for node in trace.nodes.values() if node.kind == "batch")
    grid, view = bench.card.grid, bench.card.view
    bench.tell("10,000 calls opened", lambda: bench.card.show_batch(trace, batch, Texts(lambda _reference: "")))
    bench.tell("brought up to date, nothing new", lambda: bench.card.show_batch(trace, batch, Texts(lambda _: "")))
    for column in GridColumn:
        bench.tell(f"sorted by {column.name.lower()}", lambda column=column: grid.sort_by(column))
    bench.tell("grouped", lambda: grid.want(is_grouped=True))
    bench.tell("largest group opened", lambda: grid.set_group_open(0, True))
    bench.tell("not grouped, not sorted", lambda: grid.want(is_grouped=False, column=None))
    bench.tell("filter: item 99", lambda: grid.want(text="item 99"))
    bench.tell("no filter", lambda: grid.want(text=""))
    view.selectRow(9_000)
    bench.tell("sorted with a row selected", lambda: grid.sort_by(GridColumn.TIME))
    for part in range(1, 6):
        bar = view.verticalScrollBar()
        bench.tell(f"scrolled to {part * 20} %", lambda part=part, bar=bar: bar.setValue(bar.maximum() * part // 5))
    view.selectAll()
    bench.tell("all rows copied", view.copy_rows)
    bench.window.close()


if __name__ == "__main__":
    main()
