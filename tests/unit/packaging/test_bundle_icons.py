import importlib
from pathlib import Path

from PySide6.QtGui import QImage


def test_the_drawing_becomes_icons_for_all_systems(tmp_path: Path) -> None:
    icons = importlib.import_module("bundle_icons")

    icons.make_icons(tmp_path)

    for size in icons.SIZES:
        image = QImage(str(tmp_path / f"{size}.png"))
        assert (image.width(), image.height()) == (size, size)
        assert image.pixelColor(size // 2, size // 9).name() == "#2f5fd0"
        assert image.pixelColor(0, 0).alpha() == 0
    assert (tmp_path / "rlm-desktop.ico").read_bytes()[:4] == b"\x00\x00\x01\x00"
    assert (tmp_path / "rlm-desktop.icns").read_bytes()[:4] == b"icns"
