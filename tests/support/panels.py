"""The trace panel on its own, with the keys that the window gives it."""

from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QWidget

from rlm_desktop.trace.ids import Digest
from rlm_desktop.trace.texts import TextRef
from rlm_desktop.ui.commands import Commands, anywhere
from rlm_desktop.ui.trace_commands import TraceCommands
from rlm_desktop.ui.trace_panel import TracePanel
from rlm_desktop.viewmodel.replay import Replay
from rlm_desktop.viewmodel.trace_items import TraceItems


def make_panel(
    items: TraceItems, replay: Replay, load: Callable[[TextRef], str], parent: QWidget | None = None
) -> TracePanel:
    """Make the panel; its commands hold wherever the focus is in it."""
    panel = TracePanel(items, load, parent)
    Commands(parent or panel).add(TraceCommands(panel, replay, anywhere, lambda: None).all())
    return panel


class PanelDesk:
    """A panel of its own on the screen, with nothing in it yet."""

    def __init__(self, qtbot, texts: Mapping[Digest, str], width: int = 1400, height: int = 800) -> None:
        self.qtbot = qtbot
        self.items = TraceItems()
        self.replay = Replay(self.items, self.items)
        self.panel = make_panel(self.items, self.replay, lambda reference: texts[reference.digest])
        self.items.setParent(self.panel)
        qtbot.addWidget(self.panel)
        self.panel.resize(width, height)
        with qtbot.waitExposed(self.panel):
            self.panel.show()
