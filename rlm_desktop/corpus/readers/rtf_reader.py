"""RTF documents."""

import re

from rlm_desktop.corpus.errors import Unreadable
from rlm_desktop.corpus.readers.draft import Converted, Draft
from rlm_desktop.corpus.readers.package import DAMAGED

_LOSSES = {"image": re.compile(rb"\\pict\b"), "embedded object": re.compile(rb"\\object\b")}


def read_rtf(data: bytes) -> Converted:
    """Give the text of an RTF document, its table cells parted by bars."""
    # The library is only wanted for RTF.
    from striprtf.striprtf import rtf_to_text  # noqa: PLC0415

    if b"{\\rtf" not in data[:1024]:
        raise Unreadable(DAMAGED)
    draft = Draft()
    # RTF is ASCII by rule; where it is not, Latin-1 keeps each byte what it is.
    draft.block(rtf_to_text(data.decode("latin-1"), errors="replace"))
    for what, pattern in _LOSSES.items():
        draft.lost[what] += len(pattern.findall(data))
    return draft.done()
