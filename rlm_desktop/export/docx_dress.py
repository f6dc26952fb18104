"""What python-docx has no words for: styles of code, numbered lists, links, marks, direction, fields."""

import unicodedata
from typing import Any

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Emu, Pt, RGBColor
from docx.table import Table
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from rlm_desktop.export.colours import COLOURS
from rlm_desktop.trace.tints import Tint

CODE, INLINE_CODE, LINK = "Source Code", "Verbatim Char", "Hyperlink"
"""As other programs call these styles, so that they know them."""
_MONO = "Courier New"
_LEVELS = 9
INDENT = Cm(0.75)
_BULLETS = "•◦▪"


def prepare(document: Document) -> None:
    """Add the styles and lists that the template lacks."""
    document.styles["Normal"].font.name = "Calibri"
    code = document.styles.add_style(CODE, WD_STYLE_TYPE.PARAGRAPH)
    inline = document.styles.add_style(INLINE_CODE, WD_STYLE_TYPE.CHARACTER)
    for style in (code, inline):
        style.font.name, style.font.size = _MONO, Pt(9)
        style.font.no_proof = True
    code.paragraph_format.space_after = Pt(6)
    _put(code, _element("w:shd", val="clear", color="auto", fill=hexadecimal("raised")))
    link = document.styles.add_style(LINK, WD_STYLE_TYPE.CHARACTER)
    link.font.underline, link.font.color.rgb = True, ink("accent")
    _add_lists(document)


def ink(role: Tint) -> RGBColor:
    """Give a role's colour on paper."""
    return RGBColor.from_string(hexadecimal(role))


def hexadecimal(role: Any) -> str:
    """Give a role's colour on paper as six digits."""
    return COLOURS["light"][role].removeprefix("#")


_BULLETED, _NUMBERED = 9001, 9002


def _add_lists(document: Document) -> None:
    numbering = document.part.numbering_part.element
    for number, is_ordered in ((_BULLETED, False), (_NUMBERED, True)):
        abstract = _element("w:abstractNum", abstractNumId=str(number))
        abstract.append(_element("w:multiLevelType", val="multilevel"))
        for level in range(_LEVELS):
            abstract.append(_level(level, is_ordered=is_ordered))
        # They must come before all lists that refer to them.
        numbering.insert(0, abstract)


def _level(level: int, *, is_ordered: bool) -> Any:
    made = _element("w:lvl", ilvl=str(level))
    made.append(_element("w:start", val="1"))
    made.append(_element("w:numFmt", val="decimal" if is_ordered else "bullet"))
    made.append(_element("w:lvlText", val=f"%{level + 1}." if is_ordered else _BULLETS[level % len(_BULLETS)]))
    made.append(_element("w:lvlJc", val="left"))
    shape = _element("w:pPr")
    left = str(INDENT.twips * (level + 1))
    shape.append(_element("w:ind", left=left, hanging=str(INDENT.twips)))
    made.append(shape)
    return made


def new_list(document: Document, level: int, *, is_ordered: bool, start: int = 1) -> int:
    """Begin a list that counts by itself; give its number."""
    numbering = document.part.numbering_part.element
    number = numbering.add_num(_NUMBERED if is_ordered else _BULLETED)
    number.add_lvlOverride(ilvl=min(level, _LEVELS - 1)).add_startOverride(start)
    return int(number.numId)


def put_in_list(paragraph: Paragraph, number: int, level: int) -> None:
    """Make a paragraph an item of a list."""
    item = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    item.get_or_add_numId().val = number
    item.get_or_add_ilvl().val = min(level, _LEVELS - 1)


def indent(paragraph: Paragraph, levels: int) -> None:
    """Move a paragraph in under the items of its list."""
    if levels:
        paragraph.paragraph_format.left_indent = Emu(INDENT * levels)


def rule(paragraph: Paragraph) -> None:
    """Draw a line below a paragraph."""
    edges = _element("w:pBdr")
    edges.append(_element("w:bottom", val="single", sz="6", space="1", color=hexadecimal("line")))
    _put(paragraph, edges)


def link(paragraph: Paragraph, address: str) -> Any:
    """Begin a link to the web or to mail; what is added to it is what is clicked."""
    reference = paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    made = OxmlElement("w:hyperlink")
    made.set(qn("r:id"), reference)
    paragraph._p.append(made)
    return made


def mark(paragraph: Paragraph, words: str, name: str) -> None:
    """Write raised words that lead to the place of this name."""
    made = _element("w:hyperlink", anchor=name)
    run = paragraph.add_run(words)
    run.font.superscript = True
    run.font.color.rgb = ink("answer")
    made.append(run._r)
    paragraph._p.append(made)


def name_place(paragraph: Paragraph, name: str, number: int) -> None:
    """Name the place where a paragraph begins."""
    paragraph._p.append(_element("w:bookmarkStart", id=str(number), name=name))
    paragraph._p.append(_element("w:bookmarkEnd", id=str(number)))


def number_pages(paragraph: Paragraph) -> None:
    """Write the number of the page and of all pages."""
    for field, before in (("PAGE", ""), ("NUMPAGES", " / ")):
        paragraph.add_run(before)
        made = _element("w:fldSimple", instr=field)
        run = paragraph.add_run("1")
        made.append(run._r)
        paragraph._p.append(made)


def repeat_heading(table: Table) -> None:
    """Have a table's first row again on each page."""
    table.rows[0]._tr.get_or_add_trPr().append(_element("w:tblHeader"))


def turn(paragraph: Paragraph) -> None:
    """Let a paragraph run from right to left where its words do."""
    # The paragraph's own `text` takes a time that grows with the square of its lines.
    if not _turns(paragraph._p):
        return
    _put(paragraph, _element("w:bidi"))
    for found in paragraph._p.iter(qn("w:r")):
        if _turns(found):
            Run(found, paragraph).font.rtl = True


def _turns(element: Any) -> bool:
    return is_right_to_left("".join(word.text or "" for word in element.iter(qn("w:t"))))


def is_right_to_left(text: str) -> bool:
    """Tell by the first letter that has a direction."""
    directions = (unicodedata.bidirectional(letter) for letter in text)
    return next((direction for direction in directions if direction in ("L", "R", "AL")), "L") != "L"


def _put(owner: Any, made: Any) -> None:
    """Put a property of a paragraph or a style where Word looks for it: their order is prescribed."""
    properties = owner._element.get_or_add_pPr()
    before = [name for name in _ORDER if qn(name) == made.tag]
    properties.insert_element_before(made, *_ORDER[_ORDER.index(before[0]) + 1 :])


_ORDER = (
    *("w:pBdr", "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:kinsoku", "w:wordWrap", "w:overflowPunct"),
    *("w:topLinePunct", "w:autoSpaceDE", "w:autoSpaceDN", "w:bidi", "w:adjustRightInd", "w:snapToGrid", "w:spacing"),
    *("w:ind", "w:contextualSpacing", "w:mirrorIndents", "w:suppressOverlap", "w:jc", "w:textDirection"),
    *("w:textAlignment", "w:textboxTightWrap", "w:outlineLvl", "w:divId", "w:cnfStyle", "w:rPr", "w:sectPr"),
)


def _element(tag: str, /, **attributes: str) -> Any:
    made = OxmlElement(tag)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made
