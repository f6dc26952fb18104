"""One text of any size, on disk, that feels like a `str`: the standard library, and a faster scanner if installed."""
