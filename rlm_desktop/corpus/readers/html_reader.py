"""HTML to the text a reader sees, with its headings, lists and tables."""

import codecs
import re
from collections import Counter

from selectolax.lexbor import LexborHTMLParser, LexborNode

from rlm_desktop.corpus.decoding import decode
from rlm_desktop.corpus.readers.draft import Converted

_UNSEEN = (
    "script, style, template, noscript, svg, canvas, iframe, object, embed, audio, video, select, textarea, button,"
    " datalist, [hidden], [style*='display:none'], [style*='display: none']"
)
_BLOCKS = (
    "address, article, aside, blockquote, body, caption, dd, details, dialog, div, dl, dt, fieldset, figcaption,"
    " figure, footer, form, header, hr, legend, main, nav, section, summary, tr"
)
_WIDE_BLOCKS = "p, table, ul, ol"
_IMAGE = re.compile(rb"<img\b|<image\b|<svg\b", re.IGNORECASE)
_DECLARED = re.compile(rb"""<(?:meta[^>]+charset|\?xml[^>]+encoding)\s*=\s*["']?([\w.:-]+)""", re.IGNORECASE)

# Marks that `clean` keeps out of every document, put into the tree while layout is still known.
_LINE, _GAP, _CELL, _LABELLED, _KEPT_SPACE, _KEPT_LINE = "\x01", "\x02", "\x03", "\x04", "\x05", "\x06"
_SPACES = re.compile(r"[ \t\n\u00a0]{2,}|[\t\n\u00a0]")
_CELL_BREAK = re.compile(r"[ \x01\x02]*\x03[ \x01\x02]*")
_AFTER_LABEL = re.compile(r"\x04[ \x01\x02]*")
_BREAK = re.compile(r" ?[\x01\x02][ \x01\x02]*")


def read_page(data: bytes) -> Converted:
    """Give the visible text of a page; its images are counted."""
    lost = Counter({"image": len(_IMAGE.findall(data))})
    return Converted(text=read_html(data), lost=lost)


def read_html(data: bytes) -> str:
    """Give the visible text of a page, its title first."""
    tree = LexborHTMLParser(decode(data, _declared_encoding(data)))
    title = _one_line(tree.css_first("head > title"))
    body = tree.body
    text = _visible_text(body) if body is not None else ""
    return text if not title or _opening(text).startswith(title) else f"{title}\n\n{text}"


def _declared_encoding(data: bytes) -> str | None:
    match = _DECLARED.search(data[:2048])
    if match is None:
        return None
    try:
        return codecs.lookup(match[1].decode("ascii")).name
    except LookupError:
        return None


def _visible_text(body: LexborNode) -> str:
    for node in body.css(_UNSEEN):
        node.decompose()
    _mark_preformatted(body)
    _mark_labels(body)
    _mark_blocks(body)
    return _laid_out(body.text(deep=True))


def _mark_preformatted(body: LexborNode) -> None:
    for node in body.css("pre br"):
        node.replace_with("\n")
    for node in body.css("pre"):
        text = node.text(deep=True).strip("\n").expandtabs()
        kept = text.replace("\n", _KEPT_LINE).replace(" ", _KEPT_SPACE)
        node.replace_with(_GAP + kept + _GAP)


def _mark_labels(body: LexborNode) -> None:
    for node in body.css("h1, h2, h3, h4, h5, h6"):
        _surround(node, f"{_GAP}{'#' * int((node.tag or 'h1')[1])} {_LABELLED}", _GAP)
    for numbered in body.css("ol"):
        items = [node for node in numbered.iter() if node.tag == "li"]
        for number, item in enumerate(items, 1):
            _surround(item, f"{_LINE}{number}. {_LABELLED}", _LINE)
    for item in body.css("ul > li, menu > li"):
        _surround(item, f"{_LINE}- {_LABELLED}", _LINE)


def _mark_blocks(body: LexborNode) -> None:
    for node in body.css("br"):
        node.replace_with(_LINE)
    for node in body.css("td + td, td + th, th + td, th + th"):
        node.insert_before(_CELL)
    for node in body.css(_WIDE_BLOCKS):
        _surround(node, _GAP, _GAP)
    for node in body.css(_BLOCKS):
        _surround(node, _LINE, _LINE)


def _surround(node: LexborNode, before: str, after: str) -> None:
    node.insert_before(before)
    node.insert_after(after)


def _laid_out(marked: str) -> str:
    text = _SPACES.sub(" ", marked)
    text = _CELL_BREAK.sub(" | ", text) if _CELL in text else text
    text = _AFTER_LABEL.sub("", text)
    text = _BREAK.sub(lambda match: "\n\n" if _GAP in match[0] else "\n", text)
    return text.replace(_KEPT_SPACE, " ").replace(_KEPT_LINE, "\n").strip()


def _opening(text: str) -> str:
    return text[:1000].lstrip("# ")


def _one_line(node: LexborNode | None) -> str:
    return "" if node is None else " ".join(node.text(deep=True).split())
