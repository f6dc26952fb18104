"""The answer with its evidence as one web page that can do nothing: no script, no network, no picture."""

import re
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from html import escape
from typing import BinaryIO

from rlm_desktop.export.answer import MATCHES, Share, quote_part, quote_sign
from rlm_desktop.export.answer_sheet import AnswerSheet, Fact, Remark, sheet_of
from rlm_desktop.export.answer_tokens import as_shown
from rlm_desktop.export.inert_html import inert_html
from rlm_desktop.export.page_style import STYLE
from rlm_desktop.export.recorded import RecordedRun
from rlm_desktop.trace.facts import Quote

_STYLE_HASH = b64encode(sha256(STYLE.encode()).digest()).decode()
_POLICY = f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none'"
_BLOCK = re.compile(r"<(p|li|blockquote|td|th|h[1-6])(?=[ >])")
_HEADING = re.compile(r"<(/?)h([1-6])>")
_MARK = re.compile(r'<sup class="mark">(\d+)</sup>')
_DEEPEST_HEADING = 6
_BELOW = 2
"""The page's own headings stand above those of the answer."""


def write(run: RecordedRun, file: BinaryIO) -> None:
    """Write the page."""
    for part in _page(sheet_of(run)):
        file.write(part.encode("utf-8", "replace"))
        file.write(b"\n")


def _page(sheet: AnswerSheet) -> Iterator[str]:
    yield f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="RLM Desktop">
<title>{_words(sheet.title)}</title>
<style>{STYLE}</style>
</head>
<body>
<main>"""
    yield from _head(sheet)
    yield from _answer(sheet)
    yield from _evidence(sheet)
    yield from _coverage(sheet)
    yield from _card("About this run", _facts(sheet.facts))
    yield from _rest(sheet)
    yield "</main>\n</body>\n</html>"


def _head(sheet: AnswerSheet) -> Iterator[str]:
    yield f'<h1 dir="auto">{_words(sheet.title)}</h1>'
    if sheet.question.strip() != sheet.title:
        yield f'<p class="words" dir="auto" id="question">{_words(sheet.question.strip())}</p>'
    yield f'<p class="summary">{_words(sheet.summary)}</p>'
    if sheet.tags:
        yield f'<p class="small muted" dir="auto">Tags: {_words(", ".join(sheet.tags))}</p>'
    yield from (f'<p class="note">{_words(sentence)}</p>' for sentence in sheet.left_out)
    if sheet.warning:
        yield f'<p class="warning" role="note" dir="auto"><strong>{_words(sheet.warning)}</strong></p>'


def _answer(sheet: AnswerSheet) -> Iterator[str]:
    if sheet.answer is None:
        return
    html = inert_html(sheet.answer, sheet.quotes)
    yield '<article id="answer" aria-label="Answer">'
    if html is None:
        yield f'<pre dir="auto">{_words(sheet.answer)}</pre>'
    else:
        yield _placed(html, sheet)
    yield "</article>"


def _placed(html: str, sheet: AnswerSheet) -> str:
    """Fit the answer's HTML into the page. It went through the cleaner, so that these tags are ours or harmless."""
    html = _BLOCK.sub(r'<\1 dir="auto"', _HEADING.sub(_lower, html))
    html = html.replace("<pre>", '<pre dir="auto">').replace("<a href=", '<a rel="noopener noreferrer" href=')
    return _MARK.sub(lambda found: _mark(int(found[1]), sheet), html)


def _lower(heading: re.Match[str]) -> str:
    return f"<{heading[1]}h{min(int(heading[2]) + _BELOW, _DEEPEST_HEADING)}>"


def _mark(number: int, sheet: AnswerSheet) -> str:
    quote = sheet.quotes[number - 1]
    is_lost = ' class="lost"' if quote.match == "none" else ""
    title = f"{MATCHES[quote.match]}: {quote.document}, {quote_part(quote)}" if quote.document else MATCHES[quote.match]
    return f'<sup class="mark"><a{is_lost} href="#quote-{number}" title="{_words(title)}">{number}</a></sup>'


def _evidence(sheet: AnswerSheet) -> Iterator[str]:
    if sheet.quotes:
        yield from _card("Evidence", _quotes(sheet.quotes), sheet.evidence_in_short, kind="card")


def _quotes(quotes: tuple[Quote, ...]) -> Iterator[str]:
    names = ("", "Quote", "Document", "Place", "Match")
    headings = "".join(f'<th scope="col">{name}</th>' for name in names)
    yield f'<table class="evidence"><thead><tr>{headings}</tr></thead><tbody>'
    for number, quote in enumerate(quotes, 1):
        state = "lost" if quote.match == "none" else "found"
        yield (
            f'<tr id="quote-{number}"><td class="figure">{number}</td><td dir="auto">“{_words(quote.text)}”</td>'
            f'<td class="muted"><bdi>{_words(quote.document or "")}</bdi></td>'
            f'<td class="figure">{_words(quote_part(quote))}</td>'
            f'<td class="{state}">{quote_sign(quote)} {MATCHES[quote.match]}</td></tr>'
        )
    yield "</tbody></table>"


def _coverage(sheet: AnswerSheet) -> Iterator[str]:
    if sheet.shares:
        words = f'<p class="small muted">{_words(sheet.coverage)}</p>'
        yield from _card("Coverage", iter((_bar(sheet.shares, sheet.coverage), words)))


def _bar(shares: tuple[Share, ...], words: str) -> str:
    parts, at = [], 0.0
    for share in shares:
        parts.append(f'<rect class="{share.role}" x="{at:.2f}" width="{100 * share.part:.2f}" height="10"/>')
        at += 100 * share.part
    label = f'role="img" aria-label="{_words(words)}"'
    return f'<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" {label}>{"".join(parts)}</svg>'


def _facts(facts: tuple[Fact, ...]) -> Iterator[str]:
    yield '<table class="facts small"><tbody>'
    for fact in facts:
        yield (
            f'<tr><th scope="row">{_words(fact.name)}</th><td class="figure">{_words(fact.value)}</td>'
            f'<td class="muted" dir="auto">{_words(fact.remark)}</td></tr>'
        )
    yield "</tbody></table>"


def _rest(sheet: AnswerSheet) -> Iterator[str]:
    if sheet.reached:
        items = (f'<li dir="auto">{_words(text)}</li>' for text in sheet.reached)
        yield from _card("Limits reached", iter(("<ul>", *items, "</ul>")))
    if sheet.remarks:
        yield from _card("Notes", (part for remark in sheet.remarks for part in _remark(remark)))


def _remark(remark: Remark) -> Iterator[str]:
    yield f'<p class="small muted" dir="auto">{_words(" · ".join(filter(None, (remark.place, remark.marks))))}</p>'
    if remark.text:
        yield f'<p class="words" dir="auto">{_words(remark.text)}</p>'


def _card(title: str, body: Iterator[str], note: str = "", kind: str = "card plain") -> Iterator[str]:
    beside = f'<span class="small muted">{_words(note)}</span>' if note else ""
    yield f'<section class="{kind}"><header><h2>{title}</h2>{beside}</header>'
    yield from body
    yield "</section>"


def _words(text: str) -> str:
    return escape(as_shown(text))
