"""The whole trace as one web page: it fetches nothing, and no word of the run is ever run or read as markup.

The words of the run stand in packed blocks; the page's own script unpacks those that are looked at.
"""

from base64 import b64encode
from collections.abc import Iterable, Iterator
from hashlib import sha256
from html import escape
from typing import BinaryIO

from rlm_desktop.export.recorded import RecordedRun
from rlm_desktop.export.trace_html_blocks import Blocks, TextBlocks
from rlm_desktop.export.trace_html_head import head_of, timeline_of
from rlm_desktop.export.trace_html_rows import ROWS_AT_ONCE, TINTS, Rows
from rlm_desktop.export.trace_markdown import writable
from rlm_desktop.settings.places import resources_dir
from rlm_desktop.trace.events import Entry
from rlm_desktop.trace.nodes import KINDS
from rlm_desktop.trace.timeline import Timeline
from rlm_desktop.trace.tree import Trace

_SCRIPTS = ("blocks", "rows", "words", "search", "tree", "texts", "cards", "detail", "timeline", "page")
"""In an order in which each uses only what stands before it."""


def write(run: RecordedRun, file: BinaryIO) -> None:
    """Write the page."""
    timeline = Timeline()
    trace = Trace(_seen(run.entries(), timeline))
    head = head_of(run, trace)
    script, style = _script(), _resource("page.css")
    file.write(_beginning(head["title"], script, style).encode())
    blocks = Blocks(file)
    rows = Rows(run, trace, blocks)
    rows.write()
    texts = TextBlocks(blocks)
    for digest in rows.texts:
        texts.add(run.text(digest))
    texts.end()
    blocks.add_numbers("text-starts", texts.starts)
    shape = {"rows": len(trace.nodes), "rowsAtOnce": ROWS_AT_ONCE, "kinds": KINDS, "tints": TINTS}
    index = {**head, **shape, "textBlocks": texts.block_starts, "timeline": timeline_of(timeline)}
    blocks.add_json("index", index)
    file.write(f"<script>{script}</script>\n</body>\n</html>\n".encode())


def _seen(entries: Iterable[Entry], timeline: Timeline) -> Iterator[Entry]:
    """Show the entries to the timeline on their way to the tree."""
    for entry in entries:
        timeline.feed((entry,))
        yield entry


def _script() -> str:
    """Join the scripts in a scope of their own."""
    return "(() => {\n'use strict';\n" + "\n".join(_resource(f"{name}.js") for name in _SCRIPTS) + "})();\n"


def _resource(name: str) -> str:
    return (resources_dir() / "trace_page" / name).read_text(encoding="utf-8")


def _beginning(title: str, script: str, style: str) -> str:
    # No document and no model gets a say here: one script and one style sheet, known by their hashes, and no network.
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; base-uri 'none'; "
        "form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(writable(title))}</title>\n<style>{style}</style>\n</head>\n<body>\n{_resource('page.html')}"
    )


def _hash(content: str) -> str:
    return f"sha256-{b64encode(sha256(content.encode()).digest()).decode()}"
