"""XML: the text as it is, its markup included, decoded as it declares."""

import codecs
import re

from rlm_desktop.corpus.decoding import decode

_DECLARED = re.compile(rb"""^\s*<\?xml[^>]+encoding\s*=\s*["']([\w.:-]+)""")


def read_xml(data: bytes) -> str:
    """Give the text of an XML file; nothing in it is expanded."""
    match = _DECLARED.search(data[:1024])
    if match is None:
        return decode(data)
    try:
        declared = codecs.lookup(match[1].decode("ascii")).name
    except LookupError:
        declared = None
    return decode(data, declared)
