"""Recognising the text in pictures, which somebody else does: a reader only asks for it."""

from collections.abc import Callable

MOST_PICTURE_BYTES = 100_000_000
MOST_PICTURES = 2_000
"""In one file."""
HOW_TO = "install tesseract (the package tesseract-ocr), and its text is recognised"

Recogniser = Callable[[bytes], str]
"""Takes a picture in a usual format and gives the text that is in it."""

_recognisers: list[Recogniser] = []


def use(recogniser: Recogniser) -> None:
    """Have pictures read by this from now on."""
    _recognisers[:] = [recogniser]


def is_available() -> bool:
    """Whether somebody recognises text."""
    return bool(_recognisers)


def recognised(picture: bytes) -> str:
    """Give the text in a picture; empty when there is none or nobody to recognise it."""
    if not _recognisers or len(picture) > MOST_PICTURE_BYTES:
        return ""
    return _recognisers[0](picture)
