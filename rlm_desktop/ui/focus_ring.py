"""A ring around whatever has the focus, in the themes of high contrast: there one pixel of colour is not enough."""

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid
from typing_extensions import override

from rlm_desktop.ui.theme import colour, is_contrast

WIDTH = 3
_MOVES = (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide)


class FocusRings(QObject):
    """Keeps a ring in each window, around what has the focus in it."""

    def __init__(self, app: QApplication, parent: QObject) -> None:
        super().__init__(parent)
        self._ring: FocusRing | None = None
        app.focusChanged.connect(self._on_focus)

    @Slot(QWidget, QWidget)
    def _on_focus(self, _old: QWidget | None, new: QWidget | None) -> None:
        self._follow(new)

    @Slot()
    def refresh(self) -> None:
        """Look again: the theme is another."""
        self._follow(QApplication.focusWidget())

    def _follow(self, target: QWidget | None) -> None:
        if self._ring is not None and isValid(self._ring):
            self._ring.follow(None)
        self._ring = None
        if target is not None and is_contrast():
            home = target.window()
            self._ring = home.findChild(FocusRing, "focusRing") or FocusRing(home)
            self._ring.follow(target)


class FocusRing(QWidget):
    """Lies over a window, lets the mouse through, and moves with what it surrounds."""

    def __init__(self, home: QWidget) -> None:
        super().__init__(home)
        self.setObjectName("focusRing")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._home = home
        self._followed: list[QWidget] = []
        self._target: QWidget | None = None
        self.hide()

    def follow(self, target: QWidget | None) -> None:
        """Surround another widget of this window, or none."""
        for left in self._followed:
            if isValid(left):
                left.removeEventFilter(self)
        self._target, self._followed = target, []
        widget: QWidget | None = target
        while widget is not None and widget is not self._home:
            widget.installEventFilter(self)
            self._followed.append(widget)
            widget = widget.parentWidget()
        self._place()

    def _place(self) -> None:
        target = self._target
        if target is None or not isValid(target) or not target.isVisible():
            self.hide()
            return
        box = QRect(target.mapTo(self._home, QPoint(0, 0)), target.size()).adjusted(-WIDTH, -WIDTH, WIDTH, WIDTH)
        self.setGeometry(box.intersected(self._home.rect()))
        self.raise_()
        self.show()
        self.update()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _MOVES:
            self._place()
        return False

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        half = WIDTH // 2 + 1
        painter.setPen(QPen(colour("text"), WIDTH))
        painter.drawRect(self.rect().adjusted(half - 1, half - 1, -half, -half))
        painter.end()
