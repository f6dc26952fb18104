"""The outline icons (Lucide), tinted by role; a set icon is tinted again when the theme changes."""

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

from rlm_desktop.settings.places import resources_dir
from rlm_desktop.ui.theme import Role, colour

_TINT = "iconTint"
_GAP = "\u2009"
_PIXEL_RATIOS = (1.0, 2.0)


def icon(name: str, role: Role = "muted", size: int = 16) -> QIcon:
    """Give an icon in a role's colour of the theme shown now."""
    return _tinted(name, colour(role).name(), colour("muted").name(), size)


def pixmap(name: str, role: Role = "muted", size: int = 16, ratio: float = 1.0) -> QPixmap:
    """Give an icon as a picture of `size` logical pixels, for painting in a view."""
    return _drawn(name, colour(role).name(), size, ratio)


def set_icon(widget: QAbstractButton | QLabel, name: str, role: Role = "muted", size: int = 16) -> None:
    """Put an icon on a button or label and remember its role, so that `retint` finds it."""
    widget.setProperty(_TINT, (name, role, size))
    if isinstance(widget, QLabel):
        widget.setPixmap(pixmap(name, role, size, widget.devicePixelRatioF()))
    else:
        widget.setIcon(icon(name, role, size))
        if widget.text() and not widget.text().startswith(_GAP):
            # The style sheet has no spacing between icon and words.
            widget.setText(_GAP + widget.text())
        widget.setIconSize(QSize(size, size))


def retint(top: QWidget) -> None:
    """Give all set icons under `top` the colours of the theme shown now."""
    for widget in top.findChildren(QWidget):
        tint = widget.property(_TINT)
        if tint is not None and isinstance(widget, QAbstractButton | QLabel):
            set_icon(widget, *tint)


@cache
def _tinted(name: str, shade: str, disabled_shade: str, size: int) -> QIcon:
    made = QIcon()
    for ratio in _PIXEL_RATIOS:
        made.addPixmap(_drawn(name, shade, size, ratio))
        made.addPixmap(_drawn(name, disabled_shade, size, ratio), QIcon.Mode.Disabled)
    return made


@cache
def _drawn(name: str, shade: str, size: int, ratio: float) -> QPixmap:
    renderer = QSvgRenderer(QByteArray(_source(name).replace("currentColor", shade).encode()))
    picture = QPixmap(round(size * ratio), round(size * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return picture


@cache
def _source(name: str) -> str:
    return (resources_dir() / "icons" / f"{name}.svg").read_text(encoding="utf-8")
