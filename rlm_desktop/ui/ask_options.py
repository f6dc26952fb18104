"""The line under the question: models, limits and strategy of the next run."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QCompleter,
    QDoubleSpinBox,
    QHBoxLayout,
    QSizePolicy,
    QSpinBox,
    QToolButton,
    QWidget,
)

from rlm_desktop.settings.preferences import BUILT_IN_MODEL
from rlm_desktop.trace.facts import Limits, Strategy
from rlm_desktop.ui.flow import Flow
from rlm_desktop.ui.icons import set_icon
from rlm_desktop.ui.parts import Words
from rlm_desktop.ui.theme import AROUND, BETWEEN, GRID, small_font
from rlm_desktop.viewmodel.asking import Asking
from rlm_desktop.viewmodel.guarded_text import plain_tip

_STRATEGIES: tuple[tuple[Strategy, str, str], ...] = (
    ("auto", "auto", "One direct call when everything fits comfortably, else a recursive run"),
    ("rlm", "rlm", "A root model writes code and asks workers"),
    ("rlm-no-subcalls", "rlm, no sub-calls", "A root model writes code, without asking workers"),
    ("direct", "direct", "One call with all the text"),
    ("summary", "summary", "Reads everything piece by piece and keeps notes: a baseline to compare with"),
    ("codeact-bm25", "codeact + bm25", "Code and a keyword search, without sub-calls: a baseline to compare with"),
)


_NARROWEST, _WIDEST = 64, 240


class AskOptions(QWidget):
    """Each choice looks like a word until it is pointed at; any model name can be typed."""

    models_asked = Signal()

    def __init__(self, asking: Asking, parent: QWidget) -> None:
        super().__init__(parent)
        self._asking = asking
        self.root = _model_combo(self, "root")
        self.worker = _model_combo(self, "worker")
        self.cost = QDoubleSpinBox(self)
        self.turns = QSpinBox(self)
        self.minutes = QSpinBox(self)
        self.strategy = QComboBox(self)
        self._more = QToolButton(self)
        self._dress()
        self._build()
        self._fill()
        self._connect()

    def offer(self, names: Sequence[tuple[str, str]]) -> None:
        """Offer models by name, each with a note; what is typed already stays."""
        for combo in (self.root, self.worker):
            typed = combo.currentText()
            combo.blockSignals(True)
            combo.clear()
            for name, note in names:
                combo.addItem(name)
                combo.setItemData(combo.count() - 1, plain_tip(note), Qt.ItemDataRole.ToolTipRole)
            combo.setEditText(typed)
            _fit(combo)
            combo.blockSignals(False)

    def go_to(self, limit: QAbstractSpinBox) -> None:
        """Let the user change a limit."""
        limit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        limit.selectAll()

    def take_built_in(self) -> None:
        """Fill what is empty with the model that needs no key."""
        for combo in (self.root, self.worker):
            if not combo.currentText().strip():
                combo.setEditText(BUILT_IN_MODEL)

    def _dress(self) -> None:
        self.cost.setRange(0, 10_000)
        self.cost.setDecimals(2)
        self.cost.setSingleStep(0.25)
        self.cost.setPrefix("$")
        self.cost.setSpecialValueText("no money limit")
        self.turns.setRange(1, 1_000)
        self.turns.setSuffix(" turns")
        self.minutes.setRange(0, 24 * 60)
        self.minutes.setSuffix(" min")
        self.minutes.setSpecialValueText("no time limit")
        for spin, name, hint in (
            (self.cost, "costLimit", "The most money this run may spend; 0 is no limit"),
            (self.turns, "turnLimit", "The most turns of the root model"),
            (self.minutes, "timeLimit", "The most minutes this run may take; 0 is no limit"),
        ):
            _as_word(spin, name, hint)
            spin.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
            spin.setKeyboardTracking(False)
            spin.lineEdit().setAcceptDrops(False)
        for strategy, words, hint in _STRATEGIES:
            self.strategy.addItem(words, strategy)
            self.strategy.setItemData(self.strategy.count() - 1, hint, Qt.ItemDataRole.ToolTipRole)
        _as_word(self.strategy, "strategyCombo", "How the question is answered")

    def _build(self) -> None:
        self._more.setText("Models…")
        set_icon(self._more, "sliders-horizontal", "muted", 14)
        self._more.setObjectName("modelsButton")
        self._more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._more.setProperty("kind", "quiet")
        self._more.setToolTip("Server address and key (Ctrl+,)")
        self._more.setAccessibleName("Model settings")
        row = Flow(self, BETWEEN, 0)
        for words, widgets in (
            ("Root", (self.root,)),
            ("Worker", (self.worker,)),
            ("Limit", (self.cost, self.turns, self.minutes)),
            ("Strategy", (self.strategy,)),
        ):
            row.addWidget(_group(self, words, widgets))
        row.addWidget(self._more)

    @Slot()
    def _fill(self) -> None:
        """Show what is chosen, whoever chose it; a field that says so already is left alone."""
        chosen = self._asking.preferences
        for combo, name in ((self.root, chosen.root), (self.worker, chosen.worker)):
            if combo.currentText().strip() != name:
                with QSignalBlocker(combo):
                    combo.setEditText(name)
        with QSignalBlocker(self.cost), QSignalBlocker(self.turns), QSignalBlocker(self.minutes):
            self.cost.setValue(chosen.max_cost_usd or 0)
            self.turns.setValue(chosen.max_turns or Limits().turns)
            self.minutes.setValue(round((chosen.max_seconds or 0) / 60))
        with QSignalBlocker(self.strategy):
            self.strategy.setCurrentIndex(self.strategy.findData(chosen.strategy))
        for combo in (self.root, self.worker, self.strategy):
            _fit(combo)

    def _connect(self) -> None:
        self.root.editTextChanged.connect(self._on_root)
        self.worker.editTextChanged.connect(self._on_worker)
        self.cost.valueChanged.connect(self._on_limits)
        self.turns.valueChanged.connect(self._on_limits)
        self.minutes.valueChanged.connect(self._on_limits)
        self.strategy.currentIndexChanged.connect(self._on_strategy)
        self._more.clicked.connect(self.models_asked)
        self._asking.changed.connect(self._fill)

    @Slot(str)
    def _on_root(self, name: str) -> None:
        self._asking.choose(root=name.strip(), has_chosen_models=True)

    @Slot(str)
    def _on_worker(self, name: str) -> None:
        self._asking.choose(worker=name.strip(), has_chosen_models=True)

    @Slot()
    def _on_limits(self) -> None:
        self._asking.choose(
            max_cost_usd=self.cost.value() or None,
            max_turns=self.turns.value(),
            max_seconds=self.minutes.value() * 60.0 or None,
        )

    @Slot()
    def _on_strategy(self) -> None:
        self._asking.choose(strategy=self.strategy.currentData())


def _fit(combo: QComboBox) -> None:
    """Be as wide as the name in it, within bounds."""
    room = combo.fontMetrics().horizontalAdvance(combo.currentText()) + 3 * AROUND
    combo.setFixedWidth(max(_NARROWEST, min(_WIDEST, room)))


def _group(parent: QWidget, words: str, widgets: Sequence[QWidget]) -> QWidget:
    """Keep a caption and what it names in one line."""
    holder = QWidget(parent)
    caption = Words(holder, "muted", words)
    caption.setFont(small_font())
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(GRID)
    # On Linux a screen reader takes a combo box's name from the label that is its buddy.
    caption.setBuddy(widgets[0])
    for widget in (caption, *widgets):
        row.addWidget(widget)
    return holder


def _model_combo(parent: QWidget, role: str) -> QComboBox:
    combo = QComboBox(parent)
    _as_word(combo, f"{role}ModelCombo", f"The {role} model: choose one or type any name")
    combo.setAccessibleName(f"{role.capitalize()} model")
    combo.setProperty("ink", role)
    combo.setEditable(True)
    combo.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    completer = combo.completer()
    assert completer is not None
    line = combo.lineEdit()
    assert line is not None
    # Files dropped here are the window's to take.
    line.setAcceptDrops(False)
    completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    return combo


def _as_word(widget: QComboBox | QAbstractSpinBox, name: str, hint: str) -> None:
    widget.setObjectName(name)
    widget.setAccessibleName(hint.split(";", maxsplit=1)[0].split(":", maxsplit=1)[0])
    widget.setToolTip(hint)
    widget.setProperty("kind", "inline")
    widget.setFont(small_font())
    widget.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
