"""Tabs with names that are never cut short: those for which there is no room wait in a menu at the end of the row."""

from itertools import accumulate

from PySide6.QtCore import QEvent, QSize, Qt, Slot
from PySide6.QtGui import QAction, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QMenu, QTabBar, QTabWidget, QToolButton, QWidget
from typing_extensions import override

from rlm_desktop.ui import theme
from rlm_desktop.ui.icons import set_icon

_LEAST_TAB = 28


class QuietTabBar(QTabBar):
    """Quiet tab names; the current one is underlined in the accent colour."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(False)
        self.setElideMode(Qt.TextElideMode.ElideRight)

    @override
    def minimumTabSizeHint(self, index: int) -> QSize:
        """Let a pane become narrower than the tabs: those without room wait in the menu."""
        if index == self.currentIndex():
            return self.tabSizeHint(index)
        return QSize(_LEAST_TAB, super().minimumTabSizeHint(index).height())

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the next tab, one for which there is no room as well."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        self.setCurrentIndex(min(max(self.currentIndex() + step, 0), self.count() - 1))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(theme.colour("line"))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
        for tab in range(self.count()):
            self._paint_tab(painter, tab)
        painter.end()

    def _paint_tab(self, painter: QPainter, tab: int) -> None:
        box = self.tabRect(tab)
        is_current = tab == self.currentIndex()
        painter.setPen(theme.colour("text" if is_current else "muted"))
        words = self.fontMetrics().elidedText(self.tabText(tab), Qt.TextElideMode.ElideRight, box.width() - theme.GRID)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
        if is_current:
            line = box.adjusted(8, box.height() - 2, -8, 0)
            painter.fillRect(line, theme.colour("accent"))
        if is_current and self.hasFocus():
            painter.setPen(theme.colour("accent"))
            painter.drawRoundedRect(box.adjusted(3, 3, -4, -5), 4, 4)


class TabsWithRest(QTabWidget):
    """Shows as many tabs as there is room for, the current one always; arrows go through all of them."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rest = QToolButton(self)
        self._menu = QMenu(self._rest)
        self.setTabBar(QuietTabBar(self))
        self.setDocumentMode(True)
        self._build_rest()
        self.currentChanged.connect(self._fit)

    def _build_rest(self) -> None:
        self._rest.setObjectName("moreTabs")
        self._rest.setProperty("kind", "title")
        self._rest.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._rest.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._rest.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        set_icon(self._rest, "chevron-down", "muted", 14)
        self._menu.setObjectName("moreTabsMenu")
        self._menu.aboutToShow.connect(self._fill)
        self._menu.triggered.connect(self._on_chosen)
        self._rest.setMenu(self._menu)
        self._rest.hide()
        self.setCornerWidget(self._rest, Qt.Corner.TopRightCorner)

    @Slot()
    def _fit(self) -> None:
        """Show the first tabs for which there is room beside the current one, and count the others."""
        bar, current = self.tabBar(), self.currentIndex()
        widths = [bar.tabSizeHint(tab).width() for tab in range(self.count())]
        shown = set(range(self.count()))
        if sum(widths) > self.width():
            self._name_rest(self.count())
            room = self.width() - self._rest.sizeHint().width() - widths[current]
            taken = accumulate(0 if tab == current else width for tab, width in enumerate(widths))
            shown = {current, *(tab for tab, width in enumerate(taken) if width <= room)}
        # Asked of the bar, since the widget itself goes back to its first page; first those that are to be seen, or the
        # bar would choose another one meanwhile; and no others, or it would forget that it has to lay out anew.
        altered = [tab for tab in range(self.count()) if bar.isTabVisible(tab) != (tab in shown)]
        for tab in sorted(altered, key=lambda tab: tab not in shown):
            bar.setTabVisible(tab, tab in shown)
        self._name_rest(self.count() - len(shown))

    def _name_rest(self, count: int) -> None:
        self._rest.setText(f"{count} more")
        self._rest.setVisible(count > 0)
        self._rest.setAccessibleName(f"{count} more tabs")
        names = [self.tabText(tab) for tab in range(self.count()) if not self.isTabVisible(tab)]
        self._rest.setToolTip(f"More tabs: {', '.join(names)}")

    @Slot()
    def _fill(self) -> None:
        self._menu.clear()
        for tab in range(self.count()):
            if not self.isTabVisible(tab):
                self._menu.addAction(f"{self.tabText(tab)}\t{tab + 1}").setData(tab)

    @Slot(QAction)
    def _on_chosen(self, action: QAction) -> None:
        self.setCurrentIndex(action.data())
        self.tabBar().setFocus(Qt.FocusReason.OtherFocusReason)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Go on with the line under the names up to the end."""
        painter = QPainter(self)
        painter.setPen(theme.colour("line"))
        painter.drawLine(0, self.tabBar().height() - 1, self.width(), self.tabBar().height() - 1)
        painter.end()

    @override
    def tabInserted(self, index: int) -> None:
        super().tabInserted(index)
        self._fit()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()
