"""Goes through a run by hand: slider, play, single steps, pace."""

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, Qt, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSlider, QToolButton, QWidget

from rlm_desktop.ui import theme
from rlm_desktop.ui.icons import set_icon
from rlm_desktop.viewmodel.replay import SPEEDS, STEPWISE, Replay


class ReplayBar(QWidget):
    """Shows and moves the position of a `Replay`."""

    def __init__(self, replay: Replay, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("replayBar")
        self._replay = replay
        self._slider = QSlider(Qt.Orientation.Horizontal, self)
        self._place = QLabel(self)
        self._pace = QComboBox(self)
        self._play = self._button("play", "Play (Space)", replay.toggle)
        self._back = self._button("step-back", "One event back ([)", self._on_back)
        self._on = self._button("step-forward", "One event on (])", self._on_on)
        self._end = self._button("skip-forward", "Show everything and follow", replay.to_end)
        self._build()
        replay.moved.connect(self._on_moved)
        replay.playing_changed.connect(self._on_playing)
        self._on_moved(replay.position, replay.count)

    def _build(self) -> None:
        self._slider.setObjectName("replaySlider")
        self._slider.setAccessibleName("Position in the run")
        self._slider.setPageStep(10)
        self._slider.setMinimumWidth(120)
        self._slider.valueChanged.connect(self._on_slid)
        self._place.setFont(theme.mono_font(-1.0))
        self._place.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pace.setAccessibleName("Pace")
        self._pace.setToolTip("How much faster than the run itself, or a turn or step each second")
        for speed in SPEEDS:
            self._pace.addItem(f"×{speed:g}", speed)
        self._pace.addItem("1 step/s", STEPWISE)
        self._pace.setCurrentIndex(SPEEDS.index(self._replay.speed))
        self._pace.currentIndexChanged.connect(self._on_pace)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.GRID)
        for widget in (self._play, self._slider, self._back, self._place, self._on, self._end, self._pace):
            row.addWidget(widget, 1 if widget is self._slider else 0)

    def _button(self, icon: str, words: str, act: Callable[[], None]) -> QToolButton:
        button = QToolButton(self)
        button.setProperty("kind", "quiet")
        set_icon(button, icon)
        button.setToolTip(words)
        button.setAccessibleName(words.split(" (", maxsplit=1)[0])
        button.clicked.connect(act)
        return button

    @Slot(int, int)
    def _on_moved(self, position: int, count: int) -> None:
        with QSignalBlocker(self._slider):
            self._slider.setRange(0, count)
            self._slider.setValue(position)
        self._place.setText(f"{position:,} / {count:,}")
        self._place.setMinimumWidth(self._place.fontMetrics().horizontalAdvance(f"{count:,} / {count:,}") + 8)
        self._place.setAccessibleName(f"Event {position:,} of {count:,}")
        for widget, is_useful in (
            (self._slider, count > 0),
            (self._play, count > 0),
            (self._back, position > 0),
            (self._on, position < count),
            (self._end, position < count),
        ):
            widget.setEnabled(is_useful)

    @Slot(bool)
    def _on_playing(self, is_playing: bool) -> None:
        set_icon(self._play, "pause" if is_playing else "play")
        self._play.setToolTip("Pause (Space)" if is_playing else "Play (Space)")
        self._play.setAccessibleName("Pause" if is_playing else "Play")

    @Slot(int)
    def _on_slid(self, position: int) -> None:
        self._replay.pause()
        self._replay.seek(position)

    @Slot(int)
    def _on_pace(self, _choice: int) -> None:
        self._replay.set_speed(float(self._pace.currentData()))

    @Slot()
    def _on_back(self) -> None:
        self._replay.step(-1)

    @Slot()
    def _on_on(self) -> None:
        self._replay.step(1)
