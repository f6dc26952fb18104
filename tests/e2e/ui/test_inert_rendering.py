"""Hostile answers, outputs and documents are shown, and do nothing."""

from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import pytest
from PySide6.QtCore import QObject, QPoint, Qt, QUrl, Slot
from PySide6.QtGui import QColor, QDesktopServices, QGuiApplication, QImage, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QTextBrowser, QToolTip, QVBoxLayout, QWidget

from rlm_desktop.trace.facts import Quote
from rlm_desktop.ui import theme
from rlm_desktop.ui.answer_parts import AnswerParts
from rlm_desktop.ui.answer_text import AnswerText
from rlm_desktop.ui.link_question import LinkQuestion
from rlm_desktop.ui.passage_view import PassageView
from rlm_desktop.ui.text_pane import TextPane
from rlm_desktop.viewmodel.cards import TextBody
from rlm_desktop.viewmodel.guarded_text import plain_tip
from rlm_desktop.viewmodel.passages import Passage
from tests.support.tracker import Tracker

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", r"raise\(\)", extend=True)

PLANTED = QColor(255, 0, 255)
HOSTILE = (
    "![a]({there})",
    '![a]({there} "<img src={there}>")',
    "![a][r]\n\n[r]: {there}",
    "![a](<{there}>) [![b]({there})]({there})",
    "<img src='{there}'>",
    "<img srcset='{there} 2x' src={there}>",
    "<picture><source srcset={there}><img src={there}></picture>",
    "<svg xmlns='http://www.w3.org/2000/svg'><image href='{there}'/><use href='{there}#a'/></svg>",
    "<link rel=stylesheet href='{there}'>",
    "<style>@import url({there}); @font-face {{ src: url({there}) }} p {{ background: url({there}) }}</style>",
    "<div style='background-image:url({there})'>x</div>",
    "<ul style='list-style-image:url({there})'><li>x</ul>",
    "<body background='{there}'><table background='{there}'><tr><td background='{there}'>x</table>",
    "<iframe src='{there}'></iframe><object data='{there}'></object><embed src='{there}'>",
    "<video poster='{there}' src='{there}'></video><audio src='{there}'></audio>",
    "<meta http-equiv=refresh content='0;url={there}'><base href='{there}'>",
    "<input type=image src='{there}'><script src='{there}'></script>",
    "<a href='{there}' style='background:url({there})' title='<img src={there}>'>x</a>",
    "|a|\n|-|\n|![x]({there})<img src={there}>|\n\n> ![q]({there})\n\n1. ![l]({there})",
    "# ![h]({there})\n\n```html\n<img src='{there}'>\n```\n\n    <img src='{there}'>\n",
)


@pytest.fixture
def tracker() -> Iterator[Tracker]:
    with Tracker() as tracker:
        yield tracker


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    """A picture in one colour that nothing else in the window has."""
    picture = QImage(64, 64, QImage.Format.Format_RGB32)
    picture.fill(PLANTED)
    picture.save(str(tmp_path / "planted.png"))
    return tmp_path / "planted.png"


@pytest.fixture
def desk(qapp, qtbot) -> QWidget:
    theme.load_fonts(qapp)
    theme.apply(qapp, "light")
    desk = QWidget()
    qtbot.addWidget(desk)
    desk.resize(700, 900)
    QVBoxLayout(desk)
    desk.show()
    return desk


@pytest.fixture
def answer(desk) -> AnswerText:
    view = AnswerText(desk)
    desk.layout().addWidget(view)
    return view


def addresses(tracker: Tracker, planted: Path) -> list[str]:
    """All the ways to name what must not be reached."""
    web = [f"{start}{tracker.host}/x.png" for start in ("http://", "https://", "//", "file://")]
    kinds = ("x.svg", "x.css", "x.woff2")
    picture = b64encode(planted.read_bytes()).decode()
    return [
        *web,
        *(f"http://{tracker.host}/{kind}" for kind in kinds),
        str(planted),
        planted.as_uri(),
        f"qrc:{planted}",
        f":{planted}",
        f"data:image/png;base64,{picture}",
    ]


def seen_of_planted(widget: QWidget) -> int:
    """Count the pixels in the planted colour."""
    for _ in range(5):
        QGuiApplication.processEvents()
    picture = widget.grab().toImage()
    dots = (picture.pixelColor(x, y) for x in range(0, picture.width(), 4) for y in range(0, picture.height(), 4))
    return sum(dot == PLANTED for dot in dots)


def test_qt_by_itself_does_show_a_local_picture_so_that_these_tests_can_fail(desk, planted):
    plain = QTextBrowser(desk)
    desk.layout().addWidget(plain)

    plain.setMarkdown(f"![a]({planted.as_uri()})")

    assert seen_of_planted(desk) > 100


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_answer_fetches_or_reads_anything(answer, desk, tracker, planted, hostile):
    for there in addresses(tracker, planted):
        answer.tell(hostile.format(there=there), ())

        assert not any(shape.isImageFormat() for shape in answer.document().allFormats())
        assert seen_of_planted(desk) == 0
    assert tracker.visits() == 0


def test_no_document_or_output_fetches_or_reads_anything(desk, tracker, planted):
    page, pane = PassageView(desk), TextPane(desk)
    for widget in (page, pane):
        desk.layout().addWidget(widget)
    for there in (f"http://{tracker.host}/x.png", planted.as_uri(), str(planted)):
        text = "\n".join(hostile.format(there=there) for hostile in HOSTILE)
        page.tell(Passage(document="a.html", kind="html", text=text, start=0, end=40))
        pane.show_body(TextBody(text=text))

        assert "<img src=" in page.page.toPlainText()
        assert "<img src=" in pane.toPlainText()
        assert seen_of_planted(desk) == 0
    assert tracker.visits() == 0


def test_no_tooltip_reads_anything(desk, planted, qapp):
    def seen_in_tip(text: str) -> int:
        QToolTip.showText(desk.mapToGlobal(QPoint(5, 5)), text, desk)
        tip = next(one for one in qapp.topLevelWidgets() if one.metaObject().className() == "QTipLabel")
        seen = seen_of_planted(tip)
        tip.close()
        return seen

    hostile = f"a <img src='{planted}'> b"
    assert seen_in_tip(hostile) > 100
    assert seen_in_tip(plain_tip(hostile)) == 0


class Browser(QObject):
    """Stands in for the user's browser."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def take(self, link: QUrl) -> None:
        self.opened.append(link.toString())


@pytest.fixture
def browser() -> Iterator[Browser]:
    browser = Browser()
    for scheme in ("http", "https", "mailto", "file", "javascript"):
        QDesktopServices.setUrlHandler(scheme, browser, "take")
    yield browser
    for scheme in ("http", "https", "mailto", "file", "javascript"):
        QDesktopServices.unsetUrlHandler(scheme)


def question(answer: AnswerText) -> LinkQuestion:
    """The question that a click on a link asked."""
    found = answer.findChild(LinkQuestion)
    assert found is not None
    return found


def press(box: LinkQuestion, words: str) -> None:
    """Press a button of the question."""
    button = next(button for button in box.findChildren(QPushButton) if button.text().replace("&", "") == words)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_link_is_opened_only_after_its_whole_address_was_shown(answer, browser):
    answer.tell("[bank.com](https://аpple.com/x)", ())
    answer.setFocus()

    QTest.keyClick(answer, Qt.Key.Key_Tab)
    QTest.keyClick(answer, Qt.Key.Key_Return)
    box = question(answer)

    assert browser.opened == []
    assert "https://xn--pple-43d.com/x" in box.informativeText()
    assert "is really xn--pple-43d.com" in box.informativeText()
    assert box.textFormat() == Qt.TextFormat.PlainText
    press(box, "Open")
    assert browser.opened == ["https://аpple.com/x"]


def test_enter_cancels_and_copy_takes_the_address_without_opening_it(answer, browser):
    answer.tell("[a](https://a.example/x)", ())

    answer.anchorClicked.emit(QUrl("https://a.example/x"))
    QTest.keyClick(question(answer), Qt.Key.Key_Return)
    answer.anchorClicked.emit(QUrl("https://a.example/x"))
    press(next(box for box in answer.findChildren(LinkQuestion) if box.isVisible()), "Copy")

    assert browser.opened == []
    assert QGuiApplication.clipboard().text() == "https://a.example/x"


@pytest.mark.parametrize(
    "link", ["file:///etc/passwd", "javascript:alert(1)", "smb://h/x", "x.png", "data:text/html,x"]
)
def test_other_links_neither_open_nor_ask(answer, browser, link):
    answer.tell(f"[a]({link})", ())

    answer.anchorClicked.emit(QUrl(link))

    assert answer.findChild(LinkQuestion) is None
    assert browser.opened == []


def test_tab_goes_through_the_marks_and_enter_opens_the_passage(answer, qtbot):
    quotes = (
        Quote(text="the storm", match="exact", document="a.txt", start=0, end=9),
        Quote(text="no such words", match="none"),
    )
    answer.tell("“the storm” and “no such words”", quotes)
    answer.setFocus()
    chosen: list[int] = []
    answer.quote_chosen.connect(chosen.append)

    for _ in quotes:
        with qtbot.waitSignal(answer.looked_at):
            QTest.keyClick(answer, Qt.Key.Key_Tab)
        QTest.keyClick(answer, Qt.Key.Key_Return)

    assert chosen == [0, 1]


def test_copying_a_passage_gives_words_and_no_looks(desk):
    view = PassageView(desk)
    view.tell(Passage(document="a.html", kind="html", text="<img src=x> words", start=12, end=17))

    view.page.selectAll()
    copied = view.page.createMimeDataFromSelection()

    assert (copied.formats(), copied.text()) == (["text/plain"], "<img src=x> words")


def test_copying_gives_words_and_no_looks(answer, planted):
    text = f"# Title\n\n**bold** ![a]({planted.as_uri()}) [b](http://a.example/x)"
    answer.tell(text, ())

    answer.selectAll()
    whole = answer.createMimeDataFromSelection()
    answer.moveCursor(QTextCursor.MoveOperation.Start)
    answer.find("bold")
    piece = answer.createMimeDataFromSelection()

    assert whole.formats() == piece.formats() == ["text/plain"]
    assert (whole.text(), piece.text()) == (text, "bold")


def test_five_million_characters_are_shown_in_parts_without_a_stall(answer, desk):
    parts = AnswerParts(answer, desk)
    desk.layout().addWidget(parts)
    text = "".join(f"{number:07} of many words that nobody will read\n" for number in range(110_000))

    plain = seconds_to_show(answer, text[:50_000])
    shown_after = seconds_to_show(answer, text)
    QTest.mouseClick(parts.on, Qt.MouseButton.LeftButton)

    assert shown_after < 20 * plain
    assert answer.toPlainText().startswith(f"{text[answer.parts[1][0] :][:7]}")
    assert f"Part 2 of {len(answer.parts)}" in parts.words.text()
    assert "".join(text[start:end] for start, end in answer.parts) == text


@pytest.mark.parametrize(
    "text",
    [
        "x" * 5_000_000,
        "- a\n" * 2_900,
        "|a|b|\n|-|-|\n" + "|1|2|\n" * 2_900,
        "[a](http://b.c) " * 7_900,
        "<b>" * 19_000,
        "> " * 5_000 + "x",
    ],
    ids=["one line", "list", "table", "links", "tags", "deep"],
)
def test_no_answer_stalls_the_window(answer, text):
    plain = seconds_to_show(answer, "many plain words\n" * 3_000)

    assert seconds_to_show(answer, text) < 40 * plain


def seconds_to_show(answer, text):
    start = perf_counter()
    answer.tell(text, ())
    QGuiApplication.processEvents()
    return perf_counter() - start


def test_right_to_left_words_stand_at_the_right(answer):
    answer.tell("ارتفعت رسوم الميناء", ())

    assert answer.document().firstBlock().textDirection() == Qt.LayoutDirection.RightToLeft
    assert answer.document().firstBlock().layout().lineAt(0).naturalTextRect().left() > 300
