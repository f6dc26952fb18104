"""Makes the app's icon in the sizes and formats that the systems want, from the one drawing."""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

DRAWING = Path(__file__).resolve().parent.parent / "resources" / "icons" / "app" / "rlm-desktop.svg"
SIZES = (16, 24, 32, 48, 64, 128, 256, 512)
"""In pixels: what desktops look for below `hicolor`."""
_WHOLE = {"rlm-desktop.ico": 256, "rlm-desktop.icns": 512}


def make_icons(folder: Path) -> None:
    """Write `SIZE.png` for each size, an `.ico` for Windows and an `.icns` for macOS; raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    renderer = QSvgRenderer(QByteArray(DRAWING.read_bytes()))
    for size in SIZES:
        _write(_drawn(renderer, size), folder / f"{size}.png")
    for name, size in _WHOLE.items():
        _write(_drawn(renderer, size), folder / name)


def _drawn(renderer: QSvgRenderer, size: int) -> QImage:
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return image


def _write(image: QImage, file: Path) -> None:
    if not image.save(str(file)):
        raise OSError(f"The icon {file} could not be written.")


if __name__ == "__main__":
    make_icons(Path(sys.argv[1]))
