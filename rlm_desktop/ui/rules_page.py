"""What the user rules: folders whose text stays here, when to be asked, whether known replies are used."""

from PySide6.QtCore import QSignalBlocker, Qt, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QListWidget,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from rlm_desktop.service.messages import CacheTold
from rlm_desktop.trace.facts import CacheMode
from rlm_desktop.trace.wording import plural, size
from rlm_desktop.ui.parts import Words
from rlm_desktop.ui.theme import BETWEEN, INSIDE, small_font
from rlm_desktop.viewmodel.asking import Asking
from rlm_desktop.viewmodel.models import Models

_LOCAL = (
    "Text of these folders goes to models on this computer only. A run that would send it elsewhere is refused before "
    "it begins."
)
_CACHES: tuple[tuple[CacheMode, str], ...] = (
    ("off", "off: every prompt is sent"),
    ("reuse", "reuse: a prompt that was sent before, word for word, is not sent again"),
    ("replay-only", "replay only: nothing is sent that is not known"),
)
_HINTS = "Tell the root model what a look at its code found"
_HINTS_WHY = "Before the code runs: dropped pieces, calls one by one, prompts too large, counting by a model"


class RulesPage(QWidget):
    """Every change holds from the next run on."""

    def __init__(self, asking: Asking, models: Models, parent: QWidget) -> None:
        super().__init__(parent)
        self._asking, self._models = asking, models
        self.folders = QListWidget(self)
        self.usd, self.calls = QDoubleSpinBox(self), QSpinBox(self)
        self.cache = QComboBox(self)
        self.clear = QPushButton("Clear the cache", self)
        self.kept = Words(self, "muted")
        self.hints = QCheckBox(_HINTS, self)
        self._build()
        self._fill()
        self.usd.valueChanged.connect(self._on_changed)
        self.calls.valueChanged.connect(self._on_changed)
        self.cache.currentIndexChanged.connect(self._on_changed)
        self.hints.toggled.connect(self._on_changed)
        models.cache_told.connect(self._on_cache)
        models.ask_cache()

    def _build(self) -> None:
        add, remove = QPushButton("Add folder…", self), QPushButton("Remove", self)
        add.clicked.connect(self._on_add)
        remove.clicked.connect(self._on_remove)
        add.setObjectName("addLocalFolder")
        remove.setObjectName("removeLocalFolder")
        self.clear.setObjectName("clearCache")
        self.clear.clicked.connect(self._on_clear)
        self.folders.setAccessibleName("Folders whose text stays on this computer")
        self.usd.setRange(0, 1_000)
        self.usd.setDecimals(2)
        self.usd.setSingleStep(0.25)
        self.usd.setPrefix("$")
        self.usd.setSpecialValueText("never for money")
        self.usd.setAccessibleName("Ask before calls at once that cost more")
        self.calls.setRange(0, 1_000_000)
        self.calls.setSuffix(" calls")
        self.calls.setSpecialValueText("never for their number")
        self.calls.setAccessibleName("Ask before so many calls at once")
        self.cache.setAccessibleName("Cache")
        # Else as wide as its longest sentence, which the list shows whole.
        self.cache.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.cache.setMinimumContentsLength(24)
        for mode, words in _CACHES:
            self.cache.addItem(words, mode)
        self._arrange(add, remove)

    def _arrange(self, add: QPushButton, remove: QPushButton) -> None:
        about = Words(self, "muted", _LOCAL)
        about.setWordWrap(True)
        about.setFont(small_font())
        buttons, clearing = QHBoxLayout(), QHBoxLayout()
        for button in (add, remove):
            buttons.addWidget(button)
        buttons.addStretch(1)
        clearing.addWidget(self.clear)
        clearing.addWidget(self.kept, 1)
        self.hints.setToolTip(_HINTS_WHY)
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setSpacing(INSIDE)
        form.addRow("Ask me before", self.usd)
        form.addRow("or before", self.calls)
        form.addRow("Cache", self.cache)
        form.addRow("", clearing)
        form.addRow("", self.hints)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(BETWEEN)
        column.addWidget(about)
        column.addWidget(self.folders, 1)
        column.addLayout(buttons)
        column.addLayout(form)

    def _fill(self) -> None:
        kept = self._asking.preferences
        self.folders.clear()
        self.folders.addItems(list(kept.local_only))
        with QSignalBlocker(self.usd), QSignalBlocker(self.calls), QSignalBlocker(self.cache):
            self.usd.setValue(kept.ask_above_usd or 0)
            self.calls.setValue(kept.ask_above_calls or 0)
            self.cache.setCurrentIndex(self.cache.findData(kept.cache))
            self.hints.setChecked(kept.code_hints)

    @Slot()
    def _on_changed(self) -> None:
        self._asking.choose(
            ask_above_usd=self.usd.value() or None,
            ask_above_calls=self.calls.value() or None,
            cache=self.cache.currentData(),
            code_hints=self.hints.isChecked(),
        )

    @Slot()
    def _on_add(self) -> None:
        dialog = QFileDialog(self, "Keep a folder's text on this computer")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self.add_folder)
        dialog.open()

    @Slot(str)
    def add_folder(self, path: str) -> None:
        """Keep a folder's text here."""
        self._asking.choose(local_only=tuple(dict.fromkeys((*self._asking.preferences.local_only, path))))
        self._fill()

    @Slot()
    def _on_remove(self) -> None:
        chosen = {item.text() for item in self.folders.selectedItems()}
        rest = tuple(path for path in self._asking.preferences.local_only if path not in chosen)
        self._asking.choose(local_only=rest)
        self._fill()

    @Slot()
    def _on_clear(self) -> None:
        self._models.ask_cache(clear=True)

    @Slot(object)
    def _on_cache(self, told: CacheTold) -> None:
        self.kept.setText(f"{plural(told.replies, 'reply', 'replies')}, {size(told.size_bytes)}")
        self.clear.setEnabled(bool(told.replies))
