"""Files and folders dropped on the window: what they are, and the sign that they may be let go."""

from PySide6.QtCore import QMimeData, QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from rlm_desktop.ui.theme import AROUND, RADIUS, colour, mixed, title_font


def local_paths(data: QMimeData) -> list[str]:
    """Give the files and folders of this computer in what is dragged."""
    return [url.toLocalFile() for url in data.urls() if url.isLocalFile()] if data.hasUrls() else []


class DropSign(QWidget):
    """Lies over the whole window while files are dragged across it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("dropSign")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName("Drop to add these documents")
        self.hide()

    def cover(self, area: QRect) -> None:
        """Show over an area."""
        self.setGeometry(area)
        self.raise_()
        self.show()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = mixed("accent", "base", 0.10)
        veil.setAlphaF(0.92)
        painter.fillRect(self.rect(), veil)
        painter.setPen(QPen(colour("accent"), 2, Qt.PenStyle.DashLine))
        frame = self.rect().adjusted(AROUND, AROUND, -AROUND, -AROUND)
        painter.drawRoundedRect(frame, RADIUS, RADIUS)
        painter.setFont(title_font())
        painter.drawText(frame, Qt.AlignmentFlag.AlignCenter, "Drop to add these documents")
