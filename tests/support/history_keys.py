"""Presses keys in the history panel, and hears what it tells."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from rlm_desktop.ui.history_panel import HistoryPanel


def told(signal) -> list:
    heard = []
    signal.connect(lambda *words: heard.append(words))
    return heard


def choose(panel: HistoryPanel, *places: int) -> None:
    flag = panel.view.selectionModel().SelectionFlag
    panel.view.setCurrentIndex(panel.view.model().index(places[0], 0))
    for place in places[1:]:
        panel.view.selectionModel().select(panel.view.model().index(place, 0), flag.Select)


def press(panel: HistoryPanel, key: Qt.Key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(panel.view, key, modifier)


def child(panel: HistoryPanel, kind: type, name: str):
    found = panel.findChild(kind, name)
    assert found is not None, name
    return found


def actions(menu: QMenu) -> dict[str, object]:
    return {action.text().partition("\t")[0]: action for action in menu.actions() if action.text()}
