"""The scans of one text: a literal against memchr and ripgrep, patterns against ripgrep and `re`, cold against dd."""

import resource
import statistics
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from memory import drop_caches
from scans import (
    LITERAL,
    PATTERNS,
    cpu_seconds,
    geometric_mean,
    matches_of_ours,
    matches_of_ripgrep,
    memchr_seconds,
    re_rate,
)

from rlm_desktop.text.blob import Blob
from rlm_desktop.text.text import Text

CHILDREN = resource.RUSAGE_CHILDREN


def tell_scans(folder: Path, add: Callable[..., None]) -> None:
    """Measure all of them and tell them."""
    blob = Blob.open(folder)
    _literal(blob, folder / "text", add)
    _patterns(blob, folder / "text", add)
    blob.close()
    _cold(folder, add)


def _literal(blob: Blob, text: Path, add: Callable[..., None]) -> None:
    size = blob.size_bytes
    memchr = memchr_seconds(blob)
    ours = cpu_seconds(lambda: Text(blob).count(LITERAL))
    ripgrep = cpu_seconds(lambda: matches_of_ripgrep(text, LITERAL), CHILDREN)
    add(
        "literal scan, one core",
        f"{size / ours / 1e9:.1f} GB/s ({memchr / ours:.2f} × memchr, {ripgrep / ours:.2f} × rg)",
        target="≥ 0.5 × memchr, ≥ 0.8 × ripgrep",
        peer=f"memchr {size / memchr / 1e9:.1f}, rg -j1 {size / ripgrep / 1e9:.1f} GB/s",
    )


def _patterns(blob: Blob, text: Path, add: Callable[..., None]) -> None:
    against_ripgrep, against_re, equal = [], [], 0
    for pattern in PATTERNS:
        ours_found, theirs_found = matches_of_ours(blob, pattern), matches_of_ripgrep(text, pattern)
        ours = cpu_seconds(lambda: matches_of_ours(blob, pattern))  # noqa: B023
        theirs = cpu_seconds(lambda: matches_of_ripgrep(text, pattern), CHILDREN)  # noqa: B023
        rate = blob.size_bytes / ours
        plain = re_rate(blob, pattern)
        against_ripgrep.append(theirs / ours)
        against_re.append(rate / plain)
        equal += ours_found == theirs_found
        add(
            f"regex `{pattern}`",
            f"{rate / 1e9:.2f} GB/s ({theirs / ours:.2f} × rg), {ours_found:,} matches",
            peer=f"rg {blob.size_bytes / theirs / 1e9:.2f} GB/s, {theirs_found:,}; re {plain / 1e9:.3f} GB/s",
        )
    add(
        f"regex suite of {len(PATTERNS)}, geometric mean",
        f"{geometric_mean(against_ripgrep):.2f} × rg -j1, {geometric_mean(against_re):.1f} × re; "
        f"counts equal in {equal} of {len(PATTERNS)}",
        target="≥ 0.5 × rg at equal counts; ≥ 5 × re",
    )


def _cold(folder: Path, add: Callable[..., None]) -> None:
    if not drop_caches():
        add("cold scan", "not possible: the system's cache can't be dropped here", target="≥ 0.8 × dd")
        return
    ratios, rates = [], []
    for _ in range(3):
        drop_caches()
        dd = _seconds(lambda: _dd(folder / "text"))
        drop_caches()
        ours = _seconds(lambda: _count_all(folder))
        ratios.append(dd / ours)
        rates.append((folder / "text").stat().st_size / ours / 1e9)
    figures = f"{statistics.median(ratios):.2f} × dd ({statistics.median(rates):.2f} GB/s)"
    add("cold scan for a literal", figures, target="≥ 0.8 × dd")


def _count_all(folder: Path) -> None:
    blob = Blob.open(folder)
    Text(blob).count(LITERAL)
    blob.close()


def _dd(text: Path) -> None:
    subprocess.run(["dd", f"if={text}", "of=/dev/null", "bs=4M"], capture_output=True, check=True)


def _seconds(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began
