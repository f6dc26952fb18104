"""Subtitles (SRT, WebVTT): what is said, with the time at which it is."""

import re

from rlm_desktop.corpus.decoding import decode
from rlm_desktop.corpus.readers.draft import Converted, Draft

_TIMES = re.compile(r"^\s*((?:\d+:)?\d{1,2}:\d{1,2})[.,]\d{1,3}\s*-->.*$")
_TAGS = re.compile(r"</?(?:[ibucv]|font|ruby|rt|lang)\b[^<>]*>|<[\d:.]+>|\{\\[^{}]*\}", re.IGNORECASE)


def read_subtitles(data: bytes) -> Converted:
    """Give each line that is shown behind its time; numbers, styles and notes to the maker are left out."""
    draft = Draft()
    for block in re.split(r"\n[ \t]*\n", decode(data)):
        lines = block.strip().split("\n")
        at = next((place for place, line in enumerate(lines) if _TIMES.match(line)), None)
        if at is None:
            continue
        time = _TIMES.sub(r"\1", lines[at])
        said = " ".join(_TAGS.sub("", " ".join(lines[at + 1 :])).split())
        if said:
            draft.begin("time", time)
            draft.block(f"[{time}] {said}", tight=True)
    return draft.done()
