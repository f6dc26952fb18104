"""The trace panel on its own, with the keys that the window gives it."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

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
