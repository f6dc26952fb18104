"""Patterns over a `Text` against `re` over the `str` it stands for."""

import re
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rlm_desktop.text import (
    at_matches,
    blob,
    changed,
    changing,
    core,
    hits,
    lazy_list,
    literals,
    regex,
    scanning,
    shapes,
    sources,
    windows,
)
from rlm_desktop.text import text as text_module
from rlm_desktop.text.blob import Blob
from rlm_desktop.text.blob_writer import BlobWriter
from rlm_desktop.text.changed import KeepingLength
from rlm_desktop.text.errors import ContextTooLarge
from rlm_desktop.text.text import Text

_SIZES = {"WHOLE": 10, "PIECE": 64, "GRID": 16, "WINDOW": 40, "CHUNK": 50, "_HIT_SECONDS": 0.0}
_MODULES = (
    at_matches,
    blob,
    changed,
    changing,
    core,
    hits,
    lazy_list,
    regex,
    scanning,
    shapes,
    sources,
    text_module,
    windows,
)

STORY = (
    "Chapter 1\nThe deadlock in mutex_lock; DEADLOCK and DeadLoc\u212a, ValueError or KeyException.\n"
    "call 555-1234 on 2024-01-31, mail jane.doe@example.org or x@y.\n\nChapter 2: é ß İstanbul ıſ Σ 😀\n"
    'He said "one\ntwo" and (three) [four] "".  def  run (self):\n\n\n  word word, THE the\tend\x1cX\x85.\n'
) * 3

PATTERNS = [
    r"mutex_lock",
    r"(?i)deadlock",
    r"(?i)ist",
    r"(?i)\nthe",
    r"\b\w+Exception\b",
    r"[\w.+-]+@[\w-]+\.[\w.-]+",
    r".{0,10}X.{0,10}",
    r"(?m)^Chapter .*",
    r"^Chapter .*",
    r"(?m)^.*$",
    r"\d{3}-\d{4}",
    r"\d{4}-\d\d-\d\d",
    r"\b(?:deadlock|mutex|end)\w*",
    r"(?i)\b(the|word)\b\s+\1",
    r'"([^"]*)"',
    r"\(([^)]*)\)",
    r"def\s+(?P<name>\w+)\s*\(",
    r"\s+",
    r"\n\s*\n",
    r"(?s)Chapter 1.*?Chapter 2",
    r"(?<!\S)\w+(?=[\s,])",
    r"(?<=\n)\w",
    r"\b",
    r"",
    r"x*",
    r"[A-Z][^.!?]*[.!?]",
    r"(?:\w+\s+){2}word",
    r"$",
    r"\Z",
    r"(?m)^$",
    r"\S+$",
    r"(?a:\w+)ſ|ı",
    r"[^\x00-\x7f]+",
    r"(?:\S*m)*+\w",
    r"(?>\S*x)?m",
]


@pytest.fixture(autouse=True)
def _small_sizes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a few hundred characters a large text, and every word worth looking for."""
    for module, (name, value) in product(_MODULES, _SIZES.items()):
        if hasattr(module, name):
            monkeypatch.setattr(module, name, value)
    monkeypatch.setattr(literals._Chunked, "chunk", 32)
    monkeypatch.setattr(literals.PlainSearcher, "chunk", 16)


@pytest.fixture(params=[literals.FastSearcher, literals.PlainSearcher])
def searcher(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (hits, scanning, shapes):
        monkeypatch.setattr(module, "byte_searcher", request.param)


def open_text(folder: Path, text: str) -> Text:
    with BlobWriter(folder) as writer:
        writer.write(text.encode())
        writer.finish()
    return Text(Blob.open(folder))


def seen(found: Any) -> Any:
    """List what a match tells."""
    if found is None:
        return None
    spans = [found.span(number) for number in range(found.re.groups + 1)]
    return (
        spans,
        found.group(),
        found.groups(),
        found.groupdict(),
        found.lastindex,
        found.lastgroup,
        found.pos,
        found.endpos,
    )


def compare(pattern: re.Pattern[str], text: Text, story: str, *bounds: int) -> None:
    assert list(map(seen, regex.finditer(pattern, text, *bounds))) == list(map(seen, pattern.finditer(story, *bounds)))
    assert regex.findall(pattern, text, *bounds) == pattern.findall(story, *bounds)
    assert seen(regex.search(pattern, text, *bounds)) == seen(pattern.search(story, *bounds))
    assert seen(regex.match(pattern, text, *bounds)) == seen(pattern.match(story, *bounds))


def compare_changes(pattern: re.Pattern[str], text: Text, story: str) -> None:
    for most in (0, 2):
        assert [*map(str, _words(regex.split(pattern, text, most)))] == [*map(str, pattern.split(story, most))]
        assert "".join(regex.sub(pattern, r"<\g<0>\n>", text, most)) == pattern.sub(r"<\g<0>\n>", story, most)
    assert _subn(regex.subn(pattern, "-", text)) == pattern.subn("-", story)
    assert "".join(regex.sub(pattern, _shout, text)) == pattern.sub(_shout, story)


def _words(parts: Any) -> list[Any]:
    listed = list(parts)
    if not isinstance(parts, list):
        assert len(parts) == len(listed)
        assert [parts[number] for number in range(len(listed))] == listed
    return ["".join(part) if isinstance(part, Text) else part for part in listed]


def _subn(result: tuple[Any, int]) -> tuple[str, int]:
    return "".join(result[0]), result[1]


def _shout(found: Any) -> str:
    return found.group().upper() + str(found.start())


@pytest.mark.usefixtures("searcher")
def test_patterns_find_what_re_finds(tmp_path: Path) -> None:
    text = open_text(tmp_path, STORY)

    for pattern in map(re.compile, PATTERNS):
        for bounds in ((), (100,), (5, 300), (0, len(STORY) - 1), (600, 2000)):
            compare(pattern, text, STORY, *bounds)


def test_patterns_change_and_split_what_re_does(tmp_path: Path) -> None:
    text = open_text(tmp_path, STORY)

    for pattern in map(re.compile, PATTERNS):
        compare_changes(pattern, text, STORY)


def test_patterns_find_the_same_in_ascii_in_parts_and_in_changed_texts(tmp_path: Path) -> None:
    story = STORY.encode("ascii", "ignore").decode()
    text = open_text(tmp_path, story)

    for pattern in map(re.compile, PATTERNS):
        compare(pattern, text, story)
        compare(pattern, text.view(9, 400), story[9:400])
        compare(pattern, Text(KeepingLength(len(story), lambda start, end: story[start:end].lower())), story.lower())


def test_ascii_texts_take_patterns_without_end(tmp_path: Path) -> None:
    story = STORY.encode("ascii", "ignore").decode().replace("\x1c", "")
    text = open_text(tmp_path, story)

    for pattern in map(re.compile, [r"(?s)(Chap)ter 1.*", r"(?s)m.*?(end)", r'[^"]+|"']):
        compare(pattern, text, story)
        compare_changes(pattern, text, story)


def test_a_pattern_without_end_over_a_large_text_is_told_to_bound_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(windows, "LIMIT", 100)
    text = open_text(tmp_path, STORY)

    with pytest.raises(ContextTooLarge, match=r"bound its repeats"):
        regex.findall(re.compile(r"(?s)Chapter.*"), text)


def test_a_match_is_like_one_of_re(tmp_path: Path) -> None:
    text = open_text(tmp_path, STORY)
    pattern = re.compile(r"(?P<first>\w+)@(\w+)(no)?")

    mine, theirs = regex.search(pattern, text), pattern.search(STORY)

    assert mine is not None
    assert theirs is not None
    assert seen(mine) == seen(theirs)
    assert (repr(mine), mine.regs, mine["first"], mine[2]) == (repr(theirs), theirs.regs, theirs["first"], theirs[2])
    assert mine.group(1, "first", 0) == theirs.group(1, "first", 0)
    assert mine.groups("x") == theirs.groups("x")
    assert (mine.start("first"), mine.end(2), mine.span(3)) == (theirs.start("first"), theirs.end(2), theirs.span(3))
    assert mine.expand(r"\g<first> at \2\n\3") == theirs.expand(r"\g<first> at \2\n\3")
    assert mine.string is text
    with pytest.raises(IndexError, match="no such group"):
        mine.group("none")


def test_fullmatch_needs_all_of_it(tmp_path: Path) -> None:
    text = open_text(tmp_path, STORY)

    for pattern in map(re.compile, [r"(?s).*", r".*", r"Chapter 1", r"[\s\S]{3,}", ""]):
        for bounds in ((), (0, 9), (3, 9), (len(STORY),)):
            assert seen(regex.fullmatch(pattern, text, *bounds)) == seen(pattern.fullmatch(STORY, *bounds))


_characters = st.sampled_from([*'abksiIKS@-. 1"X', "\n", "\\.", "é", "ſ", "\u212a", "İ", "ı", "ß", "Σ", "😀"])
_kinds = st.sampled_from(
    [r"\w", r"\d", r"\s", r"\S", r"\W", ".", "[a-z]", "[^a]", r"[^\n]", '[^"]', "[k-s]", r"\b", "^", "$"]
)
_repeats = st.sampled_from(["", "", "", "*", "+", "?", "*?", "{2}", "{1,3}", "{2,}"])


def _grouped(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    openings = st.sampled_from(["(", "(?:", "(?=", "(?!", "(?i:", "(?s:"])
    sequence = st.lists(st.builds(str.__add__, inner, _repeats), min_size=1, max_size=3).map("".join)
    branches = st.lists(sequence, min_size=1, max_size=3).map("|".join)
    return st.builds("{}{})".format, openings, branches)


_patterns = st.lists(
    st.builds(
        str.__add__,
        st.recursive(_characters | _kinds, _grouped, max_leaves=5)
        | st.sampled_from(["(?<=a)", r"(?<!\S)", "(?<=\n.)"]),
        _repeats,
    ),
    min_size=1,
    max_size=4,
).map("".join)
_stories = st.lists(_characters | st.sampled_from(["ab", "\n\n", "foo"]), max_size=60).map("".join)


def _compiled(pattern: str, flags: int) -> re.Pattern[str]:
    try:
        return re.compile(pattern, flags)
    except re.error:
        assume(False)
        raise


def test_every_way_to_scan_finds_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    story = STORY.replace("2024", "２0٢4 1999-12-31 ")
    text = open_text(tmp_path, story)

    for pattern in map(re.compile, PATTERNS):
        for plan in (*scanning.plans(pattern), None):
            monkeypatch.setattr(scanning, "_best", lambda *_, plan=plan: plan)
            assert [match.span() for match in regex.finditer(pattern, text)] == [
                match.span() for match in pattern.finditer(story)
            ], (pattern, plan)


@settings(max_examples=80, deadline=None)
@given(_patterns, st.sampled_from([0, re.I, re.M, re.S, re.A | re.I]), _stories, st.booleans())
@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")
def test_any_pattern_finds_in_any_text_what_re_finds(tmp_path_factory, pattern, flags, story, is_changed) -> None:
    compiled = _compiled(pattern, flags)
    text = open_text(tmp_path_factory.mktemp("text"), story)
    if is_changed:
        text = Text(KeepingLength(len(story), lambda start, end: story[start:end]))

    compare(compiled, text, story)
    compare_changes(compiled, text, story)
