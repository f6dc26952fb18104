"""The pages of the model settings: models, servers and keys, rules."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QWidget

from rlm_desktop.service.messages import CacheTold, ClearCache
from rlm_desktop.service.model_messages import (
    ForgetKey,
    KeepKey,
    KeyKept,
    KeyListed,
    ModelListed,
    ModelsListed,
    ServerLooked,
)
from rlm_desktop.settings.preferences import Preferences, ServerChoice
from rlm_desktop.ui.models_dialog import ModelsDialog
from rlm_desktop.viewmodel.asking import Asking
from rlm_desktop.viewmodel.models import Models

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

LISTED = ModelsListed(
    models=(
        ModelListed(
            name="builtin/extractive",
            note="no key",
            goes_to="this computer",
            is_local=True,
            input_price=0,
            output_price=0,
        ),
        ModelListed(
            name="openai/big",
            note="key from OPENAI_API_KEY",
            goes_to="OpenAI",
            window_tokens=400_000,
            input_price=10**9,
            cached_input_price=10**8,
            output_price=8 * 10**9,
        ),
        ModelListed(name="box/odd", note="on box", goes_to="box", badge="worker-only"),
    ),
    servers=(ServerLooked(name="box", base_url="http://box:8000/v1", models=1, is_added=True),),
    keys=(KeyListed(provider="openai", title="OpenAI", variable="OPENAI_API_KEY", place="environment"),),
    keyring_problem="This system has no keyring that works.",
    suggested_root="openai/big",
    suggested_worker="box/odd",
)


@pytest.fixture
def holder(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


@pytest.fixture
def asking(qapp):
    return Asking(Preferences(has_chosen_models=True))


@pytest.fixture
def models(asking, holder):
    models = Models(asking, holder)
    models.sent = []
    models.wanted.connect(models.sent.append)
    return models


@pytest.fixture
def dialog(asking, models, holder):
    dialog = ModelsDialog(asking, models, holder)
    models.take(LISTED)
    dialog.show()
    return dialog


def select(dialog, name: str) -> None:
    names = [model.name for model in dialog.models._shown]
    dialog.models.table.selectRow(names.index(name))


def click(qtbot, button) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def texts(dialog, row: int) -> list[str]:
    items = dialog.models.table.model()
    return [items.data(items.index(row, column)) for column in range(items.columnCount())]


def test_each_model_shows_where_text_goes_its_prices_and_its_badge(dialog):
    assert texts(dialog, 1)[:7] == ["openai/big", "OpenAI", "$1.00", "$0.1000", "$8.00", "400k", ""]
    assert texts(dialog, 2)[2:7] == ["unknown", "", "", "", "worker-only"]
    assert texts(dialog, 0)[2] == "free"


def test_a_selected_model_is_chosen_for_each_use(dialog, asking, qtbot):
    select(dialog, "openai/big")
    for button in (dialog.models.as_root, dialog.models.as_worker, dialog.models.as_other, dialog.models.as_stronger):
        click(qtbot, button)

    kept = asking.preferences
    assert (kept.root, kept.worker, kept.others, kept.stronger_root) == (
        "openai/big",
        "openai/big",
        ("openai/big",),
        "openai/big",
    )
    assert texts(dialog, 1)[7] == "root, worker, in code, takes over"
    click(qtbot, dialog.models.as_other)
    click(qtbot, dialog.models.as_stronger)
    assert (asking.preferences.others, asking.preferences.stronger_root) == ((), "")


def test_the_filter_finds_by_name_and_place(dialog):
    dialog.models.filter.setText("openai")

    assert [model.name for model in dialog.models._shown] == ["openai/big"]


def test_a_pasted_key_goes_where_the_user_says_and_leaves_the_field(dialog, models, qtbot):
    page = dialog.keys
    assert page.key.echoMode() == QLineEdit.EchoMode.Password
    page.key.setText("sk-1")
    click(qtbot, page.keep)

    assert models.sent[-1] == KeepKey(provider="openai", key="sk-1", place="session")
    assert page.key.text() == ""
    models.take(KeyKept(provider="openai"))
    assert page.said.text() == "The key of openai was kept."
    click(qtbot, page.forget)
    assert models.sent[-1] == ForgetKey(provider="openai")


def test_enter_in_a_field_does_what_the_field_is_for_and_stays_on_its_page(dialog, asking, models, qtbot):
    click(qtbot, dialog.switch.button(1))
    page = dialog.keys
    page.name.setText("lab")
    click(qtbot, page.address)
    qtbot.keyClicks(page.address, "http://127.0.0.1:8000/v1")
    qtbot.keyClick(page.address, Qt.Key.Key_Return)
    click(qtbot, page.key)
    qtbot.keyClicks(page.key, "sk-1")
    qtbot.keyClick(page.key, Qt.Key.Key_Return)

    assert asking.preferences.servers == (ServerChoice(name="lab", base_url="http://127.0.0.1:8000/v1"),)
    assert KeepKey(provider="openai", key="sk-1", place="session") in models.sent
    assert (dialog.switch.current, dialog.pages.currentIndex()) == (1, 1)
    assert dialog.isVisible()


def test_enter_on_the_last_page_saves_it(dialog, asking, qtbot):
    click(qtbot, dialog.switch.button(3))
    click(qtbot, dialog.base_url)
    qtbot.keyClicks(dialog.base_url, "http://127.0.0.1:8000/v1")
    with qtbot.waitSignal(dialog.accepted):
        qtbot.keyClick(dialog.base_url, Qt.Key.Key_Return)

    assert asking.preferences.base_url == "http://127.0.0.1:8000/v1"


def test_a_file_wants_an_explicit_yes(dialog, models, qtbot):
    page = dialog.keys
    page.place.setCurrentIndex(page.place.findData("file"))
    page.key.setText("sk-1")
    click(qtbot, page.keep)
    assert not [command for command in models.sent if isinstance(command, KeepKey)]
    assert "say yes" in page.said.text()

    page.yes.setChecked(True)
    click(qtbot, page.keep)
    assert models.sent[-1] == KeepKey(provider="openai", key="sk-1", place="file")


def test_rules_hold_from_the_next_run_on(dialog, asking, models, qtbot):
    page = dialog.rules
    page.add_folder("/home/me/secret")
    page.usd.setValue(1.5)
    page.calls.setValue(0)
    page.cache.setCurrentIndex(1)
    page.hints.setChecked(True)

    kept = asking.preferences
    assert kept.local_only == ("/home/me/secret",)
    assert (kept.ask_above_usd, kept.ask_above_calls, kept.cache, kept.code_hints) == (1.5, None, "reuse", True)
    models.take(CacheTold(replies=3, size_bytes=2_000))
    assert page.kept.text() == "3 replies, 2.0 kB"
    click(qtbot, page.clear)
    assert models.sent[-1] == ClearCache()


def test_every_field_and_button_has_a_name_that_is_said_aloud(dialog):
    for widget in dialog.findChildren(QWidget):
        if isinstance(widget, QAbstractButton | QLineEdit | QComboBox) and not widget.objectName().startswith("qt_"):
            assert widget.accessibleName() or getattr(widget, "text", str)(), widget


def test_who_has_not_chosen_gets_the_suggestion_and_is_told(qapp, holder):
    asking = Asking(Preferences())
    models, said = Models(asking, holder), []
    models.chosen.connect(said.append)

    models.take(LISTED)
    models.take(LISTED)

    assert (asking.preferences.root, asking.preferences.worker) == ("openai/big", "box/odd")
    assert asking.preferences.max_cost_usd == 1.0
    assert said == [
        "openai/big (key from OPENAI_API_KEY, $1.00 in, cached $0.1000, $8.00 out) was chosen for you, "
        "with a limit of $1.00 a run. Change it under the question."
    ]


def test_who_has_chosen_keeps_the_choice(asking, models):
    models.take(LISTED)

    assert asking.preferences.root == "builtin/extractive"


def test_without_a_suggestion_nothing_is_chosen(qapp, holder):
    asking = Asking(Preferences())

    Models(asking, holder).take(replace(LISTED, suggested_root="builtin/extractive"))

    assert not asking.preferences.has_chosen_models
