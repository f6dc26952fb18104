import os
import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from rlm_desktop.app.assembly import build_window, make_app
from rlm_desktop.settings.preferences import Preferences
from rlm_desktop.ui.command_dialogs import key_groups

ROOT = Path(__file__).resolve().parents[3]


def test_the_guide_is_written_as_one_file_with_the_keys_that_the_window_has():
    script = ROOT / "packaging" / "guide.py"
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run([sys.executable, str(script)], env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    html = Path(done.stdout.strip()).read_text(encoding="utf-8")
    for group in window_keys():
        assert f"<h2>{group.name}</h2>" in html
        for words, keys in group.rows:
            assert f"<td>{words}</td>" in html
            assert all(f"<code>{key}</code>" in html for key in keys)


def window_keys():
    parts = build_window(make_app(), Preferences())
    groups = key_groups(parts.window.commands)
    parts.passages.close()
    parts.window.run_page.comparing.close()
    parts.window.deleteLater()
    parts.asking.deleteLater()
    QCoreApplication.sendPostedEvents(None, 0)
    return groups
