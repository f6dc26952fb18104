"""Failed calls are run again in a real window with a real engine, by mouse and by keys."""

import os
import signal

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from rlm_desktop.settings.preferences import Preferences
from rlm_desktop.trace.reasks import reasks_of
from rlm_desktop.ui.run_line import TRACE
from tests.support.lm_server import LmServer, Trouble
from tests.support.reasking import COUNT, FAILED, Workers
from tests.support.window import Driver, play

# Offscreen has no window manager to tell a least size to.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "does not support (raise|grabbing)")


@pytest.fixture
def workers():
    return Workers()


@pytest.fixture
def server(workers):
    with LmServer(workers) as server:
        yield server


@pytest.fixture
def documents(tmp_path):
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "1981.txt").write_text("The harbour of Ardvik raised its dues in 1981.\n" * 20)
    return folder


def preferences(server: LmServer, **more) -> Preferences:
    made = {"root": "root", "worker": "worker", "base_url": server.base_url, "strategy": "rlm"}
    made |= {"price_in_usd": 1.0, "price_out_usd": 2.0, "has_chosen_models": True}
    return Preferences(**made, **more)


async def asked(user: Driver, documents) -> None:
    """Let a run end in which three calls failed, and look at its map grid."""
    await user.connected()
    user.drop(documents)
    await user.documents_read()
    user.type_question("When were the dues raised?")
    user.press_ctrl_enter()
    await user.run_ended()
    await shown_grid(user)


async def shown_grid(user: Driver) -> None:
    user.window.run_page.show_view(TRACE)
    panel = user.window.run_page.panel
    panel.trace.go_to(fan_out(user).id)
    panel.open_tab("Story")
    await settled(user)


def fan_out(user: Driver):
    return next(node for node in user.shown.items.trace.walk() if node.kind == "batch")


async def settled(user: Driver) -> None:
    await user.until(lambda: card(user).grid.count == COUNT and not card(user).grid.is_busy, "the calls are read")


async def click(user: Driver, name: str) -> None:
    """Click a button that may have come just now, once it has its place."""
    button = user.find(name)
    await user.until(lambda: button.isVisible() and button.height() >= button.minimumSizeHint().height(), name)
    user.click(name)


def card(user: Driver):
    return user.find("batchCard")


def states(user: Driver) -> list[str]:
    grid = card(user).grid
    return [grid.index(row, 1).data() for row in range(grid.rowCount())]


def words(user: Driver) -> str:
    return user.find("callAgainWords").text() if user.find("reaskStrip").isVisible() else ""


def press(key) -> None:
    QTest.keyClick(QApplication.focusWidget(), key)


async def weighed(user: Driver) -> None:
    await user.until(lambda: user.find("callAgainConfirm").isVisible(), "the price is told")


async def over(user: Driver) -> None:
    reasking = user.shown.items.reasking
    await user.until(lambda: reasking.phase == "idle" and not card(user).grid.is_busy, "it is over")


def test_a_click_tells_the_price_another_sends_and_the_grid_shows_the_replies(tmp_path, documents, server, workers):
    async def story(user: Driver) -> None:
        await asked(user, documents)
        assert states(user).count("✕ failed") == 3
        assert words(user) == "3 calls have no answer."
        sent, before = len(server.requests), user.find("statusCost").text()
        workers.recover()

        await click(user, "callAgain")
        await weighed(user)
        assert words(user).startswith("Ask 3 calls again? worker at this computer, $0.0002 expected, ")
        assert words(user).endswith(" at most. The run's limit leaves $0.9992.")
        assert len(server.requests) == sent
        await click(user, "callAgainConfirm")
        await user.until(lambda: states(user) == ["✓ answered"] * COUNT, "all are answered")
        await over(user)

        assert len(server.requests) == sent + 3
        assert words(user).startswith("3 calls were asked again after the run. Its answer was given without these;")
        assert not user.find("callAgain").isVisible()
        assert user.find("statusCost").text() > before
        assert user.parts.history.row_of(user.shown.run).cost == user.find("statusCost").text()
        assert [node.status for node in reasks_of(user.shown.items.trace, fan_out(user))] == ["done"]

    play(tmp_path / "data", story, preferences(server, max_cost_usd=1.0))


def test_the_keys_run_them_again_from_anywhere_in_the_run(tmp_path, documents, server, workers):
    async def story(user: Driver) -> None:
        await asked(user, documents)
        panel = user.window.run_page.panel
        panel.trace.go_to(user.shown.items.trace.root.id)
        panel.trace.setFocus()
        workers.recover()

        press(Qt.Key.Key_R)
        await weighed(user)
        assert QApplication.focusWidget() is user.find("callAgainConfirm")
        press(Qt.Key.Key_Escape)
        assert QApplication.focusWidget() is user.find("callAgain")
        press(Qt.Key.Key_Space)
        await weighed(user)
        press(Qt.Key.Key_Return)
        await over(user)
        await user.until(lambda: states(user) == ["✓ answered"] * COUNT, "all are answered")

        assert QApplication.focusWidget() is card(user).view

    play(tmp_path / "data", story, preferences(server))


def test_stopping_keeps_what_came_and_the_rest_can_be_run_once_more(tmp_path, documents, server, workers):
    async def story(user: Driver) -> None:
        await asked(user, documents)
        workers.troubled = {5: Trouble(hang=True)}
        await click(user, "callAgain")
        await weighed(user)
        await click(user, "callAgainConfirm")
        await user.until(lambda: words(user).startswith("Asking again: 2 of 3 answered"), "two came back")
        await user.until(lambda: states(user)[5] == "● running", "the third is out")

        await click(user, "callAgainStop")
        await over(user)
        await user.until(lambda: states(user)[5] == "■ stopped", "the call was stopped")
        assert words(user).startswith("Stopped by the user. 1 call has no answer.")
        assert user.find("callAgain").text() == "Run 1 stopped again"
        workers.recover()
        await click(user, "callAgain")
        await weighed(user)
        await click(user, "callAgainConfirm")
        await user.until(lambda: states(user) == ["✓ answered"] * COUNT, "all are answered")
        await over(user)

    play(tmp_path / "data", story, preferences(server))


def test_a_run_that_lies_on_disk_as_columns_shows_what_was_asked_again_when_it_is_over(
    tmp_path, documents, server, workers, monkeypatch
):
    monkeypatch.setattr("rlm_desktop.viewmodel.large_runs.LARGE_FROM", 1)

    async def story(user: Driver) -> None:
        await asked(user, documents)
        run = user.shown.run
        user.window.begin_anew()
        user.window.run_opened.emit(run)
        await user.until(lambda: user.shown.run == run and user.shown.is_sealed, "it is open")
        await shown_grid(user)
        assert states(user).count("✕ failed") == 3
        workers.recover()

        await click(user, "callAgain")
        await weighed(user)
        await click(user, "callAgainConfirm")
        await user.until(lambda: states(user) == ["✓ answered"] * COUNT, "all are answered")

        assert user.shown.is_sealed
        assert user.window.run_page.panel.current == fan_out(user).id
        assert words(user).startswith("3 calls were asked again after the run.")
        assert user.shown.status == "answered"

    play(tmp_path / "data", story, preferences(server))


def test_the_menu_runs_the_selected_ones_and_says_why_it_cannot(tmp_path, documents, server, workers):
    async def story(user: Driver) -> None:
        await asked(user, documents)
        view, some = card(user).view, card(user).findChild(QAction, "callRunSelected")
        assert (some.isEnabled(), some.toolTip()) == (False, "No call that is selected failed.")
        workers.recover()
        view.selectRow(FAILED[1])
        view.customContextMenuRequested.emit(QPoint(5, 5))
        menu = some.associatedObjects()
        shown = next(one for one in menu if one.isWidgetType() and one.isVisible())
        assert (some.isEnabled(), some.text()) == (True, "Run 1 selected call again")
        some.trigger()
        shown.close()
        await weighed(user)
        await click(user, "callAgainConfirm")
        await over(user)
        await user.until(lambda: states(user).count("✕ failed") == 2, "one is answered")

        user.find("replaySlider").setValue(20)
        await user.until(lambda: not user.find("callAgain").isEnabled(), "the past is looked at")
        assert not card(user).findChild(QAction, "callRunAgain").isEnabled()

    play(tmp_path / "data", story, preferences(server))


def test_what_is_asked_again_goes_on_while_another_run_is_looked_at(tmp_path, documents, server, workers):
    async def story(user: Driver) -> None:
        await asked(user, documents)
        run = user.shown.run
        workers.troubled = {5: Trouble(hang=True)}
        await click(user, "callAgain")
        await weighed(user)
        await click(user, "callAgainConfirm")
        await user.until(lambda: words(user).startswith("Asking again: 2 of 3"), "two came back")
        user.window.begin_anew()
        await user.until(lambda: user.shown.run is None, "no run is shown")

        user.window.run_opened.emit(run)
        await user.until(lambda: user.shown.run == run, "it is open again")
        await shown_grid(user)
        assert words(user).startswith("Asking again: 2 of 3")
        assert states(user)[5] == "● running"
        await click(user, "callAgainStop")
        await over(user)
        await user.until(lambda: states(user)[5] == "■ stopped", "the call was stopped")

    play(tmp_path / "data", story, preferences(server))


def test_a_dead_engine_leaves_what_came_back_and_the_next_one_gives_it_an_end(tmp_path, documents, server, workers):
    async def story(user: Driver) -> None:
        await asked(user, documents)
        workers.troubled = {5: Trouble(hang=True)}
        await click(user, "callAgain")
        await weighed(user)
        await click(user, "callAgainConfirm")
        await user.until(lambda: words(user).startswith("Asking again: 2 of 3"), "two came back")

        os.kill(user.sitting.connected.engine.pid, signal.SIGKILL)
        await user.until(lambda: "killed" in user.banner, "the banner speaks")
        assert not user.find("callAgainStop").isVisible()
        user.click("bannerButton")
        await user.until(lambda: states(user)[5] == "■ stopped", "the call has an end")

        assert states(user).count("✓ answered") == COUNT - 1
        await user.until(lambda: user.find("callAgain").isEnabled(), "it can be run again")

    play(tmp_path / "data", story, preferences(server))


def test_what_cannot_be_asked_is_said_in_its_place(tmp_path, documents, server):
    async def story(user: Driver) -> None:
        await asked(user, documents)
        user.parts.asking.choose(base_url="http://lm.example:8000/v1")

        await click(user, "callAgain")
        await user.until(lambda: "lm.example" in words(user), "it is said")

        assert user.find("callAgain").isEnabled()

    play(tmp_path / "data", story, preferences(server))
