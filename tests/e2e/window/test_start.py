import subprocess
import sys

SCRIPT = """
import sys
from rlm_desktop.app.window import open_window
from rlm_desktop.app.assembly import build_window, make_app
from rlm_desktop.settings.preferences import Preferences
app = make_app()
parts = build_window(app, Preferences())
parts.window.show()
app.processEvents()
parts.passages.close()
print(",".join(name for name in HEAVY if name in sys.modules))
"""
HEAVY = ["openai", "litellm", "pydantic", "sqlalchemy", "pypdfium2", "selectolax", "bm25s", "numpy"]


def test_nothing_heavy_is_imported_before_the_window_is_painted():
    done = subprocess.run(
        [sys.executable, "-c", f"HEAVY = {HEAVY}\n{SCRIPT}"], capture_output=True, text=True, check=True, timeout=60
    )

    assert done.stdout.strip() == ""
