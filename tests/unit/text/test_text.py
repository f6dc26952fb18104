"""`Text` against the `str` it stands for: every result is the same, or the same in pieces."""

import copy
import pickle
import random
from collections.abc import Callable, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlm_desktop.text import asking, blob, changed, changing, core, finding, lazy_list, literals, sources, splitting
from rlm_desktop.text import text as text_module
from rlm_desktop.text.blob import Blob
from rlm_desktop.text.blob_writer import BlobWriter
from rlm_desktop.text.errors import ContextTooLarge
from rlm_desktop.text.text import Text

_SIZES = {"WHOLE": 20, "PIECE": 64, "GRID": 16, "LIMIT": 100_000, "MANY": 50}
_MODULES = (asking, blob, changed, changing, core, finding, lazy_list, sources, splitting, text_module)

STORIES = {
    "ascii": "The quick brown fox.\nJumps over\r\n\r\nthe  lazy\tdog aaaa\x0b\x0c" * 9,
    "greek": "ΑΣ ΣΑΣ. ΟΔΥΣΣΕΥΣ'Σ Σ\u0301Σ οδυσσευς\n" * 9,
    "turkish": "İstanbul IĞDIR ısı İİ ß ﬁn ŉ ǰ Straße\n" * 9,
    "marks": "e\u0301a\u0308" + "\u0301" * 90 + "Σ" + "\u0301" * 90 + "b c\u2028d\x85e\x1cf",
    "chinese": "數月來，一場 風波。\u3000😀😀 ok\n" * 9,
    "spaces": " \n\t\u3000 " * 30,
    "capitals": "LOUD WORDS AND MORE OF THEM " * 9,
    "names": "Every Word Begins With A Capital " * 9,
    "digits": "0123456789" * 20,
    "letters": "abcdefghij" * 20,
    "nothing to cut": "x" * 300,
}


@pytest.fixture(autouse=True)
def _small_sizes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a few hundred characters a large text."""
    for module, (name, value) in product(_MODULES, _SIZES.items()):
        if hasattr(module, name):
            monkeypatch.setattr(module, name, value)


def open_text(folder: Path, text: str) -> Text:
    with BlobWriter(folder) as writer:
        writer.write(text.encode())
        writer.finish()
    return Text(Blob.open(folder))


@pytest.fixture(params=STORIES.values(), ids=STORIES)
def story(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def text(tmp_path: Path, story: str) -> Text:
    return open_text(tmp_path, story)


def plain(thing: Any) -> Any:
    """Make of a result what `str` would have given."""
    if isinstance(thing, Text):
        assert len(thing) == len("".join(thing.pieces()))
        assert "".join(thing)[::17] == "".join(thing[number] for number in range(0, len(thing), 17))
        return "".join(thing)
    if isinstance(thing, str):
        return thing
    if isinstance(thing, tuple):
        return tuple(plain(each) for each in thing)
    if isinstance(thing, Sequence) and not isinstance(thing, bytes):
        assert len(thing) == len(list(thing))
        if not isinstance(thing, list):
            assert list(thing)[::5] == [thing[number] for number in range(0, len(thing), 5)]
        return [plain(each) for each in thing]
    return thing


def outcome(act: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return plain(act(*arguments))
    except (ValueError, TypeError, IndexError) as error:
        return type(error)


SLICES = [
    slice(*bounds) for bounds in product((None, 0, 3, 60, -5, 900, -900), (None, 5, 250, -3, 900), (None, 1, 2, -1, -7))
]
BOUNDS = [(), (0,), (5,), (-40,), (3, 200), (100, 4), (1000,), (None, 50), (-30, -2)]
WORDS = ["a", "the", "Σ", "😀", "aa", "", "\n", "ss", "\r\n", "x" * 70, "\ud800", "風波。"]

PREDICATES = [name for name in dir(str) if name.startswith("is")]
CHANGES = ["lower", "upper", "casefold", "swapcase", "title", "capitalize", "expandtabs", "strip", "lstrip", "rstrip"]


def test_slices_are_those_of_the_str(text: Text, story: str) -> None:
    for place in SLICES:
        assert plain(text[place]) == story[place], place


def test_characters_are_those_of_the_str(text: Text, story: str) -> None:
    assert len(text) == len(story)
    assert list(text) == list(story)
    assert list(reversed(text)) == list(reversed(story))
    for number in (0, 1, 70, -1, -len(story), len(story), -len(story) - 1):
        assert outcome(text.__getitem__, number) == outcome(story.__getitem__, number)


def test_words_are_found_and_counted_where_they_are(text: Text, story: str) -> None:
    for word, bounds in product(WORDS, BOUNDS):
        for name in ("find", "rfind", "count", "index", "rindex", "startswith", "endswith"):
            mine, theirs = getattr(text, name), getattr(story, name)
            assert outcome(mine, word, *bounds) == outcome(theirs, word, *bounds), (name, word, bounds)
        assert (word in text) == (word in story)


def test_words_are_found_in_changed_texts_too(text: Text, story: str) -> None:
    for name, word in product(("lower", "upper", "title"), ["the", "a", "S", "ς", "SS", "dog aaaa\x0b", "\n", "i̇"]):
        changed_text, changed_story = getattr(text, name)(), getattr(story, name)()
        assert (word in changed_text) == (word in changed_story)
        assert changed_text.find(word, 30) == changed_story.find(word, 30)
        assert changed_text.rfind(word) == changed_story.rfind(word)
        assert changed_text.count(word) == changed_story.count(word)


def test_predicates_say_the_same(text: Text, story: str) -> None:
    for name in PREDICATES:
        assert getattr(text, name)() == getattr(story, name)(), name


def test_changes_are_the_same(text: Text, story: str) -> None:
    for name in CHANGES:
        mine, theirs = getattr(text, name)(), getattr(story, name)()
        assert plain(mine) == theirs, name
        for place in SLICES[::5]:
            assert plain(mine[place]) == theirs[place], (name, place)


def test_a_slice_of_a_change_needs_no_look_at_the_rest(text: Text, story: str) -> None:
    assert plain(text.upper()[2:9]) == story.upper()[2:9]
    assert plain(text.title()[100:103]) == story.title()[100:103]


def test_replacing_is_the_same(text: Text, story: str) -> None:
    olds, news = ("a", "aa", "The", "\n", "", "ΣΑΣ", "x" * 7, "😀"), ("", "b", "longer words", "a")
    for old, new, count in product(olds, news, (-1, 0, 1, 5, 1000)):
        assert plain(text.replace(old, new, count)) == story.replace(old, new, count)


def test_splitting_is_the_same(text: Text, story: str) -> None:
    seps = ("\n", "a", "aa", " ", None, "Σ", "quick brown", "xxxxxxx", "😀", "")
    for sep, name, most in product(seps, ("split", "rsplit"), (-1, 0, 1, 3, 500)):
        mine, theirs = getattr(text, name), getattr(story, name)
        assert outcome(mine, sep, most) == outcome(theirs, sep, most), (name, most)
    for sep, name in product(seps, ("partition", "rpartition")):
        assert outcome(getattr(text, name), sep) == outcome(getattr(story, name), sep), (name, sep)


@pytest.mark.parametrize("keepends", [False, True])
def test_lines_are_the_same(text: Text, story: str, keepends: bool) -> None:
    assert plain(text.splitlines(keepends)) == story.splitlines(keepends)


def test_lists_of_parts_are_like_lists(text: Text, story: str) -> None:
    mine, theirs = text.split(), story.split()

    assert bool(mine) == bool(theirs)
    assert list(reversed(mine)) == theirs[::-1]
    for place in (*SLICES[::3], slice(0, 5), slice(None, 2)):
        assert list(text.split()[place]) == theirs[place]
        assert list(mine[place]) == theirs[place]
    assert mine == theirs
    assert ("lazy" in mine) == ("lazy" in theirs)
    tail = ["x"]
    assert mine + tail == theirs + tail
    assert outcome(mine.index, "ok") == outcome(theirs.index, "ok")
    assert mine.count("the") == theirs.count("the")


def test_stripping_characters_is_the_same(text: Text, story: str) -> None:
    for name, chars in product(("strip", "lstrip", "rstrip"), (None, "", "x", story[:3], story[-4:], story)):
        assert plain(getattr(text, name)(chars)) == getattr(story, name)(chars)
    for words in ("", story[:5], story[-5:], "no", story):
        assert plain(text.removeprefix(words)) == story.removeprefix(words)
        assert plain(text.removesuffix(words)) == story.removesuffix(words)


def test_filling_up_is_the_same(text: Text, story: str) -> None:
    for name, by in product(("ljust", "rjust", "center", "zfill"), (-1, 0, 7)):
        assert plain(getattr(text, name)(len(story) + by)) == getattr(story, name)(len(story) + by)


def test_putting_together_is_the_same(text: Text, story: str) -> None:
    assert plain(text + "end") == story + "end"
    assert plain("start" + text) == "start" + story
    assert plain(text + text) == story + story
    assert plain(text * 3) == story * 3
    assert plain(2 * text) == 2 * story
    assert plain(text * 0) == ""
    assert plain((text + "end")[50:-1]) == (story + "end")[50:-1]
    assert text.join(["a", "b"]) == story.join(["a", "b"])
    assert f"{text}{text:>400}" == f"{story}{story:>400}"
    assert str(text) == text.__format__("") == story
    assert text.encode() == story.encode()
    with pytest.raises(TypeError):
        text + 5


def test_comparing_is_the_same(text: Text, story: str, tmp_path: Path) -> None:
    twin = open_text(tmp_path / "twin", story)
    others = [story, story + "x", story[:-1], "", "a", "Ω", story[:-1] + "\U0010ffff"]

    assert text == twin
    assert hash(text) == hash(twin) == hash(story)
    assert text != 5
    for other in others:
        assert [text == other, text < other, text <= other, text > other, text >= other] == [
            story == other,
            story < other,
            story <= other,
            story > other,
            story >= other,
        ]


def test_translating_is_the_same(text: Text, story: str) -> None:
    table = str.maketrans({"a": "AAA", "x": None, "Σ": "s", "\n": " "})

    assert plain(text.translate(table)) == story.translate(table)
    assert Text.maketrans("a", "b") == str.maketrans("a", "b")


def test_copies_are_the_text_itself(text: Text, story: str) -> None:
    assert copy.copy(text) is text
    assert copy.deepcopy({"it": text})["it"] is text
    assert pickle.loads(pickle.dumps(text)) == story


def test_a_shown_text_counts_what_is_left_out(tmp_path: Path) -> None:
    text = open_text(tmp_path, "x" * 30_000 + "y" * 30_000)

    assert text.shown(20) == "x" * 10 + "\n… 59,980 characters left out …\n" + "y" * 10
    assert repr(text) == repr("x" * 30_000 + "y" * 30_000)
    assert repr(text[:300]) == repr("x" * 300)


def test_too_much_for_memory_names_a_way_that_streams(tmp_path: Path) -> None:
    text = open_text(tmp_path, "some words\n" * 10_000)

    assert hash(text) == hash(open_text(tmp_path / "twin", "some words\n" * 10_000))
    for act in (str, pickle.dumps, lambda it: f"{it}", lambda it: it.encode(), lambda it: it % ()):
        with pytest.raises(ContextTooLarge, match=r"110,000 characters .* 100,000 allowed; .*slices"):
            act(text)


def test_what_is_no_text_is_refused_as_by_str(text: Text, story: str) -> None:
    acts = (
        lambda it: it.find(5),
        lambda it: it.count(None),
        lambda it: 5 in it,
        lambda it: it["a"],
        lambda it: it.replace("a", 5),
        lambda it: it.split(5),
        lambda it: it < 5,
        lambda it: it * "a",
        lambda it: it.startswith(5),
        lambda it: it[::0],
    )
    for act in acts:
        assert outcome(act, text) == outcome(act, story) != ""


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.sampled_from(["a", "aa", "Σ", "σ ", "İ", "\u0301", "'", " ", "\n", "\r\n", "\r", "ß", "b.", "😀"]),
        max_size=150,
    ),
    st.sampled_from([*CHANGES, "splitlines", "split"]),
)
def test_any_text_is_changed_and_split_like_its_str(tmp_path_factory, words: list[str], name: str) -> None:
    story = "".join(words)
    text = open_text(tmp_path_factory.mktemp("text"), story)

    assert plain(getattr(text, name)()) == getattr(story, name)()


@pytest.mark.parametrize("searcher", [literals.PlainSearcher, literals.FastSearcher])
def test_both_searchers_find_and_count_the_same(searcher: type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searcher, "chunk", 16)
    rng = random.Random(7)
    content = bytes(rng.choice(b"aab\n") for _ in range(300))
    view = memoryview(content)

    for needle in (b"a", b"aa", b"aaa", b"ab", b"ba\n", b"aabaab", b"zz", b"aaaaaaaaaaaaaaaaaaaaaaaaaaa"):
        for start, end in ((0, 300), (7, 290), (30, 33), (50, 50)):
            assert searcher().find(view, needle, start, end) == content.find(needle, start, end)
            assert searcher().rfind(view, needle, start, end) == content.rfind(needle, start, end)
            assert searcher().count(view, needle, start, end) == content.count(needle, start, end)
