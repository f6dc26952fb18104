"""How long source and bundle take to the window and to a first answer, cold (caches cleared, as root) and warm."""

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from measuring import tell

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "packaging"))

from smoke_checks import QUESTION  # noqa: E402
from smoke_installed import Installed, stopwatch  # noqa: E402
from smoke_window import display, window_seconds  # noqa: E402

WARM = 5
BUNDLE = ROOT / "build" / "bundle" / "dist" / "rlm-desktop" / "rlm-desktop"
SOURCE = Path(sys.executable).with_name("rlm-desktop")
DOCUMENTS = ROOT / "resources" / "sample" / "documents"
CACHES = Path("/proc/sys/vm/drop_caches")


def measure(title: str, once: Callable[[], float]) -> None:
    """Tell the first time after memory was cleared, and the usual time."""
    if os.access(CACHES, os.W_OK):
        os.sync()
        CACHES.write_text("3")
        tell(f"{title}, cold", [once()])
    once()
    tell(f"{title}, warm", [once() for _ in range(WARM)])


def answer(app: Installed) -> float:
    with stopwatch() as seconds:
        app.run("ask", QUESTION, app.documents)
    return seconds[0]


def main() -> None:
    programs = {"from source": SOURCE, "bundled": BUNDLE}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, display() as screen:
        Path(folder).chmod(0o777)
        for name, program in programs.items():
            if not program.is_file():
                print(f"{name}: {program} is not there")
                continue
            home = str(Path(folder, name))
            documents = {"documents": str(DOCUMENTS), "home": home}
            app = Installed(title=name, program=str(program), folder=str(program.parent), is_me=True, **documents)
            measure(f"{name}, window", lambda: window_seconds(app, screen, Path(folder, "window.png")))  # noqa: B023
            measure(f"{name}, first answer", lambda: answer(app))  # noqa: B023


if __name__ == "__main__":
    main()
