"""Charts as files: the same picture as PNG and SVG, with everything it needs to be understood."""

from dataclasses import replace
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QByteArray, QRectF, QSizeF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from rlm_desktop.ui import theme
from rlm_desktop.ui.chart_drawing import draw_chart
from rlm_desktop.ui.chart_files import PNG_SCALE, SIZE, png_of, svg_of
from rlm_desktop.ui.chart_plot import Fonts, Plot
from rlm_desktop.viewmodel.chart import Bar, Chart, Series
from rlm_desktop.viewmodel.run_charts import RUN_KINDS, run_chart
from rlm_desktop.viewmodel.run_figures import RunFigures
from tests.support.sample_runs import harbour_run

CHART = Chart(
    title="Cost by turn",
    axis="Turn",
    unit="money",
    series=(Series(name="Root", tint="root"), Series(name="Worker", tint="worker")),
    bars=(Bar(label="1", amounts=(30_000_000, 0)), Bar(label="2 & <3>", amounts=(10, 50_000_000), unknowns=(0, 2))),
    subtitle="≥ $0.0800 in all",
    notes=("What 2 calls cost is not known.",),
)
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def dressed(qapp):
    theme.load_fonts(qapp)
    theme.apply(qapp, "dark")
    yield
    theme.apply(qapp, "light")


def harbour_charts() -> list[Chart]:
    entries, figures = harbour_run()[0], RunFigures()
    figures.show(entries, len(entries))
    return [run_chart(figures, measure, division) for measure in RUN_KINDS for division in RUN_KINDS[measure]]


def words_of(svg: bytes) -> list[str]:
    return ["".join(text.itertext()).strip() for text in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def spot(plot: Plot, bar: int, series: int | None) -> QRectF:
    return next(piece.box for piece in plot.pieces() if (piece.bar, piece.series) == (bar, series))


def test_a_png_has_twice_the_pixels_and_the_light_palette_in_a_dark_window():
    image = QImage.fromData(png_of(CHART))
    plot = Plot(CHART, QSizeF(SIZE), Fonts.of_application())

    assert image.size() == SIZE * PNG_SCALE
    assert image.pixelColor(2, 2).name() == theme.COLOURS["light"]["base"].lower()
    middle = spot(plot, 0, 0).center().toPoint() * PNG_SCALE
    assert image.pixelColor(middle).name() == theme.COLOURS["light"]["root"].lower()


def test_an_svg_is_xml_whose_words_are_text_and_whose_title_says_what_it_is():
    svg = svg_of(CHART)

    # A sign that the face lacks is taken from another one, and then stands by itself.
    words = " ".join(words_of(svg))
    for wanted in ("Cost by turn", "≥ $0.0800 in all", "Root", "Worker", "Unknown price", "Cost in US dollars", "Turn"):
        assert wanted in words
    for wanted in ("1", "2 & <3>", "$0", "$0.02", "$0.0300", "≥ $0.0500", "What 2 calls cost is not known."):
        assert wanted in words
    assert ElementTree.fromstring(svg).find(f"{SVG}title").text == "Cost by turn"
    assert b", sans-serif" in svg
    assert QSvgRenderer(QByteArray(svg)).isValid()


@pytest.mark.parametrize("chart", harbour_charts(), ids=lambda chart: chart.title)
def test_every_chart_of_a_run_draws_all_its_names_within_the_picture(chart):
    words = words_of(svg_of(chart))

    assert chart.title in words
    assert {bar.label for bar in chart.bars} <= set(words)
    assert {series.name for series in chart.series} <= set(words)
    plot = Plot(chart, QSizeF(SIZE), Fonts.of_application())
    assert all(QRectF(0, 0, SIZE.width(), SIZE.height()).contains(piece.box) for piece in plot.pieces())


def test_pieces_are_as_long_as_their_amounts_and_lie_end_to_end():
    for chart in (CHART, replace(CHART, is_flat=True)):
        plot = Plot(chart, QSizeF(SIZE), Fonts.of_application())
        root, worker, unknown = spot(plot, 1, 0), spot(plot, 1, 1), spot(plot, 1, None)
        first = spot(plot, 0, 0)
        lengths = [box.width() if chart.is_flat else box.height() for box in (first, worker)]

        assert lengths[1] / lengths[0] == pytest.approx(5 / 3)
        ends = [(root.right(), worker.left()), (worker.right(), unknown.left())]
        uprights = [(root.top(), worker.bottom()), (worker.top(), unknown.bottom())]
        assert all(one == pytest.approx(other) for one, other in (ends if chart.is_flat else uprights))


def test_each_bar_is_found_under_a_point_and_nothing_between_picture_and_bars():
    plot = Plot(CHART, QSizeF(SIZE), Fonts.of_application())

    assert [plot.bar_at(plot.band(bar).center()) for bar in range(2)] == [0, 1]
    assert plot.bar_at(plot.title.center()) is None


@pytest.mark.parametrize("is_flat", [False, True])
@pytest.mark.parametrize("size", [QSizeF(120, 60), QSizeF(320, 140), QSizeF(3000, 1200)])
def test_any_size_and_number_of_bars_can_be_drawn(size, is_flat):
    many = replace(CHART, bars=tuple(Bar(label=f"name {n}", amounts=(n, 1)) for n in range(400)), is_flat=is_flat)
    for chart in (many, replace(CHART, bars=(), is_flat=is_flat)):
        image = QImage(size.toSize(), QImage.Format.Format_RGB32)
        painter = QPainter(image)

        draw_chart(painter, Plot(chart, size, Fonts.of_application()), theme.palette_for("light"), pointed=None)

        painter.end()
