"""The answer with its evidence as Markdown."""

from collections.abc import Iterator
from typing import BinaryIO

from markdown_it import MarkdownIt
from markdown_it.token import Token

from rlm_desktop.export.answer import quote_row
from rlm_desktop.export.answer_sheet import AnswerSheet, sheet_of
from rlm_desktop.export.answer_tokens import BARE_TAG, as_shown, is_light, paired_tags, parser
from rlm_desktop.export.markdown_words import fenced, in_line, quoted, table
from rlm_desktop.export.recorded import RecordedRun

_END = "end"


def write(run: RecordedRun, file: BinaryIO) -> None:
    """Write the answer; its own Markdown stays as it is wherever it cannot swallow what follows it."""
    for part in _parts(sheet_of(run)):
        file.write(part.encode("utf-8", "replace"))
        file.write(b"\n\n")


def _parts(sheet: AnswerSheet) -> Iterator[str]:
    yield f"# {in_line(sheet.title)}"
    if sheet.question.strip() != sheet.title:
        yield quoted(sheet.question)
    yield in_line(sheet.summary)
    if sheet.tags:
        yield f"Tags: {', '.join(map(in_line, sheet.tags))}"
    yield from (f"> **Note:** {in_line(sentence)}" for sentence in sheet.left_out)
    if sheet.warning:
        yield f"> **{in_line(sheet.warning)}**"
    if sheet.answer is not None:
        yield "## Answer"
        yield closed_markdown(sheet.answer)
    yield from _evidence(sheet)
    yield "## About this run"
    rows = ((fact.name, fact.value, fact.remark) for fact in sheet.facts)
    yield "\n".join(table(("", "", ""), rows))
    yield from _rest(sheet)


def _evidence(sheet: AnswerSheet) -> Iterator[str]:
    if sheet.quotes:
        yield "## Evidence"
        yield in_line(sheet.evidence_in_short)
        rows = (quote_row(number, quote) for number, quote in enumerate(sheet.quotes, 1))
        yield "\n".join(table(("", "Quote", "Document", "Place", "Match"), rows))
    if sheet.coverage:
        yield "## Coverage"
        yield in_line(sheet.coverage)


def _rest(sheet: AnswerSheet) -> Iterator[str]:
    if sheet.reached:
        yield "## Limits reached"
        yield "\n".join(f"- {in_line(text)}" for text in sheet.reached)
    if sheet.remarks:
        yield "## Notes"
    for remark in sheet.remarks:
        marks = f" ({in_line(remark.marks)})" if remark.marks else ""
        yield f"**{in_line(remark.place)}**{marks}"
        if remark.text:
            yield quoted(remark.text)


def closed_markdown(text: str) -> str:
    """Give an answer's Markdown so that it ends where it ends, and raw HTML in it stays words.

    What is left open at its end, or too tangled to tell, goes into a fence as it was written.
    """
    text = as_shown(text).strip("\n")
    if not is_light(text):
        return fenced(text)
    harmless = _without_html(text)
    return harmless if _is_closed(harmless) else fenced(text)


def _without_html(text: str) -> str:
    """Write `<` as an entity where it would begin a tag, but for bare tags of layout in pairs."""
    done, at = [], 0
    for piece, is_tag in _pieces(parser().parse(text)):
        found = text.find(piece, at)
        if found < 0:
            continue
        end = found + len(piece)
        done.append(text[at:found] + (piece.replace("<", "&lt;") if is_tag else piece))
        at = end
    return "".join([*done, text[at:]])


def _pieces(tokens: list[Token]) -> Iterator[tuple[str, bool]]:
    """Give code and tags as they stand in the text, in order, and whether it is a tag that must not be one."""
    for token in tokens:
        if token.type in ("fence", "code_block"):
            yield from ((line, False) for line in token.content.splitlines())
        children = token.children or []
        paired = paired_tags(children)
        for number, child in enumerate(children):
            if child.type in ("text", "code_inline"):
                yield child.content, False
            if child.type == "html_inline":
                yield child.content, number not in paired


def _is_closed(text: str) -> bool:
    """Tell whether what follows a text is read as if it stood alone, and no tag in it does anything."""
    tokens = MarkdownIt("commonmark").enable("table").parse(f"{text}\n\n{_END}")
    last = [(token.type, token.level) for token in tokens[-3:]]
    is_free = last == [("paragraph_open", 0), ("inline", 1), ("paragraph_close", 0)] and tokens[-2].content == _END
    return is_free and not any("<" in BARE_TAG.sub("", html) for html in _html_in(tokens))


def _html_in(tokens: list[Token]) -> Iterator[str]:
    for token in tokens:
        for piece in (token, *(token.children or ())):
            if piece.type in ("html_block", "html_inline"):
                yield piece.content
