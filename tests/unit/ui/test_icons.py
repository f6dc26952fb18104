import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from rlm_desktop.settings.places import resources_dir
from rlm_desktop.ui import icons, theme

NAMES = sorted(file.stem for file in (resources_dir() / "icons").glob("*.svg"))


def inked(image: QImage) -> set[str]:
    """The colours of the fully opaque pixels."""
    points = ((x, y) for x in range(image.width()) for y in range(image.height()))
    return {QColor(shade).name() for shade in (image.pixelColor(*point) for point in points) if shade.alpha() == 255}


@pytest.mark.parametrize("name", NAMES)
def test_every_icon_draws_in_its_role(qapp, name):
    theme.apply(qapp, "light")

    image = icons.pixmap(name, "root", 32, 2.0).toImage()

    assert theme.colour("root").name() in inked(image)
    assert theme.colour("text").name() not in inked(image)


def test_changing_the_theme_tints_set_icons_again(qapp, qtbot):
    theme.apply(qapp, "light")
    top = QWidget()
    qtbot.addWidget(top)
    label, button = QLabel(top), QPushButton(top)
    icons.set_icon(label, "play", "accent", 20)
    icons.set_icon(button, "square", "error", 20)

    theme.apply(qapp, "dark")
    icons.retint(top)

    assert theme.colour("accent").name() in inked(label.pixmap().toImage())
    assert theme.colour("error").name() in inked(button.icon().pixmap(20).toImage())
