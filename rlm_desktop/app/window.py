"""Opens the window and keeps it until the user closes it."""

import signal
from collections.abc import Sequence
from pathlib import Path

from rlm_desktop.app import loop
from rlm_desktop.app.assembly import build_window, make_app
from rlm_desktop.app.faults import Faults
from rlm_desktop.app.sitting import Sitting
from rlm_desktop.settings import preferences
from rlm_desktop.settings.places import data_dir


def open_window(paths: Sequence[Path], folder: Path | None = None) -> int:
    """Show the window with these documents in it until it is closed; give the exit status."""
    home = data_dir(folder)
    app = make_app()
    parts = build_window(app, preferences.load(home))
    faults = Faults(parts.asking)
    faults.happened.connect(parts.window.tell)
    restore = faults.install()
    # Python would raise KeyboardInterrupt inside some slot; the engine ends its runs when our pipe closes.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        sitting = Sitting(parts, home)
        return loop.run(app, sitting.last([str(path.absolute()) for path in paths]), faults.take)
    finally:
        restore()
