import json

import pytest

from rlm_desktop.settings import window_layout
from rlm_desktop.settings.window_layout import WindowLayout

LEFT = WindowLayout(
    x=-40,
    y=12,
    width=1100,
    height=700,
    is_maximized=True,
    has_left=False,
    view="trace",
    history_order="cost",
    splits={"columns": (300, 1), "trace-beside": (400, 700)},
)


def test_what_was_saved_is_loaded(tmp_path):
    window_layout.save(LEFT, tmp_path / "new", "mainWindow")

    assert window_layout.load(tmp_path / "new", "mainWindow") == LEFT


def test_each_window_is_remembered_for_itself(tmp_path):
    window_layout.save(LEFT, tmp_path, "mainWindow")
    window_layout.save(WindowLayout(view="sent"), tmp_path, "other")

    assert window_layout.load(tmp_path, "mainWindow") == LEFT
    assert window_layout.load(tmp_path, "other").view == "sent"


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"mainWindow": 7}', "[" * 100_000, "\x00"])
def test_a_damaged_file_is_as_good_as_none(tmp_path, damage):
    (tmp_path / "windows.json").write_text(damage)

    assert window_layout.load(tmp_path, "mainWindow") == WindowLayout()


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("width", 0),
        ("width", -5),
        ("width", 10**12),
        ("height", "tall"),
        ("x", 1.5),
        ("x", True),
        ("y", 10**9),
        ("view", "map"),
        ("view", ["trace"]),
        ("history_order", "colour"),
        ("history_order", ["cost"]),
        ("is_maximized", 1),
        ("splits", {"columns": [0, 0]}),
        ("splits", {"columns": [1, 2, 3]}),
        ("splits", {"columns": None}),
        ("splits", [1, 2]),
        ("splits", {str(n): [1, 1] for n in range(99)}),
    ],
)
def test_a_hostile_value_takes_its_default_and_the_rest_stands(tmp_path, name, wrong):
    (tmp_path / "windows.json").write_text(json.dumps({"mainWindow": {"has_left": False, name: wrong}}))

    assert window_layout.load(tmp_path, "mainWindow") == WindowLayout(has_left=False)
