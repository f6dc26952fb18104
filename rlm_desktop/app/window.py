"""Opens the window and keeps it until the user closes it."""

import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from rlm_desktop.app import loop
from rlm_desktop.app.assembly import build_window, make_app
from rlm_desktop.app.commands.terminal import note
from rlm_desktop.app.commands.usage import WRONG_USAGE
from rlm_desktop.app.faults import Faults, keep_log
from rlm_desktop.app.sitting import Sitting
from rlm_desktop.settings import preferences
from rlm_desktop.settings.places import data_dir

_NO_DISPLAY = (
    "rlm-desktop: there is no display here, so no window can open. "
    'Set DISPLAY, or ask from the terminal: rlm-desktop ask "…" PATH…'
)


def has_display(environ: Mapping[str, str]) -> bool:
    """Whether Qt will find a display, as far as the environment tells."""
    if not sys.platform.startswith("linux") or environ.get("QT_QPA_PLATFORM", "xcb") not in ("xcb", "wayland"):
        return True
    return bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def open_window(paths: Sequence[Path], folder: Path | None = None) -> int:
    """Show the window with these documents in it until it is closed; give the exit status."""
    if not has_display(os.environ):
        # Qt would abort the process.
        note(_NO_DISPLAY)
        return WRONG_USAGE
    home = data_dir(folder)
    keep_log(home)
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
