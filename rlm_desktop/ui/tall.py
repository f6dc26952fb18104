"""A place that fills its room, and scrolls only when what is in it can become no lower."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget
from typing_extensions import override


class Tall(QScrollArea):
    """Differs from Qt's own resizable area, which scrolls as soon as something gets less than it would like."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.inside = QWidget(self)
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self.fit)
        self.setWidget(self.inside)
        self.inside.installEventFilter(self)

    @Slot()
    def fit(self) -> None:
        """Be as wide as the room, and as high or higher."""
        layout = self.inside.layout()
        if layout is None:
            return
        room = self.viewport().size()
        least = layout.minimumHeightForWidth(room.width()) if layout.hasHeightForWidth() else -1
        self.inside.resize(room.width(), max(room.height(), least, layout.minimumSize().height()))

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.inside and event.type() == QEvent.Type.LayoutRequest:
            self._later.start()
        return super().eventFilter(watched, event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take no keys: arrows that a view in here leaves alone are commands, not a way to scroll."""
        event.ignore()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()
