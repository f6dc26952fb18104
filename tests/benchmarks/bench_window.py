"""From the start of the process to the window's first paint, offscreen."""

import os
import subprocess
import sys
import tempfile
import time

from measuring import tell

REPEATS = 9
PROGRAM = """
import sys, time
from pathlib import Path
from PySide6.QtCore import QEvent, QObject
from rlm_desktop.app import assembly
from rlm_desktop.settings import preferences

class FirstPaint(QObject):
    at = 0.0
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and not self.at:
            self.at = time.monotonic()
        return False

app = assembly.make_app()
parts = assembly.build_window(app, preferences.load(Path(sys.argv[1])))
first = FirstPaint()
parts.window.installEventFilter(first)
parts.window.show()
while not first.at:
    app.processEvents()
app.processEvents()
print(time.monotonic() - float(sys.argv[2]))
parts.passages.close()
"""


def once(folder: str) -> float:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_LOGGING_RULES": "default.warning=false"}
    command = [sys.executable, "-c", PROGRAM, folder, str(time.monotonic())]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return float(done.stdout)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        once(folder)
        tell("window, from process start to first paint", [once(folder) for _ in range(REPEATS)])


if __name__ == "__main__":
    main()
