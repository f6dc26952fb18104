"""The window: documents and history left; question on top; the run, or how to begin, under it."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QMimeData, QSize, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QMainWindow, QMessageBox, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from rlm_desktop.ui.all_charts_dialog import AllChartsDialog
from rlm_desktop.ui.ask_bar import AskBar
from rlm_desktop.ui.banner import Banner
from rlm_desktop.ui.choice_bar import ChoiceBar
from rlm_desktop.ui.columns import Columns
from rlm_desktop.ui.command_dialogs import CommandDialogs
from rlm_desktop.ui.commands import Commands
from rlm_desktop.ui.documents_panel import DocumentsPanel
from rlm_desktop.ui.drops import DropSign, local_paths
from rlm_desktop.ui.history_panel import HistoryPanel
from rlm_desktop.ui.icons import retint
from rlm_desktop.ui.models_dialog import ModelsDialog
from rlm_desktop.ui.parts import Hairline
from rlm_desktop.ui.picking import Picker
from rlm_desktop.ui.preparing_strip import PreparingStrip
from rlm_desktop.ui.preview_page import PreviewPage
from rlm_desktop.ui.replay_bar import ReplayBar
from rlm_desktop.ui.room import LEAST, Room
from rlm_desktop.ui.run_page import RunPage
from rlm_desktop.ui.start_view import StartView
from rlm_desktop.ui.status_line import StatusLine
from rlm_desktop.ui.tab_order import tab_on
from rlm_desktop.ui.theme import AROUND, GRID
from rlm_desktop.ui.top_bar import TopBar
from rlm_desktop.ui.transfer_strip import TransferStrip
from rlm_desktop.ui.window_commands import WindowCommands
from rlm_desktop.viewmodel.asking import Asking
from rlm_desktop.viewmodel.history_items import HistoryItems
from rlm_desktop.viewmodel.models import Models
from rlm_desktop.viewmodel.passages import Passages
from rlm_desktop.viewmodel.preparing import Preparing
from rlm_desktop.viewmodel.preview import Preview
from rlm_desktop.viewmodel.remedies import Problem, Remedy
from rlm_desktop.viewmodel.replay import Replay
from rlm_desktop.viewmodel.shown_run import ShownRun
from rlm_desktop.viewmodel.spendings import Spendings
from rlm_desktop.viewmodel.transfers import Transfers

_SIZE = QSize(1440, 900)
TRACE_SUFFIX = ".rlmtrace"


class MainWindow(QMainWindow):
    """Places the panels, takes drops and shortcuts, and says what the user wants."""

    asked = Signal()
    stop_asked = Signal()
    finish_asked = Signal()
    run_opened = Signal(object)  # RunId
    decided = Signal(object, object)  # ChoiceId, Decision
    remedied = Signal(object)  # Problem
    text_pasted = Signal(str)
    traces_given = Signal(list)  # list[str]
    sample_run_asked = Signal()
    closing = Signal()

    def __init__(
        self, asking: Asking, shown: ShownRun, history: HistoryItems, passages: Passages, models: Models
    ) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.setWindowTitle("RLM Desktop")
        self.setAcceptDrops(True)
        self.asking, self.shown, self.models = asking, shown, models
        self.replay = Replay(shown.items, self)
        self.preview = Preview(self)
        self.spendings = Spendings(asking.corpora.names_of_versions, self)
        self._middle = QWidget(self)
        self.top = TopBar(self._middle)
        self.columns = Columns(self._middle)
        self.picker = Picker(self)
        self.documents = DocumentsPanel(asking, self._middle)
        self.history = HistoryPanel(history, self._middle)
        self.ask_bar = AskBar(asking, self._middle)
        self.banner = Banner(self._middle)
        self.choice = ChoiceBar(asking.choice, shown, self._middle)
        self.transfers = Transfers(self)
        self.transfer_strip = TransferStrip(self.transfers, self._middle)
        self.preparing = Preparing(self)
        self.preparing_strip = PreparingStrip(self.preparing, self._middle)
        self._pages = QStackedWidget(self._middle)
        self.start = StartView(asking, self._pages)
        self.run_page = RunPage(shown, self.replay, passages, self._pages)
        self.preview_page = PreviewPage(self.preview, self._pages)
        self.status = StatusLine(asking, shown, self._middle)
        self._replay_bar = ReplayBar(self.replay, self.status)
        self._drop_sign = DropSign(self)
        self._may_close = False
        self._room = Room()
        self._build()
        self._connect()
        self.commands = Commands(self)
        self.dialogs = CommandDialogs(self.commands, self)
        self.top.guide_asked.connect(self.dialogs.open_guide)
        self.closing.connect(self.dialogs.close_guide)
        self.commands.add(WindowCommands(self).all())
        self._on_opened()
        self.ask_bar.question.setFocus()

    def _build(self) -> None:
        self._replay_bar.setMaximumWidth(460)
        self.status.add(self._replay_bar)
        self.columns.fill_left(self.documents, self.history)
        self._build_right(self.columns.right.inside)
        column = QVBoxLayout(self._middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.top, Hairline(self._middle), self.columns, Hairline(self._middle), self.status):
            column.addWidget(widget, 1 if widget is self.columns else 0)
        self.setCentralWidget(self._middle)
        self.setMinimumSize(LEAST)
        self.resize(_SIZE)

    def _build_right(self, right: QWidget) -> None:
        self._pages.addWidget(self.start)
        self._pages.addWidget(self.run_page)
        self._pages.addWidget(self.preview_page)
        notice = QVBoxLayout()
        notice.setContentsMargins(AROUND, GRID, AROUND, GRID)
        notice.setSpacing(GRID)
        for widget in (self.banner, self.choice, self.transfer_strip, self.preparing_strip):
            notice.addWidget(widget)
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.ask_bar)
        column.addLayout(notice)
        column.addWidget(Hairline(right))
        column.addWidget(self._pages, 1)

    def _connect(self) -> None:
        for asker in (self.top, self.start):
            asker.files_asked.connect(self.picker.open_files)
            asker.folder_asked.connect(self.picker.open_folder)
        self.documents.files_asked.connect(self.picker.open_files)
        self.documents.folder_asked.connect(self.picker.open_folder)
        self.picker.picked.connect(self.give)
        self.top.left_asked.connect(self.columns.toggle_left)
        self.columns.changed.connect(self._on_columns)
        self.documents.text_pasted.connect(self.text_pasted)
        self.documents.preview_asked.connect(self.preview.open)
        for waiting in (self.documents, self.start):
            waiting.ready_asked.connect(self.ask_ready)
        self.top.new_asked.connect(self.begin_anew)
        self.top.charts_asked.connect(self.open_charts)
        self.top.theme_chosen.connect(self._on_theme)
        self.ask_bar.asked.connect(self.ask)
        self.ask_bar.stop_asked.connect(self.stop_asked)
        self.ask_bar.finish_asked.connect(self.finish_asked)
        self.ask_bar.models_asked.connect(self.open_models)
        self.history.opened.connect(self.run_opened)
        self.banner.remedied.connect(self._on_remedy)
        self.run_page.answer.verdict.again_asked.connect(self.ask_again)
        self.run_page.answer.verdict.remedied.connect(self._on_remedy)
        self.choice.decided.connect(self.decided)
        self.choice.run_wanted.connect(self.run_opened)
        self.models.chosen.connect(self._on_chosen_for_user)
        self.shown.opened.connect(self._on_opened)
        self.preparing.left.connect(self._on_left)
        self.preview.changed.connect(self._on_preview)
        self.preview.closed.connect(self._on_preview_closed)
        self.asking.changed.connect(self._on_asking)

    # What the user does

    @Slot()
    def ask(self) -> None:
        """Ask, unless something is missing: then say what."""
        if self.asking.is_running:
            return
        problem = self.asking.problem()
        if problem is None:
            self.banner.clear()
            self.asked.emit()
        else:
            self.tell(problem)

    @Slot()
    def ask_ready(self) -> None:
        """Ask about what is read so far, unless something else is missing."""
        problem = self.asking.problem()
        if problem is None:
            self.banner.clear()
            self.asking.ask_ready()
        else:
            self.tell(problem)

    @Slot()
    def ask_again(self) -> None:
        """Ask what the shown run was asked, with the documents and models chosen now."""
        if not self.asking.question.strip() and self.shown.started is not None:
            self.ask_bar.write(self.shown.started.title)
        self.ask()

    @Slot(list)
    def give(self, paths: Sequence[str]) -> None:
        """Take documents and folders, and into the history the runs of trace files among them."""
        traces = [path for path in paths if path.lower().endswith(TRACE_SUFFIX)]
        documents = [path for path in paths if path not in traces]
        if traces:
            self.traces_given.emit(traces)
        if documents:
            self.asking.give(documents)

    def tell(self, problem: Problem) -> None:
        """Show what is wrong; what was typed stays."""
        self.banner.tell(problem)
        if problem.remedy == "question":
            self.go_to_question()

    @Slot()
    def go_to_question(self) -> None:
        """Go to where the question is typed."""
        self.columns.show_right()
        self.ask_bar.question.setFocus()

    @Slot()
    def go_to_documents(self) -> None:
        """Go to the list of documents."""
        self.columns.show_left()
        self.documents.view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot()
    def go_to_history(self) -> None:
        """Go to the list of runs."""
        self.columns.show_left()
        self.history.view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot()
    def open_models(self) -> None:
        """Let the user say where models are asked."""
        self.models.refresh()
        ModelsDialog(self.asking, self.models, self).open()

    @Slot()
    def open_charts(self) -> None:
        """Show what all recorded runs have cost."""
        AllChartsDialog(self.spendings, self).open()

    @Slot(str)
    def _on_chosen_for_user(self, words: str) -> None:
        self.tell(Problem(text=words, remedy="models"))

    @Slot()
    def begin_anew(self) -> None:
        """Show no run and an empty question; the documents stay."""
        if not self.asking.is_running:
            self.shown.show_none()
            self.ask_bar.write("")
            self.go_to_question()

    def redress(self, theme: str) -> None:
        """Take the colours of the theme that now holds; `theme` is the user's choice."""
        self.top.check_theme(theme)
        retint(self)
        self.run_page.redress()
        self.documents.redress()
        self.history.redress()
        self.preview_page.redress()
        self.dialogs.redress()

    @Slot(object)
    def _on_remedy(self, problem: Problem) -> None:
        act = self._remedies().get(problem.remedy)
        if act is None:
            self.remedied.emit(problem)
        else:
            act()

    def _remedies(self) -> dict[Remedy, Callable[[], None]]:
        options = self.ask_bar.options
        return {
            "open-files": self.picker.open_files,
            "question": self.go_to_question,
            "built-in": options.take_built_in,
            "models": self.open_models,
            "turn-limit": partial(self.ask_bar.go_to, options.turns),
            "time-limit": partial(self.ask_bar.go_to, options.minutes),
            "money-limit": partial(self.ask_bar.go_to, options.cost),
            "ask": self.ask,
        }

    @Slot(str)
    def _on_theme(self, theme: str) -> None:
        self.asking.choose(theme=theme)

    @Slot()
    def _on_opened(self) -> None:
        has_run = self.shown.standing != "none"
        self.preview.close()
        self.columns.show_right()
        self._pages.setCurrentWidget(self.run_page if has_run else self.start)
        self._replay_bar.setVisible(has_run)
        self.history.select(self.shown.run)

    @Slot()
    def _on_left(self) -> None:
        self.history.select(self.shown.run)

    @Slot()
    def _on_preview(self) -> None:
        """A document lies over the run, or over the way to begin, until it is closed."""
        if self.preview.row is not None:
            self.columns.show_right()
            self._pages.setCurrentWidget(self.preview_page)

    @Slot()
    def _on_preview_closed(self) -> None:
        has_focus = self.preview_page.isAncestorOf(self.focusWidget())
        has_run = self.shown.standing != "none"
        self._pages.setCurrentWidget(self.run_page if has_run else self.start)
        if has_focus:
            self.go_to_documents()

    @Slot()
    def _on_asking(self) -> None:
        """A message that asked for something goes when it is there."""
        asked_for = self.banner.problem
        if asked_for is not None and asked_for.remedy in ("open-files", "question", "built-in"):
            still = self.asking.problem()
            if still is None or still.remedy != asked_for.remedy:
                self.banner.clear()

    # Room

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = Room.of(event.size())
        if room != self._room:
            self._room = room
            self.columns.set_narrow(room.is_narrow)
            for part in (self.top, self.ask_bar, self.run_page):
                part.take_room(room)

    @override
    def focusNextPrevChild(self, forward: bool) -> bool:
        return tab_on(self, forward)

    @Slot()
    def _on_columns(self) -> None:
        self.top.check_left(self.columns.shows_left)

    # Drops

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._can_take(event.mimeData()):
            event.acceptProposedAction()
            self._drop_sign.cover(self.rect())

    @override
    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._drop_sign.hide()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        self._drop_sign.hide()
        event.acceptProposedAction()
        self.give(local_paths(event.mimeData()))

    def _can_take(self, data: QMimeData) -> bool:
        return bool(local_paths(data))

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask first when that would stop a run, whichever run is looked at."""
        if self.asking.is_running and not self._may_close:
            event.ignore()
            self._ask_about_closing()
            return
        self.closing.emit()
        super().closeEvent(event)

    def _ask_about_closing(self) -> None:
        asking = QMessageBox(self)
        asking.setObjectName("closeQuestion")
        asking.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        asking.setText("A run is going on, and closing the window stops it.")
        asking.setInformativeText("What was paid for is kept and can be read in the history.")
        stop = asking.addButton("Stop it and close", QMessageBox.ButtonRole.DestructiveRole)
        asking.addButton("Go on", QMessageBox.ButtonRole.RejectRole)
        stop.clicked.connect(self._on_close_anyway)
        asking.open()

    @Slot()
    def _on_close_anyway(self) -> None:
        self._may_close = True
        self.close()
