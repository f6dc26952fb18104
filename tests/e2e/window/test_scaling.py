"""From 100 % to 250 % nothing is clipped, whatever the window shows; each scale has a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from rlm_desktop.ui.room import LEAST
from tests.support.clipping import clipped

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


def scaled(factor: float, width: int, height: int) -> dict:
    """Go through all the window can show at a scale and a size in logical pixels."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.scaled_window", str(width), str(height)],
        env={**os.environ, "QT_SCALE_FACTOR": str(factor), "QT_LOGGING_RULES": "default.warning=false"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("factor", "pixels", "shape"),
    [
        (1, (1280, 800), "beside"),
        (1, (LEAST.width(), LEAST.height()), "one"),
        (1.5, (1440, 900), "beside"),
        (2, (1440, 900), "one"),
        (2.5, (1440, 900), "one"),
    ],
)
def test_nothing_is_clipped(factor, pixels, shape):
    told = scaled(factor, int(pixels[0] / factor), int(pixels[1] / factor))

    assert told == {"ratio": factor, "shape": shape, "clipped": {}}


def test_what_is_clipped_is_found(qtbot):
    top = QWidget()
    qtbot.addWidget(top)
    row = QHBoxLayout(top)
    row.addWidget(QPushButton("A button with many words", top))
    row.addWidget(QLabel("And a label with many words", top))
    outside = QLabel("Outside", top)
    outside.move(500, 5)
    outside.setAttribute(Qt.WidgetAttribute.WA_LayoutOnEntireRect)
    top.show()
    top.setFixedSize(120, 40)
    row.activate()

    found = "\n".join(clipped(top))

    assert "has a width of" in found
    assert "stands at 500,5" in found
