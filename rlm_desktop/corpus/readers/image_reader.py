"""Images: the text that is recognised in them."""

from collections import Counter

from rlm_desktop.corpus.decoding import clean
from rlm_desktop.corpus.errors import Unreadable
from rlm_desktop.corpus.readers.draft import Converted
from rlm_desktop.corpus.readers.recognition import recognised

LEAST_BYTES = 4_000
NO_WORDS = "an image in which no text was recognised"


def read_image(data: bytes) -> Converted:
    """Give the text in an image; those of a few bytes are icons, and not worth seconds."""
    text = clean(recognised(data)).strip() if len(data) >= LEAST_BYTES else ""
    if not text:
        raise Unreadable(NO_WORDS)
    return Converted(text=text, lost=Counter({"recognised image": 1}))
