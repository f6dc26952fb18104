"""The quiet line of column names over the trace and over tables in cards."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHeaderView, QWidget
from typing_extensions import override

from rlm_desktop.ui import theme

LEFT = 12
RIGHT = 4


class QuietHeader(QHeaderView):
    """Column names in secondary ink over a hairline; no boxes."""

    def __init__(self, parent: QWidget, left: int = 2, right: int | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._left, self._right = left, right
        self.setAccessibleName("Columns")
        self.setHighlightSections(False)
        self.setSectionsClickable(False)
        self.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.setFixedHeight(theme.ROW + 2)

    @override
    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        painter.fillRect(rect, theme.colour("base", self.palette()))
        painter.setPen(theme.colour("line", self.palette()))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.setPen(theme.colour("muted", self.palette()))
        painter.setFont(theme.small_font())
        is_last = logicalIndex == self.count() - 1
        left = LEFT if logicalIndex == 0 else self._left
        right = self._right if self._right is not None else LEFT if is_last else RIGHT
        inner = rect.adjusted(left, 0, -right, -1)
        model = self.model()
        alignment = model.headerData(logicalIndex, self.orientation(), Qt.ItemDataRole.TextAlignmentRole)
        painter.drawText(
            inner,
            self.defaultAlignment() if alignment is None else alignment,
            model.headerData(logicalIndex, self.orientation()),
        )
