import shutil

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication, QComboBox, QListView

from rlm_desktop.settings.places import resources_dir
from rlm_desktop.settings.preferences import Theme
from rlm_desktop.ui import theme
from rlm_desktop.ui.top_bar import THEMES

SCHEMES: tuple[theme.Scheme, ...] = tuple(theme.COLOURS)
LEAST = {"light": 4.5, "dark": 4.5, "contrast-light": 7.0, "contrast-dark": 7.0}
"""What the WCAG ask of text: level AA, and AAA in the themes of high contrast."""


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("surface", theme.SURFACES)
@pytest.mark.parametrize("ink", theme.INKS)
def test_every_role_is_readable_on_every_surface(scheme, surface, ink):
    palette = theme.palette_for(scheme)

    ratio = theme.contrast(theme.colour(ink, palette), theme.colour(surface, palette))

    assert ratio >= LEAST[scheme], f"{ink} on {surface} in {scheme}: {ratio:.2f}"


@pytest.mark.parametrize("scheme", SCHEMES)
def test_words_stay_readable_on_a_selected_row(scheme):
    palette = theme.palette_for(scheme)

    for ink in ("text", "muted", "accent"):
        assert theme.contrast(theme.colour(ink, palette), theme.selection(palette)) >= LEAST[scheme], ink


@pytest.mark.parametrize("scheme", SCHEMES)
def test_words_stay_readable_where_a_place_is_marked(scheme):
    palette = theme.palette_for(scheme)

    for over, share in (("answer", 0.28), ("accent", 0.30)):
        assert theme.contrast(theme.colour("text", palette), theme.mixed(over, "base", share, palette)) >= LEAST[scheme]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_main_button_is_readable(scheme):
    palette = theme.palette_for(scheme)

    assert theme.contrast(theme.colour("base", palette), theme.colour("accent", palette)) >= LEAST[scheme]


@pytest.mark.parametrize("scheme", ["contrast-light", "contrast-dark"])
def test_in_high_contrast_lines_stand_out_as_they_take_the_place_of_tints(scheme):
    palette = theme.palette_for(scheme)

    for surface in theme.SURFACES:
        assert theme.contrast(theme.colour("line", palette), theme.colour(surface, palette)) >= 7.0
    assert theme.selection(palette) == theme.colour("base", palette)


def test_contrast_is_that_of_wcag():
    assert theme.contrast(QColor("#000000"), QColor("#FFFFFF")) == pytest.approx(21)
    assert theme.contrast(QColor("#777777"), QColor("#FFFFFF")) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_applying_a_theme_sets_its_palette(qapp: QApplication, scheme):
    theme.apply(qapp, scheme)

    assert theme.scheme_of(qapp.palette()) == scheme
    assert qapp.palette().color(QPalette.ColorRole.Base).name().upper() == theme.COLOURS[scheme]["base"]
    assert theme.colour("root").name().upper() == theme.COLOURS[scheme]["root"]
    assert theme.is_contrast() == scheme.startswith("contrast")


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("ground", ["transparent", "#FFFFFF", "#000000"])
def test_a_widget_with_a_ground_of_its_own_keeps_the_theme(qapp: QApplication, qtbot, scheme, ground):
    theme.apply(qapp, scheme)
    view = QListView()
    qtbot.addWidget(view)
    view.setStyleSheet(f"background: {ground}")
    view.ensurePolished()

    assert view.palette().color(QPalette.ColorRole.Window) == QColor(ground)
    assert theme.scheme_of(view.palette()) == scheme


@pytest.mark.parametrize(
    ("asked", "contrast", "scheme"),
    [
        (Qt.ColorScheme.Unknown, Qt.ContrastPreference.NoPreference, "light"),
        (Qt.ColorScheme.Light, Qt.ContrastPreference.NoPreference, "light"),
        (Qt.ColorScheme.Dark, Qt.ContrastPreference.NoPreference, "dark"),
        (Qt.ColorScheme.Light, Qt.ContrastPreference.HighContrast, "contrast-light"),
        (Qt.ColorScheme.Unknown, Qt.ContrastPreference.HighContrast, "contrast-light"),
        (Qt.ColorScheme.Dark, Qt.ContrastPreference.HighContrast, "contrast-dark"),
    ],
)
def test_the_system_is_followed_in_scheme_and_contrast(asked, contrast, scheme):
    assert theme.scheme_for(asked, contrast) == scheme


def test_every_theme_is_in_the_menu():
    assert {name for name, _ in THEMES} == {"auto", *SCHEMES} == set(Theme.__args__)


def test_nothing_moves_by_itself(qapp: QApplication):
    theme.apply(qapp, "light")

    for effect in (Qt.UIEffect.UI_AnimateMenu, Qt.UIEffect.UI_FadeTooltip, Qt.UIEffect.UI_AnimateCombo):
        assert not qapp.isEffectEnabled(effect)


def test_the_window_looks_the_same_wherever_it_is_installed(qapp, qtbot, monkeypatch, tmp_path):
    awkward = tmp_path / 'Program Files (x86) & "mine": Größe'
    shutil.copytree(resources_dir() / "icons", awkward / "icons")
    combo = QComboBox()
    qtbot.addWidget(combo)
    combo.addItem("auto")
    theme.apply(qapp, "light")
    usual = combo.grab().toImage()

    monkeypatch.setattr(theme, "resources_dir", lambda: awkward)
    theme.apply(qapp, "dark")
    theme.apply(qapp, "light")
    here = combo.grab().toImage()

    monkeypatch.undo()
    theme.apply(qapp, "light")
    assert here == usual
    assert here.width() > 20


def test_numbers_are_set_in_the_bundled_face(qapp: QApplication):
    theme.load_fonts(qapp)

    assert QFontInfo(theme.mono_font()).family() == theme.MONO_FAMILY
