"""Writes answers as PDF, which takes Qt: with the window's application, or with one that has no window."""

from functools import cache
from typing import BinaryIO

from rlm_desktop.export.recorded import RecordedRun


def write_pdf(run: RecordedRun, file: BinaryIO) -> None:
    """Write an answer as PDF, in the main thread; starts Qt, without a display, where it does not run yet."""
    # Qt takes a tenth of a second to import, and most commands never need it.
    from rlm_desktop.ui.answer_pdf import write  # noqa: PLC0415

    start_qt()
    write(run, file)


@cache
def start_qt() -> object:
    """Have an application with our fonts; the first one lives as long as the process."""
    from PySide6.QtGui import QGuiApplication  # noqa: PLC0415

    from rlm_desktop.ui.theme import load_fonts  # noqa: PLC0415

    running = QGuiApplication.instance()
    if running is not None:
        return running
    app = QGuiApplication(["rlm-desktop", "-platform", "offscreen"])
    load_fonts(app)
    return app
