"""Terminal escapes and turned lines are shown, never obeyed."""

import json

import pytest

from rlm_desktop.trace.controls import escape_controls, show_controls
from rlm_desktop.trace.wording import one_line

HOSTILE = {
    "colour": "\x1b[31mred\x1b[0m",
    "clear screen": "\x1b[2J\x1b[H",
    "title": "\x1b]0;owned\x07",
    "link (OSC 8)": "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "clipboard (OSC 52)": "\x1b]52;c;ZXZpbA==\x07",
    "bell": "a\x07b",
    "backspaces": "rm -rf /\x08\x08\x08\x08\x08ls",
    "overwritten line": "evil\rgood",
    "C1 control": "\x9b31mred\x9d52;c;x\x9c",
    "shift out": "\x0eabc\x0f",
    "turned line": "exe.\u202efdp\u202c",
    "isolate": "a\u2066b\u2069",
    "line separator": "a\u2028b\u2029c",
    "null": "a\x00b\x7f",
}
OBEYED = {chr(n) for n in (*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A))}
OBEYED |= {"\u2028", "\u2029"}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_nothing_that_steers_is_left(text):
    assert not OBEYED & set(show_controls(text))
    assert not OBEYED & set(one_line(text))


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_json_for_a_terminal_holds_the_same_value_in_escapes(text):
    written = escape_controls(json.dumps({"a": text}, ensure_ascii=False, indent=1))

    assert json.loads(written) == {"a": text}
    assert not (OBEYED - {"\n"}) & set(written)


def test_plain_text_with_tabs_and_lines_stays():
    text = "a\tb\nc\nd שלום مرحبا \U0001f600"

    assert show_controls(text) == text
