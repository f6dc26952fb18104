"""What long texts cost the detail, offscreen: one line of 1 MB, an output of 100 MB, a reply, as a reader opens them.

Times are those of the window's thread on a processor. Loading the text is counted too.
"""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtWidgets import QApplication

from rlm_desktop.app.assembly import make_app
from rlm_desktop.trace.texts import TextRef
from rlm_desktop.ui.trace_panel import TracePanel
from rlm_desktop.viewmodel.detail import Tab
from rlm_desktop.viewmodel.trace_items import TraceItems
from tests.support.run_writer import RunWriter, Turn

LINE = "a row of the register, and what it says of the dues of the harbour of Ardvik in that year\n"
CASES: dict[str, tuple[Tab, str, str]] = {
    "output, 1 MB on one line": ("Code + output", "output", "x" * 1_000_000),
    "output, 1 MB on one line, Story": ("Story", "output", "x, y " * 200_000),
    "output, 2 MB": ("Code + output", "output", LINE * (2_000_000 // len(LINE))),
    "output, 100 MB": ("Code + output", "output", LINE * (100_000_000 // len(LINE))),
    "output, 100 MB, Story": ("Story", "output", LINE * (100_000_000 // len(LINE))),
    "output, 100 MB on one line": ("Code + output", "output", "z" * 100_000_000),
    "output, 100 MB of Chinese": ("Code + output", "output", "港口税在一九八一年提高了。\n" * 7_000_000),
    "reply, 190 kB of Markdown": ("Reply", "reply", f"# A title\n\n{LINE}" * 1_900),
    "reply, 100 MB": ("Reply", "reply", LINE * (100_000_000 // len(LINE))),
    "code, 1 MB on one line": ("Code + output", "code", f"x = '{'y' * 1_000_000}'"),
    "code, 2 MB": ("Code + output", "code", "value = call(1, 'two')  # three\n" * 62_000),
    "raw events, one with 1 MB": ("Raw", "title", "t" * 1_000_000),
}


def open_case(app: QApplication, tab: Tab, kind: str, text: str) -> tuple[float, float]:
    """Give the seconds to open a node with such a text, and to open it again."""
    writer = RunWriter()
    turn = Turn(intent="Look", code="print(x)", output="x")
    given = {"output": ("output", text), "code": ("code", text)}.get(kind)
    if given is not None:
        setattr(turn, *given)
    if kind in ("reply", "title"):
        turn.intent = text
    writer.run(0.0, "Q", [Turn(intent="Nothing", code="print(1)", output="1"), turn])
    items = TraceItems()
    panel = TracePanel(items, lambda reference: loaded(writer, reference))
    items.setParent(panel)
    panel.resize(1_200, 800)
    panel.show()
    items.feed(writer.entries())
    sort = "call" if kind in ("reply", "title") else "step"
    other, node = [node.id for node in items.trace.nodes.values() if node.kind == sort]
    panel.trace.go_to(other)
    panel.detail.open_tab(tab)
    app.processEvents()
    first = timed(lambda: (panel.trace.go_to(node), app.processEvents()))
    again = timed(lambda: (panel.detail.show_node(node), app.processEvents()))
    panel.close()
    panel.deleteLater()
    app.processEvents()
    return first, again


def loaded(writer: RunWriter, reference: TextRef) -> str:
    return writer.texts[reference.digest]


def timed(act: Callable[[], object]) -> float:
    begin = time.thread_time()
    act()
    return time.thread_time() - begin


def main() -> None:
    app = make_app()
    open_case(app, "Story", "output", "warm")
    for what, (tab, kind, text) in CASES.items():
        first, again = open_case(app, tab, kind, text)
        print(f"{what:<36} first {first * 1000:7.0f} ms   again {again * 1000:7.0f} ms", flush=True)


if __name__ == "__main__":
    main()
