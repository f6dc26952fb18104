"""What holds for every test: no display, no home of yours, no keys, nothing left behind."""

import importlib
import logging
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

_SECRETS = re.compile(r"(API_KEY|_TOKEN|_SECRET|_SECRET_KEY|ACCESS_KEY_ID|_BASE_URL|_API_BASE)$")
_HOMES = {"HOME": "", "XDG_DATA_HOME": "data", "XDG_CONFIG_HOME": "config", "XDG_CACHE_HOME": "cache"}
_numbers = count(1)


def pytest_configure(config: pytest.Config) -> None:
    """Move the session away from the user's home, display and keys before anything is imported."""
    config.addinivalue_line("markers", "logs_errors: this test expects an error to be logged")
    config.addinivalue_line("markers", "leaves_widgets: this test expects top-level widgets to stay")
    home = tempfile.TemporaryDirectory(prefix="rlm-desktop-tests-", ignore_cleanup_errors=True)
    config.add_cleanup(home.cleanup)
    for name, folder in _HOMES.items():
        os.environ[name] = str(Path(home.name) / folder)
    for name in [name for name in os.environ if _SECRETS.search(name)]:
        del os.environ[name]
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    _import_what_qt_would_disturb()


def _import_what_qt_would_disturb() -> None:
    """Import pydantic's modules with a `__getattr__` of their own before Qt reads the source of what is imported.

    Qt's signatures, once used, look for `__wrapped__` on each module that is imported, which these modules answer by
    importing in a circle. Only tests have both in one process: the window never imports pydantic, the engine never Qt.
    """
    for name in ("pydantic.main", "pydantic.errors", "pydantic.fields", "pydantic.types"):
        importlib.import_module(name)


@pytest.fixture(autouse=True)
def _own_data_dir(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(os.environ["HOME"]) / f"test-{next(_numbers)}" / "data"
    monkeypatch.setenv("RLM_DESKTOP_DATA_DIR", str(folder))


class _Errors(logging.Handler):
    """Keeps what was logged as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(f"{record.name}: {record.getMessage()} {record.exc_info or ''}")


@pytest.fixture(autouse=True)
def _no_logged_errors(request: pytest.FixtureRequest) -> Iterator[None]:
    errors = _Errors()
    logging.getLogger().addHandler(errors)
    yield
    logging.getLogger().removeHandler(errors)
    if errors.texts and not request.node.get_closest_marker("logs_errors"):
        pytest.fail(
            "The test logged errors; mark it logs_errors if it should:\n" + "\n".join(errors.texts),
            pytrace=False,
        )


@pytest.fixture(autouse=True)
def _no_leftover_widgets(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    left = _top_level_widgets()
    if left and not request.node.get_closest_marker("leaves_widgets"):
        pytest.fail(f"Widgets were left open; give them a parent or qtbot.addWidget: {left}", pytrace=False)


def _top_level_widgets() -> list[str]:
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is None or widgets.QApplication.instance() is None:
        return []
    core = sys.modules["PySide6.QtCore"]
    core.QCoreApplication.sendPostedEvents(None, core.QEvent.Type.DeferredDelete.value)
    left = [widget for widget in widgets.QApplication.topLevelWidgets() if widget.parent() is None]
    names = [f"{type(widget).__name__} {widget.objectName()!r}" for widget in left]
    for widget in left:
        widget.close()
        widget.deleteLater()
    return names
