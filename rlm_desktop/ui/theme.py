"""Role colours, palettes, fonts and spacing: the only place that says how the window looks."""

from functools import cache
from pathlib import Path

from PySide6.QtCore import QDir, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from rlm_desktop.export import colours
from rlm_desktop.settings.places import resources_dir
from rlm_desktop.ui.style_sheet import style_sheet

Scheme = colours.Scheme
Role = colours.Role
COLOURS = colours.COLOURS

SURFACES: tuple[Role, ...] = ("window", "base", "raised")
INKS: tuple[Role, ...] = ("text", "muted", "accent", "root", "worker", "code", "answer", "warn", "error")

GRID = 4
INSIDE = 8
BETWEEN = 12
AROUND = 16
ROW = 26
RADIUS = 6
MOTION_MS = 120
MONO_FAMILY = "JetBrains Mono"

_FONT_FILES = ("JetBrainsMono-Regular.ttf", "JetBrainsMono-Medium.ttf")
_BODY_POINTS_WITHOUT_DESKTOP = 10


def scheme_of(palette: QPalette) -> Scheme:
    """Tell which theme a palette shows."""
    # The style sheet gives widgets grounds of their own, which Qt puts into their palettes; links it leaves alone.
    window = palette.color(QPalette.ColorRole.Window)
    link = palette.color(QPalette.ColorRole.Link)
    return _BY_LINK.get(link.name(), "dark" if window.lightness() < 128 else "light")


_BY_LINK: dict[str, Scheme] = {shades["accent"].lower(): scheme for scheme, shades in COLOURS.items()}
assert len(_BY_LINK) == len(COLOURS), "a theme is known by the colour of its links"


def is_contrast(palette: QPalette | None = None) -> bool:
    """Tell whether a theme of high contrast is shown, in which lines take the place of tints."""
    return scheme_of(palette or QGuiApplication.palette()).startswith("contrast")


@cache
def _role_colour(scheme: Scheme, role: Role) -> QColor:
    return QColor(COLOURS[scheme][role])


def colour(role: Role, palette: QPalette | None = None) -> QColor:
    """Give a role's colour in the theme that `palette` (or the application) shows now."""
    return _role_colour(scheme_of(palette or QGuiApplication.palette()), role)


def mixed(ink: Role, surface: Role, share: float, palette: QPalette | None = None) -> QColor:
    """Lay `share` (0 to 1) of one role over another: selection, hover, soft fills."""
    over, under = colour(ink, palette), colour(surface, palette)
    return QColor.fromRgbF(
        over.redF() * share + under.redF() * (1 - share),
        over.greenF() * share + under.greenF() * (1 - share),
        over.blueF() * share + under.blueF() * (1 - share),
    )


def selection(palette: QPalette | None = None) -> QColor:
    """Give the fill of a selected row; text and every ink stay readable on it."""
    if is_contrast(palette):
        return colour("base", palette)
    return mixed("accent", "base", 0.12, palette)


def contrast(one: QColor, other: QColor) -> float:
    """Give the WCAG contrast ratio of two colours, from 1 to 21."""
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _luminance(shade: QColor) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(shade.redF()) + 0.7152 * linear(shade.greenF()) + 0.0722 * linear(shade.blueF())


def palette_for(scheme: Scheme) -> QPalette:
    """Make the explicit palette of a theme."""
    palette = QPalette()
    part = QPalette.ColorRole
    roles: dict[QPalette.ColorRole, Role] = {
        part.Window: "window",
        part.WindowText: "text",
        part.Base: "base",
        part.AlternateBase: "raised",
        part.Text: "text",
        part.Button: "raised",
        part.ButtonText: "text",
        part.BrightText: "error",
        part.ToolTipBase: "raised",
        part.ToolTipText: "text",
        part.PlaceholderText: "muted",
        part.Link: "accent",
        part.LinkVisited: "root",
        part.Accent: "accent",
        part.Highlight: "accent",
        part.HighlightedText: "base",
        part.Light: "raised",
        part.Midlight: "raised",
        part.Mid: "line",
        part.Dark: "line",
        part.Shadow: "line",
    }
    for where, role in roles.items():
        palette.setColor(where, _role_colour(scheme, role))
    for where in (part.WindowText, part.Text, part.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, where, _role_colour(scheme, "muted"))
    return palette


def system_scheme() -> Scheme:
    """Give what the system asks for; light where it says nothing."""
    hints = QGuiApplication.styleHints()
    return scheme_for(hints.colorScheme(), hints.accessibility().contrastPreference())


def scheme_for(asked: Qt.ColorScheme, contrast: Qt.ContrastPreference) -> Scheme:
    """Give the theme for a system's wishes."""
    is_dark = asked == Qt.ColorScheme.Dark
    if contrast == Qt.ContrastPreference.HighContrast:
        return "contrast-dark" if is_dark else "contrast-light"
    return "dark" if is_dark else "light"


def apply(app: QApplication, scheme: Scheme) -> None:
    """Dress the application: Fusion, an explicit palette, the one style sheet."""
    app.setStyle("Fusion")
    app.setPalette(palette_for(scheme))
    app.setStyleSheet(style_sheet(_sheet_colours(scheme), is_contrast=scheme.startswith("contrast")))
    for effect in _EFFECTS:
        app.setEffectEnabled(effect, False)


_EFFECTS = (
    Qt.UIEffect.UI_AnimateMenu,
    Qt.UIEffect.UI_FadeMenu,
    Qt.UIEffect.UI_AnimateCombo,
    Qt.UIEffect.UI_AnimateTooltip,
    Qt.UIEffect.UI_FadeTooltip,
    Qt.UIEffect.UI_AnimateToolBox,
)
"""Nothing moves by itself here, so nobody has to ask for less motion."""


_ICONS = "icons"


def _sheet_colours(scheme: Scheme) -> dict[str, str]:
    palette = palette_for(scheme)
    names = {str(role): shade for role, shade in COLOURS[scheme].items()}
    # By a search path, because a style sheet cannot be read to its end when a folder's name has spaces in it.
    QDir.setSearchPaths(_ICONS, [str(resources_dir() / "icons" / "fixed")])
    names["arrow"] = f"{_ICONS}:chevron-down-{scheme}.svg"
    if is_contrast(palette):
        same = {"selection": "base", "hover": "base", "error_soft": "base", "accent_soft": "base", "warn_soft": "base"}
        return names | {name: names[role] for name, role in (same | {"accent_hover": "text", "handle": "line"}).items()}
    names["selection"] = selection(palette).name()
    names["hover"] = mixed("muted", "window", 0.12, palette).name()
    names["accent_hover"] = mixed("accent", "text", 0.88, palette).name()
    names["error_soft"] = mixed("error", "window", 0.12, palette).name()
    names["accent_soft"] = mixed("accent", "window", 0.12, palette).name()
    names["warn_soft"] = mixed("warn", "window", 0.10, palette).name()
    names["handle"] = mixed("muted", "window", 0.45, palette).name()
    return names


def load_fonts(app: QGuiApplication) -> None:
    """Register the bundled fonts; where no desktop chose a UI font, take the system's at a readable size."""
    for name in _FONT_FILES:
        _register(resources_dir() / "fonts" / name)
    if QGuiApplication.platformName() == "offscreen":
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
        font.setPointSize(_BODY_POINTS_WITHOUT_DESKTOP)
        app.setFont(font)


def _register(file: Path) -> None:
    if QFontDatabase.addApplicationFont(str(file)) < 0:
        raise FileNotFoundError(f"The font {file.name} is missing from this installation; please install it again.")


def small_font() -> QFont:
    """Give the UI font for secondary words, one point smaller."""
    return _resized(QGuiApplication.font(), -1)


def title_font() -> QFont:
    """Give the UI font for titles, three points larger and medium."""
    font = _resized(QGuiApplication.font(), 3)
    font.setWeight(QFont.Weight.Medium)
    return font


def mono_font(change: float = -0.5) -> QFont:
    """Give the face for code, prompts, outputs and all numbers in columns; `change` is in points from the body."""
    font = QFont([MONO_FAMILY, "monospace"])
    font.setPointSizeF(QGuiApplication.font().pointSizeF() + change)
    font.setStyleHint(QFont.StyleHint.Monospace)
    # Ligatures would show == as one sign; code is read as it was written.
    font.setFeature(QFont.Tag("calt"), 0)
    return font


def _resized(font: QFont, points: float) -> QFont:
    changed = QFont(font)
    changed.setPointSizeF(font.pointSizeF() + points)
    return changed
