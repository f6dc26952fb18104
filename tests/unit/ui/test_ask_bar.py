import pytest
from PySide6.QtWidgets import QWidget

from rlm_desktop.settings.preferences import Preferences
from rlm_desktop.ui.ask_bar import AskBar
from rlm_desktop.ui.models_dialog import ModelsDialog
from rlm_desktop.viewmodel.asking import Asking
from rlm_desktop.viewmodel.models import Models

# Offscreen has no window manager to tell a least size to.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def asking(qapp):
    return Asking(Preferences())


@pytest.fixture
def holder(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


@pytest.fixture
def bar(asking, holder):
    return AskBar(asking, holder)


def test_the_fields_follow_what_is_chosen_elsewhere(asking, bar):
    asking.choose(root="a/b", worker="c/d", max_cost_usd=2.5, max_turns=7, max_seconds=120.0, strategy="direct")

    options = bar.options
    assert (options.root.currentText(), options.worker.currentText()) == ("a/b", "c/d")
    assert (options.cost.value(), options.turns.value(), options.minutes.value()) == (2.5, 7, 2)
    assert options.strategy.currentData() == "direct"


def test_a_blank_typed_into_a_model_name_is_not_taken_away_while_typing(asking, bar):
    bar.options.root.setEditText("a/b ")

    assert bar.options.root.currentText() == "a/b "
    assert asking.preferences.root == "a/b"


def test_finish_now_says_that_it_was_heard(asking, bar):
    asking.set_running(True)
    assert bar.finish.isEnabled()

    asking.set_finishing()

    assert not bar.finish.isEnabled()
    assert bar.finish.text().strip() == "Finishing…"


def test_the_options_take_a_second_line_instead_of_running_into_each_other(bar):
    options = bar.options
    widest = options.layout().sizeHint().width()
    options.resize(widest, 60)
    options.layout().activate()
    one_line = options.layout().heightForWidth(widest)
    options.setGeometry(0, 0, widest * 2 // 3, 80)
    options.layout().setGeometry(options.rect())

    assert options.layout().heightForWidth(widest * 2 // 3) > one_line
    boxes = [options.layout().itemAt(place).geometry() for place in range(options.layout().count())]
    assert all(box.right() <= options.width() for box in boxes)
    assert not any(a.intersects(b) for a in boxes for b in boxes if a is not b)


def test_prices_are_taken_both_or_none(asking, holder):
    dialog = ModelsDialog(asking, Models(asking, holder), holder)
    dialog.open()
    dialog.price_in.setText("1.25")
    dialog.accept()
    assert dialog.isVisible()
    assert "both" in dialog.half.text()

    dialog.price_out.setText("0")
    dialog.accept()

    assert (asking.preferences.price_in_usd, asking.preferences.price_out_usd) == (1.25, 0.0)
