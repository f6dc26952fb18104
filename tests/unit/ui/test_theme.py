import pytest
from PySide6.QtGui import QColor, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication

from rlm_desktop.ui import theme

SCHEMES: tuple[theme.Scheme, ...] = ("light", "dark")


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("surface", theme.SURFACES)
@pytest.mark.parametrize("ink", theme.INKS)
def test_every_role_is_readable_on_every_surface(scheme, surface, ink):
    palette = theme.palette_for(scheme)

    ratio = theme.contrast(theme.colour(ink, palette), theme.colour(surface, palette))

    assert ratio >= 4.5, f"{ink} on {surface} in {scheme}: {ratio:.2f}"


@pytest.mark.parametrize("scheme", SCHEMES)
def test_words_stay_readable_on_a_selected_row(scheme):
    palette = theme.palette_for(scheme)

    for ink in ("text", "muted", "accent"):
        assert theme.contrast(theme.colour(ink, palette), theme.selection(palette)) >= 4.5, ink


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_main_button_is_readable(scheme):
    palette = theme.palette_for(scheme)

    assert theme.contrast(theme.colour("base", palette), theme.colour("accent", palette)) >= 4.5


def test_contrast_is_that_of_wcag():
    assert theme.contrast(QColor("#000000"), QColor("#FFFFFF")) == pytest.approx(21)
    assert theme.contrast(QColor("#777777"), QColor("#FFFFFF")) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_applying_a_theme_sets_its_palette(qapp: QApplication, scheme):
    theme.apply(qapp, scheme)

    assert theme.scheme_of(qapp.palette()) == scheme
    assert qapp.palette().color(QPalette.ColorRole.Base).name().upper() == theme.COLOURS[scheme]["base"]
    assert theme.colour("root").name().upper() == theme.COLOURS[scheme]["root"]


def test_numbers_are_set_in_the_bundled_face(qapp: QApplication):
    theme.load_fonts(qapp)

    assert QFontInfo(theme.mono_font()).family() == theme.MONO_FAMILY
