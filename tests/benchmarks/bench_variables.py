"""The tabs Variables and Context over a run of 300 turns, offscreen: what opening, stepping and scrolling cost.

Each node's entries take a tenth of a millisecond here, as they do when they come from a database. Times are those of
the window's thread on a processor; the longest turn of the event loop is the longest stall that a reader could feel.
"""

import gc
import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtWidgets import QApplication
from support.slow_trace import slow_trace

from rlm_desktop.app.assembly import make_app
from rlm_desktop.trace.events import CallStarted, Entry
from rlm_desktop.trace.facts import Message, VariableChange
from rlm_desktop.ui.context_page import ContextPage
from rlm_desktop.ui.detail_page import DetailPage
from rlm_desktop.ui.variables_page import VariablesPage
from rlm_desktop.viewmodel.detail import Detail
from tests.support.run_writer import RunWriter, Turn

TURNS, NAMES = 300, 200


def changes(turn: int) -> tuple[VariableChange, ...]:
    """A seventh of the names change in each step."""
    return tuple(
        VariableChange(name=f"name_{name}", change="changed", type="list", size=f"list of {turn}", preview="[1, 2, …]")
        for name in range(turn % 7, NAMES, 7)
    )


def conversation(writer: RunWriter) -> list[Entry]:
    """Let each turn's prompt hold all that was said before, as a root LM's does."""
    messages = [Message(role="system", text=writer.keep("Answer from the context. " * 200))]
    found = []
    for entry in writer.entries():
        event = entry.event
        if isinstance(event, CallStarted):
            said = f"{event.call}: a row of the register, and what it says of the dues\n" * 120
            messages = [*messages, Message(role="user", text=writer.keep(said))]
            found.append(replace(entry, event=replace(event, prompt=tuple(messages))))
            messages = [*messages, Message(role="assistant", text=writer.keep(f"I look at {event.call}. " * 30))]
        else:
            found.append(entry)
    return found


def longest_turn(app: QApplication, act: Callable[[], object], is_done: Callable[[], bool]) -> tuple[float, float]:
    """Give the seconds until all is done, and those of the longest turn of the event loop."""
    begin = time.thread_time()
    longest = timed(act)
    longest = max(longest, timed(app.processEvents))
    while not is_done():
        longest = max(longest, timed(app.processEvents))
    longest = max(longest, timed(app.processEvents))
    return time.thread_time() - begin, longest


def timed(act: Callable[[], object]) -> float:
    begin = time.thread_time()
    act()
    return time.thread_time() - begin


def main() -> None:
    app = make_app()
    writer = RunWriter()
    writer.run(0.0, "Q", [Turn(intent=f"Turn {n}", code="x = 1", variables=changes(n)) for n in range(TURNS)])
    trace = slow_trace(conversation(writer))
    gc.freeze()
    steps = [node.id for node in trace.nodes.values() if node.kind == "step"]

    def detail(step: int) -> Detail:
        return Detail(trace, steps[step], lambda reference: writer.texts[reference.digest])

    def tell(what: str, page: VariablesPage | ContextPage, act: Callable[[], object]) -> None:
        whole, longest = longest_turn(app, act, lambda: not page.items.is_busy)
        print(f"{what:<44} done {whole * 1000:6.0f} ms   longest turn {longest * 1000:6.1f} ms", flush=True)

    pages: tuple[DetailPage, ...] = (VariablesPage(None), ContextPage(None))  # type: ignore[arg-type]
    for name, page in zip(("variables", "context"), pages, strict=True):
        page.resize(900, 800)
        page.show()
        app.processEvents()
        tell(f"{name} of 300 turns opened", page, lambda page=page: page.show_detail(detail(299)))
        tell(f"{name}, turn 150", page, lambda page=page: page.show_detail(detail(149)))
        tell(f"{name}, turn 151", page, lambda page=page: page.show_detail(detail(150)))
        tell(f"{name}, brought up to date", page, lambda page=page: page.show_detail(detail(150)))
        for bar in (page.view.horizontalScrollBar(), page.view.verticalScrollBar()):
            tell(f"{name}, scrolled", page, lambda bar=bar: bar.setValue(bar.maximum() // 2))
        page.close()


if __name__ == "__main__":
    main()
