"""One run: its line, its timeline, and under them the answer or the trace beside the detail."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from rlm_desktop.trace.ids import NodeId, RunId
from rlm_desktop.ui.answer_view import AnswerView
from rlm_desktop.ui.compare_view import CompareView
from rlm_desktop.ui.filter_bar import FilterBar
from rlm_desktop.ui.parts import Hairline
from rlm_desktop.ui.room import Room
from rlm_desktop.ui.run_charts import RunCharts
from rlm_desktop.ui.run_line import ANSWER, COMPARE, SENT, TRACE, RunLine
from rlm_desktop.ui.sent_view import SentView
from rlm_desktop.ui.theme import AROUND, GRID
from rlm_desktop.ui.timeline_view import TimelineView
from rlm_desktop.ui.trace_panel import TracePanel
from rlm_desktop.viewmodel.comparison.comparing import Comparing
from rlm_desktop.viewmodel.filtering import Filtering
from rlm_desktop.viewmodel.passages import Passages
from rlm_desktop.viewmodel.replay import Replay
from rlm_desktop.viewmodel.shown_run import ShownRun


class RunPage(QWidget):
    """Places the views of a run and lets them follow each other."""

    view_changed = Signal(int)
    run_wanted = Signal(object)  # RunId

    def __init__(self, shown: ShownRun, replay: Replay, passages: Passages, parent: QWidget) -> None:
        super().__init__(parent)
        self._shown, self.comparing = shown, Comparing(self)
        self.wanted_view = ANSWER
        """The view that the user chose last; past runs are opened with it."""
        self._wanted: tuple[RunId, NodeId] | None = None
        """The step to go to as soon as its run is shown."""
        self._compared: tuple[RunId, RunId] | None = None
        self._before = ANSWER
        """The view that a comparison goes back to."""
        self.line = RunLine(shown, self)
        self.timeline = TimelineView(shown.items, replay, self)
        self._stack = QStackedWidget(self)
        self.answer = AnswerView(shown, passages, self._stack)
        self.panel = TracePanel(shown.items, shown.load_text, self._stack)
        self.trace, self.detail = self.panel.trace, self.panel.detail
        self.detail.sources.use(shown.sources)
        self.filtering = Filtering(shown, self)
        self.filter_bar = FilterBar(self.filtering, self.panel)
        self.panel.give_filter(self.filter_bar)
        self.sent = SentView(shown, self._stack)
        self.charts = RunCharts(shown, self._stack)
        self.compare = CompareView(self.comparing, self._stack)
        self._build()
        self._connect()

    def _build(self) -> None:
        self._stack.addWidget(self.answer)
        self._stack.addWidget(self.panel)
        self._stack.addWidget(self.sent)
        self._stack.addWidget(self.charts)
        self._stack.addWidget(self.compare)
        time = QVBoxLayout()
        time.setContentsMargins(AROUND, 0, AROUND, GRID)
        time.addWidget(self.timeline)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.line)
        column.addLayout(time)
        column.addWidget(Hairline(self))
        column.addWidget(self._stack, 1)

    def _connect(self) -> None:
        self.line.view_chosen.connect(self.choose_view)
        self.timeline.node_wanted.connect(self._on_timeline)
        self.timeline.stretch_wanted.connect(self._on_stretch)
        self._shown.ended.connect(self._on_ended)
        self._shown.opened.connect(self._on_opened)
        self._shown.filled.connect(self._on_filled)
        self._shown.changed.connect(self._on_changed)
        self.comparing.changed.connect(self._on_comparing)
        self.comparing.read.connect(self._on_compared_read)
        self.compare.closed.connect(self.comparing.end)
        self.compare.step_wanted.connect(self.go_to_step)

    @property
    def view(self) -> int:
        """Which view is shown: `ANSWER`, `TRACE`, `SENT`, `CHARTS` or `COMPARE`."""
        return self._stack.currentIndex()

    @Slot(int)
    def show_view(self, view: int) -> None:
        """Show the answer, the trace, what was sent, the charts, or the comparison while there is one."""
        if view == COMPARE and self.comparing.pair is None:
            return
        if view != COMPARE:
            self._before = view
        self._stack.setCurrentIndex(view)
        self.line.switch.choose(view)
        self.view_changed.emit(view)

    @Slot(int)
    def choose_view(self, view: int) -> None:
        """Show a view because the user wants it; of a past run, also in those opened later."""
        if view != COMPARE and not self._shown.is_live:
            self.wanted_view = view
        self.show_view(view)

    def bring_view(self, view: int) -> None:
        """Show the view that the user wants and give it the keys."""
        self.choose_view(view)
        match view:
            case _ if view == TRACE:
                self.panel.show_trace()
            case _ if view == ANSWER:
                self.answer.text.setFocus(Qt.FocusReason.ShortcutFocusReason)
            case _ if view == SENT:
                self.sent.take_focus()
            case _:
                self.charts.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def bring_trace(self) -> None:
        """Show the trace, and give it the keys unless its detail has them."""
        if self.view != TRACE or not self.panel.has_focus:
            self.show_view(TRACE)
            self.panel.show_trace()

    def take_room(self, room: Room) -> None:
        """Place the views by the room there is."""
        for pair in (self.panel, self.answer):
            pair.take_shape(room.shape)
        self.timeline.set_low(room.is_low)

    def redress(self) -> None:
        """Take the colours of the theme shown now."""
        self.answer.redress()
        self.detail.sources.redress()
        self.filter_bar.redress()

    @Slot(object, object)
    def go_to_step(self, run: RunId, node: NodeId) -> None:
        """Show a step of a run in its trace; another run is opened for that."""
        self._wanted = (run, node)
        if run == self._shown.run:
            self._on_changed()
        else:
            self.run_wanted.emit(run)

    @Slot()
    def _on_opened(self) -> None:
        """A live run shows its trace, a past one the view that the user wants, one of a pair the comparison."""
        self.trace.follow(True)
        self.show_view(TRACE if self._shown.is_live else self.wanted_view)
        if self._wanted is not None and self._wanted[0] != self._shown.run:
            self._wanted = None
        if self._shown.run not in (self.comparing.pair or ()):
            self.comparing.end()
        elif self._wanted is None:
            self.show_view(COMPARE)

    @Slot()
    def _on_filled(self) -> None:
        """A run without an end has no answer to look at, but a trace that shows how far it came."""
        if self._shown.status in (None, "interrupted") and self.view != COMPARE:
            self.show_view(TRACE)

    @Slot()
    def _on_ended(self) -> None:
        if self.view != COMPARE:
            self.show_view(TRACE if self._shown.status is None else ANSWER)

    @Slot()
    def _on_changed(self) -> None:
        """Go to the step that is wanted as soon as it is there."""
        run, node = self._wanted or (None, None)
        if node is not None and run == self._shown.run and node in self._shown.items.trace.nodes:
            self._wanted = None
            self.show_view(TRACE)
            self.trace.go_to(node)

    @Slot()
    def _on_comparing(self) -> None:
        """The comparison has its view while there is one."""
        pair = self.comparing.pair
        self.line.show_comparing(pair is not None)
        if pair is None and self.view == COMPARE:
            self.show_view(self._before)
        elif pair is not None and pair != self._compared:
            self.show_view(COMPARE if self._shown.run in pair else self.view)
        self._compared = pair

    @Slot()
    def _on_compared_read(self) -> None:
        """A comparison is shown with one of its runs."""
        pair = self.comparing.pair
        if pair is not None and self._shown.run not in pair:
            readable = [run for run in pair if self.comparing.is_readable(run)]
            self.run_wanted.emit(readable[0] if readable else pair[0])

    @Slot(float, float)
    def _on_stretch(self, begin: float, end: float) -> None:
        self.show_view(TRACE)
        self.filter_bar.show_stretch(begin, end)

    @Slot(object)
    def _on_timeline(self, node: NodeId) -> None:
        self.show_view(TRACE)
        self.trace.go_to(node)
