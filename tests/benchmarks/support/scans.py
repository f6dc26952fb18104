"""Patterns of the kind models write, scanned by this program, by ripgrep and by `re`, in processor time."""

import ctypes
import re
import resource
import statistics
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from rlm_desktop.text.blob import Blob
from rlm_desktop.text.regex import finditer
from rlm_desktop.text.text import Text

LITERAL = "mutex_lock"
PATTERNS = (
    r"mutex_lock",
    r"(?i)deadlock",
    r"\b\w+Exception\b",
    r"[\w.+-]+@[\w-]+\.[\w.-]+",
    r".{0,100}spinlock.{0,100}",
    r"TODO|FIXME|XXX",
    r"\b(?:19|20)\d{2}-\d{2}-\d{2}\b",
    r"(?m)^[ \t]*#[ \t]*include[ \t]+<[^>\n]+>",
    r"""https?://[^\s"'<>)]+""",
    r"(?i)copyright \(c\) \d{4}",
    r"error[^\n]{0,40}(?:failed|invalid)",
)
SAMPLE_BYTES = 10_000_000
REPEATS = 3


def matches_of_ours(blob: Blob, pattern: str) -> int:
    return sum(1 for _ in finditer(re.compile(pattern), Text(blob)))


def matches_of_ripgrep(text: Path, pattern: str) -> int:
    command = ["rg", "-j1", "-a", "--count-matches", "--no-filename", "--no-config", "-e", pattern, str(text)]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return int(said or 0)


def cpu_seconds(action: Callable[[], object], who: int = resource.RUSAGE_SELF) -> float:
    """Give the least processor time of a few repeats: what was there besides does not count."""
    times = []
    for _ in range(REPEATS):
        before = resource.getrusage(who)
        action()
        after = resource.getrusage(who)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return max(1e-6, min(times))


def memchr_seconds(blob: Blob) -> float:
    """Look with C's own function for a byte that is nowhere."""
    find = ctypes.CDLL(None).memchr
    find.restype, find.argtypes = ctypes.c_void_p, [ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t]
    bytes_of = np.frombuffer(blob.view, dtype=np.uint8)
    return cpu_seconds(lambda: find(bytes_of.ctypes.data, 0, len(bytes_of)))


def re_rate(blob: Blob, pattern: str) -> float:
    """Give the bytes a second of the standard `re` over a `str` that holds a part of the text."""
    start = blob.characters // 2
    sample = blob.slice(start, start + SAMPLE_BYTES)
    size = len(sample.encode())
    compiled = re.compile(pattern)
    began = time.process_time()
    sum(1 for _ in compiled.finditer(sample))
    return size / max(1e-6, time.process_time() - began)


def geometric_mean(ratios: list[float]) -> float:
    return statistics.geometric_mean(ratios)
