"""Writes the user guide as one HTML file, with the keys that the window really has: build/guide.html."""

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from rlm_desktop.app.assembly import build_window, make_app  # noqa: E402
from rlm_desktop.settings.places import resources_dir  # noqa: E402
from rlm_desktop.settings.preferences import Preferences  # noqa: E402
from rlm_desktop.ui.command_dialogs import key_groups  # noqa: E402
from rlm_desktop.viewmodel.guide import read_guide  # noqa: E402
from rlm_desktop.viewmodel.guide_html import whole_html  # noqa: E402

FILE = ROOT / "build" / "guide.html"


def main() -> int:
    """Write the file; give the exit status."""
    window = build_window(make_app(), Preferences()).window
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(whole_html(read_guide(resources_dir() / "guide", key_groups(window.commands))), encoding="utf-8")
    print(FILE, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
