import codecs
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlm_desktop.corpus.decoding import clean, decode
from rlm_desktop.corpus.errors import Unreadable

GERMAN = "Die Gebühren der Häfen stiegen dreimal, weil Ölpreis und Löhne größer wurden. " * 20
RUSSIAN = "Сборы гавани повышались трижды, потому что выросло жалованье лоцманов. " * 20
JAPANESE = "港の料金は三回引き上げられた。水先人の賃金が上がったためである。" * 20


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
@pytest.mark.parametrize("text", [GERMAN, JAPANESE, "a"])
def test_a_byte_order_mark_decides(mark: bytes, encoding: str, text: str):
    assert decode(mark + text.encode(encoding)) == text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_recognised(encoding: str):
    assert decode(GERMAN.encode(encoding)) == GERMAN


@pytest.mark.parametrize(
    ("text", "encoding"),
    [(GERMAN, "cp1252"), (RUSSIAN, "cp1251"), (RUSSIAN, "koi8-r"), (JAPANESE, "shift_jis"), (JAPANESE, "euc_jp")],
)
def test_old_encodings_are_guessed(text: str, encoding: str):
    assert decode(text.encode(encoding)) == text


def test_an_encoding_declared_inside_is_taken_when_it_is_not_utf_8():
    assert decode("größer".encode("cp1252"), "cp1252") == "größer"
    assert decode("größer".encode(), "cp1252") == "größer"


def test_one_broken_byte_does_not_spoil_a_utf_8_text():
    data = GERMAN.encode() + b"\xff" + RUSSIAN.encode()

    assert decode(data) == GERMAN + "\ufffd" + RUSSIAN


@pytest.mark.parametrize("ending", ["\r\n", "\r", "\n", "\f", "\v"])
def test_every_line_end_becomes_the_same(ending: str):
    assert decode(f"one{ending}two".encode()) == "one\ntwo"


def test_controls_escapes_and_overstrikes_are_taken_out():
    assert clean("\x1b[31mred\x1b[0m N\bNA\bA\x00\x07ME\ud800") == "red NAME"


@pytest.mark.parametrize("data", [random.Random(7).randbytes(5000), b"\x7fELF\0\0\0\1" * 200, bytes(500)])
def test_binary_data_is_refused(data: bytes):
    with pytest.raises(Unreadable, match="a binary file, not text"):
        decode(data)


def test_a_text_with_a_stray_nul_is_read():
    assert decode(b"a line\n" * 100 + b"\0" + b"the end") == "a line\n" * 100 + "the end"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff")))
@settings(deadline=None)
def test_clean_text_in_utf_8_comes_back_as_it_is(text: str):
    assert decode(text.encode()) == text
