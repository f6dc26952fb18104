"""What the pages of the model settings do beside the plain way: half entries, no mouse, nothing found."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from rlm_desktop.service.model_messages import (
    CheckModel,
    KeyKept,
    KeyListed,
    ListModels,
    ModelCheck,
    ModelListed,
    ModelsListed,
    ModelTested,
    ServerLooked,
)
from rlm_desktop.settings.preferences import Preferences, PriceChoice, ServerChoice
from rlm_desktop.ui.models_dialog import ModelsDialog
from rlm_desktop.viewmodel.asking import Asking
from rlm_desktop.viewmodel.models import Models, found_words

# Offscreen has no window manager to tell a least size to.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

LOCAL = ModelListed(
    name="ollama/small", note="on Ollama", goes_to="this computer", is_local=True, input_price=0, output_price=0
)
PAID = ModelListed(
    name="openai/big",
    note="key from OPENAI_API_KEY",
    goes_to="OpenAI",
    window_tokens=400_000,
    input_price=1_250_000_000,
    cached_input_price=125_000_000,
    output_price=10_000_000_000,
    badge="root-capable",
)
LISTED = ModelsListed(
    models=(LOCAL, PAID),
    servers=(
        ServerLooked(name="ollama", base_url="http://127.0.0.1:11434/v1", models=1),
        ServerLooked(name="office", base_url="http://office:8000/v1", problem="Nothing answers.", is_added=True),
    ),
    keys=(KeyListed(provider="openai", title="OpenAI", variable="OPENAI_API_KEY", place="environment"),),
    suggested_root="openai/big",
    suggested_worker="ollama/small",
)
NO_KEYRING = "This system has no keyring that works."


@pytest.fixture
def asking(qapp):
    return Asking(Preferences(has_chosen_models=True, servers=(ServerChoice(name="office", base_url="http://o/v1"),)))


@pytest.fixture
def models(asking):
    return Models(asking, asking)


@pytest.fixture
def sent(models):
    commands = []
    models.wanted.connect(commands.append)
    return commands


@pytest.fixture
def holder(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


@pytest.fixture
def dialog(holder, asking, models):
    dialog = ModelsDialog(asking, models, holder)
    dialog.open()
    models.take(LISTED)
    return dialog


def _click(button):
    assert button.isVisible()
    assert button.isEnabled()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def _row(dialog, row):
    model = dialog.models.table.model()
    return [model.index(row, column).data() for column in range(model.columnCount())]


def test_the_table_and_its_buttons_need_no_mouse(dialog, asking):
    page = dialog.models
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_Down)
    QTest.keyClick(page.table, Qt.Key.Key_Down)
    QTest.keyClick(page.table, Qt.Key.Key_Up)
    QTest.keyClick(page.as_root, Qt.Key.Key_Space)

    assert asking.preferences.root == "ollama/small"


def test_nothing_can_be_done_while_no_model_is_selected(dialog):
    page = dialog.models

    assert not any(one.isEnabled() for one in (page.as_root, page.as_worker, page.test, page.price))


def test_a_test_is_asked_for_once_and_its_checks_time_and_cost_are_told(dialog, models, sent):
    page = dialog.models
    page.table.selectRow(1)
    _click(page.test)

    assert [one.model for one in sent if isinstance(one, CheckModel)] == ["openai/big"]
    assert _row(dialog, 1)[6] == "testing…"
    assert not page.test.isEnabled()

    checks = (
        ModelCheck(name="fence", passed=True, text="writes code"),
        ModelCheck(name="end", passed=False, text="ends"),
    )
    models.take(
        ModelTested(model="openai/big", badge="worker-only", checks=checks, seconds=3.2, cost_nano_usd=12_300_000)
    )
    assert page.said.text() == "openai/big: worker-only, 3.2 s, $0.0123. ✓ writes code ✕ ends"
    assert page.test.isEnabled()


def test_a_test_that_could_not_be_made_says_why(dialog, models):
    models.take(ModelTested(model="openai/big", problem="OpenAI does not know this key."))

    assert dialog.models.said.text() == "openai/big: OpenAI does not know this key."


def test_an_entered_price_is_kept_shown_again_and_taken_back(dialog, asking, models, sent):
    page = dialog.models
    page.table.selectRow(1)
    for edit, text in zip(page.prices, ("1.5", "0.2", "6"), strict=True):
        QTest.keyClicks(edit, text)
    _click(page.price)

    entered = PriceChoice(model="openai/big", input_usd=1.5, cached_input_usd=0.2, output_usd=6.0)
    assert asking.preferences.prices == (entered,)
    assert sent[-1] == ListModels(servers=asking.preferences.servers, prices=(entered,))

    page.table.selectRow(0)
    assert [edit.text() for edit in page.prices] == ["", "", ""]
    page.table.selectRow(1)
    assert [edit.text() for edit in page.prices] == ["1.5", "0.2", "6"]

    for edit in page.prices:
        edit.clear()
    _click(page.price)
    assert asking.preferences.prices == ()


@pytest.mark.parametrize("half", ["", "."])
def test_half_a_price_is_refused_in_words(dialog, asking, half):
    page = dialog.models
    page.table.selectRow(1)
    QTest.keyClicks(page.prices[0], "1")
    QTest.keyClicks(page.prices[2], half)
    _click(page.price)

    assert "give both" in page.said.text()
    assert asking.preferences.prices == ()


def _to_keys(dialog):
    _click(dialog.switch.button(1))
    return dialog.keys


def test_a_server_is_added_and_removed(dialog, asking, sent):
    page = _to_keys(dialog)
    QTest.keyClicks(page.name, "lab")
    QTest.keyClicks(page.address, "http://lab:8000/v1")
    _click(page.add)

    assert asking.preferences.servers[-1] == ServerChoice(name="lab", base_url="http://lab:8000/v1")
    assert isinstance(sent[-1], ListModels)

    page.servers.selectRow(1)
    _click(page.remove)
    assert [one.name for one in asking.preferences.servers] == ["lab"]


@pytest.mark.parametrize(
    ("name", "address", "words"),
    [
        ("a/b", "http://x/v1", "slash"),
        ("", "http://x/v1", "name"),
        ("x", "x:80", "http"),
        ("openai", "http://x", "other"),
    ],
)
def test_a_server_that_cannot_be_is_refused_in_words(dialog, asking, name, address, words):
    page = _to_keys(dialog)
    QTest.keyClicks(page.name, name)
    QTest.keyClicks(page.address, address)
    _click(page.add)

    assert words in page.said.text()
    assert len(asking.preferences.servers) == 1


def test_a_server_found_at_its_usual_port_is_not_removed(dialog, asking):
    page = _to_keys(dialog)
    page.servers.selectRow(0)
    _click(page.remove)

    assert "that you added" in page.said.text()
    assert len(asking.preferences.servers) == 1


def test_a_keyring_that_does_not_work_cannot_be_chosen_and_says_why(dialog, models):
    page = _to_keys(dialog)
    models.take(ModelsListed(models=(), keys=LISTED.keys, keyring_problem=NO_KEYRING))

    assert page.why.text() == NO_KEYRING
    assert page.place.currentData() == "session"
    assert not page.place.model().item(0).isEnabled()
    models.take(KeyKept(provider="openai", problem="It could not be written."))
    models.take(ModelsListed(models=(), keys=LISTED.keys, keyring_problem=NO_KEYRING))
    assert page.said.text() == "It could not be written."


def test_no_key_can_be_kept_before_it_is_known_whose(dialog, models):
    page = _to_keys(dialog)
    models.take(ModelsListed(models=()))

    assert not page.keep.isEnabled()
    assert page.none.isVisible()


def test_only_the_page_of_fields_is_saved_and_models_are_listed_anew(dialog, asking, sent):
    assert not dialog.save.isVisible()
    _click(dialog.switch.button(3))
    QTest.keyClicks(dialog.base_url, "http://gate/v1")
    _click(dialog.save)

    assert asking.preferences.base_url == "http://gate/v1"
    assert sent[-1].base_url == "http://gate/v1"


def test_what_was_found_is_said_in_words():
    assert found_words(LISTED) == "Ollama is here with 1 model · OPENAI_API_KEY is set"
