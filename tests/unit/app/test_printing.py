"""A PDF is written where there is no display and no window."""

import os
import subprocess
import sys

import pypdfium2

_PROGRAM = """
import sys
from rlm_desktop.app.exporting import writer_of
from rlm_desktop.export.formats import format_called
from tests.support.rich_answer import rich
assert "PySide6" not in sys.modules
with open(sys.argv[1], "wb") as file:
    writer_of(format_called("answer-pdf"))(rich(), file)
    writer_of(format_called("answer-pdf"))(rich(), file)
"""


def test_a_pdf_is_written_without_a_display(tmp_path):
    path = tmp_path / "answer.pdf"
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {name: value for name, value in os.environ.items() if name not in hidden}

    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(path)], check=False, capture_output=True, text=True, env=environment
    )

    assert done.stderr == ""
    assert done.returncode == 0
    twice = path.read_bytes()
    first = twice[: twice.index(b"%%EOF\n") + 6]
    assert len(pypdfium2.PdfDocument(first)) == 3
