import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rlm_desktop.corpus.converting import plainness
from rlm_desktop.corpus.converting.plainness import characters_of_plain
from rlm_desktop.corpus.decoding import decode
from rlm_desktop.corpus.errors import Unreadable


@given(st.binary() | st.text().map(str.encode))
@example(b"\x00")
@example(b"\x7f")
@example("é\u2028".encode())
@example(b"\xef\xbb\xbfmarked")
def test_bytes_that_pass_for_plain_are_what_reading_them_gives(data: bytes):
    characters = characters_of_plain(data)

    if characters is not None:
        text = decode(data)
        assert (text.encode(), len(text)) == (data, characters)


@given(st.binary(max_size=100))
def test_controls_are_found_with_and_without_the_fast_library(data: bytes):
    assert (
        plainness.has_controls(data)
        == plainness._by_translating(data)
        == any(byte in plainness.CONTROLS for byte in data)
    )


def test_what_is_no_text_at_all_never_passes_for_plain():
    data = bytes(range(256)) * 10

    assert characters_of_plain(data) is None
    with pytest.raises(Unreadable):
        decode(data)
