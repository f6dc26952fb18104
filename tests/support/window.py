"""A real window with a real engine process, driven the way a user drives it."""

import asyncio
import gc
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QMessageBox, QWidget

from rlm_desktop.app import loop
from rlm_desktop.app.assembly import Parts, build_window, make_app
from rlm_desktop.app.sitting import Sitting
from rlm_desktop.settings.preferences import Preferences

SECONDS = 30.0


class Driver:
    """Finds widgets by the names that are a contract, and waits for what a user would see."""

    def __init__(self, parts: Parts, sitting: Sitting) -> None:
        self.parts, self.sitting = parts, sitting
        self.window = parts.window
        self.shown = parts.shown

    def find(self, name: str, kind: type[QWidget] = QWidget) -> Any:
        """Give the widget of this object name."""
        widget = self.window.findChild(kind, name)
        assert widget is not None, f"there is no {name}"
        return widget

    def click(self, name: str) -> None:
        """Click a button that can be seen."""
        button = self.find(name)
        assert button.isVisible(), f"{name} cannot be seen"
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def type_question(self, text: str) -> None:
        """Type into the question field."""
        edit = self.find("questionEdit")
        edit.setFocus()
        edit.selectAll()
        QTest.keyClicks(edit, text)

    def press_ctrl_enter(self) -> None:
        """Press Ctrl+Enter in the question field."""
        QTest.keyClick(self.find("questionEdit"), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    def drop(self, *paths: Path, onto: QWidget | None = None) -> None:
        """Drag files over the window, or over one of its widgets, and let them go."""
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        actions, buttons, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        middle = self.window.rect().center()
        entering = QDragEnterEvent(middle, actions, data, buttons, keys)
        QCoreApplication.sendEvent(onto or self.window, entering)
        assert entering.isAccepted(), "the window does not take the drag"
        assert self.find("dropSign").isVisible()
        self.window.dropEvent(QDropEvent(QPointF(middle), actions, data, buttons, keys))

    async def until(self, is_so: Callable[[], object], what: str) -> None:
        """Wait for something to become true."""
        end = asyncio.get_running_loop().time() + SECONDS
        while not is_so():
            assert asyncio.get_running_loop().time() < end, f"did not happen: {what}; banner: {self.banner!r}"
            await asyncio.sleep(0.01)

    async def connected(self) -> None:
        """Wait for the engine."""
        await self.until(lambda: self.sitting.connected is not None, "the engine started")

    async def documents_read(self) -> None:
        """Wait until all given documents are read."""
        asking = self.parts.asking
        await self.until(lambda: asking.documents.rows() and not asking.is_reading, "the documents were read")

    async def run_ended(self) -> None:
        """Wait for the run that was asked for to end."""
        await self.until(lambda: self.shown.status is not None and not self.parts.asking.is_running, "the run ended")

    @property
    def banner(self) -> str:
        """The sentence in the banner; empty without one."""
        return self.window.banner.text


def stop_button(window: QWidget) -> QAbstractButton:
    """Give the button of the question before closing that stops the run and closes."""
    question = window.findChild(QMessageBox, "closeQuestion")
    return next(one for one in question.buttons() if "Stop" in one.text())


Story = Callable[[Driver], Coroutine[Any, Any, None]]


def play(
    data_dir: Path, story: Story, preferences: Preferences | None = None, size: tuple[int, int] | None = (1440, 900)
) -> None:
    """Open a window, let the story happen, close the window and wait until everything has ended.

    Offscreen the screen is small, and a window that fits it would show less at once; `None` leaves it so.
    """
    app = make_app()
    parts = build_window(app, preferences or Preferences())
    faults: list[str] = []

    async def told() -> int:
        sitting = Sitting(parts, data_dir)
        sitting_out = asyncio.get_running_loop().create_task(sitting.last())
        driver = Driver(parts, sitting)
        try:
            await driver.until(parts.window.isVisible, "the window opened")
            if size is not None:
                parts.window.resize(*size)
            await story(driver)
        finally:
            parts.window.close()
            if parts.window.isVisible():
                stop_button(parts.window).click()
            await sitting_out
        return 0

    try:
        loop.run(app, told(), lambda error, where: faults.append(f"{error!r} {where}"))
    finally:
        parts.window.deleteLater()
        parts.asking.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        # Here, not in whatever thread runs next: Qt objects are destroyed where they were made.
        gc.collect()
    assert not faults, faults
