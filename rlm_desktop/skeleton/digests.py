"""Content addresses as numbers, of which a column has room for millions."""

from rlm_desktop.trace.ids import Digest

_HALF = 2**63


def number_of(digest: Digest) -> int:
    """Give the first eight bytes of an address as a number; of something else that stands there, its first letters."""
    try:
        return int(digest[:16], 16) - _HALF
    except ValueError:
        return int.from_bytes(digest.encode("utf-8", "surrogatepass")[:7], "little")
