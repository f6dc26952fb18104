"""The bar in which a live run asks, and what its buttons answer."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QWidget

from rlm_desktop.trace.events import ChoiceAsked, ChoiceMade, LimitsChanged
from rlm_desktop.trace.facts import Decision, Limits
from rlm_desktop.trace.ids import ChoiceId, NodeId, RunId, RunNodeId, StepId
from rlm_desktop.ui.choice_bar import ChoiceBar
from rlm_desktop.viewmodel.choices import LiveChoice
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
def live(holder):
    live = LiveChoice(holder)
    live.begin(RunId("r"), "q")
    return live


@pytest.fixture
def bar(live, shown, holder):
    bar = ChoiceBar(live, shown, holder)
    bar.answers = []
    bar.decided.connect(lambda choice, decision: bar.answers.append((choice, decision)))
    return bar


def visible(bar: ChoiceBar) -> list[str]:
    return [button.text() for button in bar.buttons.values() if not button.isHidden()]


def test_a_choice_that_waits_is_asked_with_its_figures(live, bar):
    live.take(entries([*BEGUN, FAN_OUT]))

    assert not bar.isHidden()
    assert bar.accessibleName() == "The code asks for 412 calls at once."
    assert visible(bar) == ["Run", "Try 3 first", "Change the limit", "Stop"]
    assert bar.money.value() == 2.0
    assert all(button.accessibleName() for button in bar.buttons.values() if not button.isHidden())


@pytest.mark.parametrize("action", ["run", "try-3", "stop"])
def test_a_button_answers_and_the_bar_goes(live, bar, qtbot, action):
    live.take(entries([*BEGUN, FAN_OUT]))

    qtbot.mouseClick(bar.buttons[action], Qt.MouseButton.LeftButton)

    assert bar.answers == [(9, Decision(action=action))]
    assert bar.isHidden()


def test_the_keyboard_is_enough(live, bar, qtbot):
    live.take(entries([*BEGUN, FAN_OUT]))

    qtbot.keyClick(bar.buttons["try-3"], Qt.Key.Key_Space)

    assert bar.answers == [(9, Decision(action="try-3"))]


def test_somebody_who_writes_keeps_the_keyboard(live, bar, holder, qtbot):
    box = QPlainTextEdit(holder)
    box.show()
    holder.activateWindow()
    box.setFocus()
    qtbot.waitUntil(box.hasFocus)

    live.take(entries([*BEGUN, FAN_OUT]))
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)

    assert bar.answers == []
    assert box.toPlainText() == " "


def test_another_money_limit_goes_with_the_answer(live, bar, qtbot):
    live.take(entries([*BEGUN, FAN_OUT]))
    bar.money.setValue(3.25)

    qtbot.mouseClick(bar.buttons["raise"], Qt.MouseButton.LeftButton)

    assert bar.answers == [(9, Decision(action="raise", limits=replace(LIMITS, cost_nano_usd=3_250_000_000)))]


def test_at_a_limit_the_button_says_what_it_would_allow(live, bar, qtbot):
    live.take(entries([*BEGUN, AT_LIMIT]))

    assert visible(bar) == ["Allow 6 turns", "Finish with what we have", "Stop"]
    assert bar.money.isHidden()
    qtbot.mouseClick(bar.buttons["raise"], Qt.MouseButton.LeftButton)
    assert bar.answers == [(9, Decision(action="raise"))]


def test_a_choice_that_was_made_is_asked_no_more(live, bar):
    made = ChoiceMade(choice=FAN_OUT.choice, action="run", text="You let it run.")
    live.take(entries([*BEGUN, FAN_OUT, made]))

    assert bar.isHidden()


def test_a_run_that_ended_asks_nothing(live, bar):
    live.take(entries([*BEGUN, FAN_OUT]))
    live.end()

    assert bar.isHidden()


def test_the_question_stays_while_another_run_is_looked_at(live, shown, bar, qtbot):
    live.take(entries([*BEGUN, FAN_OUT]))
    assert bar.show_run.isHidden()

    shown.open_past(RunId("another"), entries(BEGUN), lambda _reference: "")

    assert bar.accessibleName() == "“q” waits. The code asks for 412 calls at once."
    with qtbot.waitSignal(bar.run_wanted) as wanted:
        qtbot.mouseClick(bar.show_run, Qt.MouseButton.LeftButton)
    assert wanted.args == ["r"]


def changed(limits: Limits) -> LimitsChanged:
    return LimitsChanged(run=FAN_OUT.run, limits=limits)


@pytest.mark.parametrize(
    ("limit", "spent", "most", "proposed"),
    [
        (None, 0, 2_000_000_000, 2.0),
        (None, 0, None, 0.0),
        (500_000_000, 300_000_000, 400_000_000, 0.7),
        (45_000_000, 0, 1_000, 0.05),
        (5_000_000_000, 0, 1_000, 5.0),
    ],
)
def test_the_limit_that_is_proposed_lets_the_calls_through(live, bar, limit, spent, most, proposed):
    asked = replace(FAN_OUT, spent_nano_usd=spent, most_nano_usd=most)

    live.take(entries([*BEGUN, changed(Limits(cost_nano_usd=limit)), asked]))

    assert bar.money.value() == proposed


def test_no_limit_is_said_in_words_and_is_what_is_sent(live, bar, qtbot):
    live.take(entries([*BEGUN, FAN_OUT]))
    bar.money.setValue(0.0)

    assert bar.money.text() == "no limit"
    qtbot.mouseClick(bar.buttons["raise"], Qt.MouseButton.LeftButton)
    assert bar.answers == [(9, Decision(action="raise", limits=replace(LIMITS, cost_nano_usd=None)))]
