"""The bar in which a live run asks, and what its buttons answer."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QWidget

from rlm_desktop.trace.events import ChoiceAsked, ChoiceMade
from rlm_desktop.trace.facts import Decision, Limits
from rlm_desktop.trace.ids import ChoiceId, NodeId, RunId, RunNodeId, StepId
from rlm_desktop.ui.choice_bar import ChoiceBar
from rlm_desktop.viewmodel.shown_run import ShownRun
from tests.support.traces import entries, run_started, step_started, turn_started

LIMITS = Limits(cost_nano_usd=500_000_000, turns=3)
FAN_OUT = ChoiceAsked(
    choice=ChoiceId(NodeId(9)),
    run=RunNodeId(NodeId(1)),
    step=StepId(NodeId(4)),
    about="fan-out",
    text="The code asks for 412 calls at once.",
    actions=("run", "try-3", "raise", "stop"),
    calls=412,
    most_nano_usd=2_000_000_000,
)
AT_LIMIT = replace(
    FAN_OUT, about="limit", step=None, limit="turns", actions=("raise", "finish", "stop"), most_nano_usd=None
)
BEGUN = (replace(run_started(), limits=LIMITS), turn_started(2), step_started(4, 2))


@pytest.fixture
def holder(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    return widget


@pytest.fixture
def shown(holder):
    shown = ShownRun(holder)
    shown.begin(RunId("r"), "q", lambda _reference: "")
    return shown


@pytest.fixture
def bar(shown, holder):
    bar = ChoiceBar(shown, holder)
    bar.answers = []
    bar.decided.connect(lambda choice, decision: bar.answers.append((choice, decision)))
    return bar


def visible(bar: ChoiceBar) -> list[str]:
    return [button.text() for button in bar.buttons.values() if not button.isHidden()]


def test_a_choice_that_waits_is_asked_with_its_figures(shown, bar):
    shown.feed(entries([*BEGUN, FAN_OUT]))

    assert not bar.isHidden()
    assert bar.accessibleName() == "The code asks for 412 calls at once."
    assert visible(bar) == ["Run", "Try 3 first", "Change the limit", "Stop"]
    assert bar.money.value() == 2.0
    assert all(button.accessibleName() for button in bar.buttons.values() if not button.isHidden())


@pytest.mark.parametrize("action", ["run", "try-3", "stop"])
def test_a_button_answers_and_the_bar_goes(shown, bar, qtbot, action):
    shown.feed(entries([*BEGUN, FAN_OUT]))

    qtbot.mouseClick(bar.buttons[action], Qt.MouseButton.LeftButton)

    assert bar.answers == [(9, Decision(action=action))]
    assert bar.isHidden()


def test_the_keyboard_is_enough(shown, bar, qtbot):
    shown.feed(entries([*BEGUN, FAN_OUT]))

    qtbot.keyClick(bar.buttons["try-3"], Qt.Key.Key_Space)

    assert bar.answers == [(9, Decision(action="try-3"))]


def test_somebody_who_writes_keeps_the_keyboard(shown, bar, holder, qtbot):
    box = QPlainTextEdit(holder)
    box.show()
    holder.activateWindow()
    box.setFocus()
    qtbot.waitUntil(box.hasFocus)

    shown.feed(entries([*BEGUN, FAN_OUT]))
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)

    assert bar.answers == []
    assert box.toPlainText() == " "


def test_another_money_limit_goes_with_the_answer(shown, bar, qtbot):
    shown.feed(entries([*BEGUN, FAN_OUT]))
    bar.money.setValue(3.25)

    qtbot.mouseClick(bar.buttons["raise"], Qt.MouseButton.LeftButton)

    assert bar.answers == [(9, Decision(action="raise", limits=replace(LIMITS, cost_nano_usd=3_250_000_000)))]


def test_at_a_limit_the_button_says_what_it_would_allow(shown, bar, qtbot):
    shown.feed(entries([*BEGUN, AT_LIMIT]))

    assert visible(bar) == ["Allow 6 turns", "Finish with what we have", "Stop"]
    assert bar.money.isHidden()
    qtbot.mouseClick(bar.buttons["raise"], Qt.MouseButton.LeftButton)
    assert bar.answers == [(9, Decision(action="raise"))]


def test_a_choice_that_was_made_is_asked_no_more(shown, bar):
    made = ChoiceMade(choice=FAN_OUT.choice, action="run", text="You let it run.")
    shown.feed(entries([*BEGUN, FAN_OUT, made]))

    assert bar.isHidden()


def test_a_recorded_run_asks_nothing(shown, bar):
    shown.open_past(RunId("r"), entries([*BEGUN, FAN_OUT]), lambda _reference: "")

    assert bar.isHidden()
