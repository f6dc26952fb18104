"""Foreign documents of all kinds, through the workers that read them: what is read, what is refused and why.

Run it as `python tests/benchmarks/bench_documents.py`; the first time it collects the documents (about 0.5 GB). Where
tesseract is installed, most of its time goes to recognising a thousand pictures.
"""

import asyncio
import json
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "support"))

from cache import cache_folder  # noqa: E402
from peers import peers_python  # noqa: E402
from real_documents import SUFFIXES, collect  # noqa: E402
from table import Table  # noqa: E402
from timing import cpu_seconds  # noqa: E402
from words import f1, recall, words_of  # noqa: E402

from rlm_desktop.corpus.conversion import Conversion, Extract  # noqa: E402
from rlm_desktop.corpus.converting.pool import Converters  # noqa: E402
from rlm_desktop.corpus.readers.pdf_reader import read_pdf  # noqa: E402

LARGE_PDF_PAGES = 10
OFFICE = (".docx", ".xlsx", ".pptx")
SAME_WORDS = 0.99


@dataclass(slots=True)
class Sample:
    """The documents, what came of each, and where their texts lie."""

    folder: Path
    spool: Path
    seconds: float = 0.0
    conversions: list[Conversion] = field(default_factory=list)
    left_out: int = 0

    def text_of(self, extract: Extract) -> str:
        with (self.spool / extract.text.pack).open("rb") as pack:
            pack.seek(extract.text.start)
            return pack.read(extract.text.size_bytes).decode()

    def read(self, *suffixes: str) -> dict[Path, Extract]:
        """Give the documents with these suffixes that were read, one for each file."""
        return {
            one.file.path: one.extracts[0]
            for one in self.conversions
            if len(one.extracts) == 1 and one.file.path.suffix.lower() in suffixes
        }


async def convert_all(sample: Sample) -> None:
    converters = Converters(sample.spool)
    began = time.perf_counter()
    found = await converters.scan([sample.folder])
    sample.left_out = len(found.skipped)
    async for conversion in converters.convert(found.files, [sample.folder]):
        sample.conversions.append(conversion)
    sample.seconds = time.perf_counter() - began
    await converters.close()
    assert len(sample.conversions) == len(found.files), "a file got lost"


def tell_kinds(sample: Sample) -> None:
    """Print what came of each kind of file and how long its reader takes."""
    groups: dict[str, list[Conversion]] = defaultdict(list)
    known_suffixes = {f".{suffix}" for suffix in SUFFIXES.split()}
    for one in sample.conversions:
        suffix = one.file.path.suffix.lower()
        groups[suffix if suffix in known_suffixes else "(none)"].append(one)
    print("\n| suffix | files | read | refused | CPU ms median | p95 | worst |\n| --- |" + " ---: |" * 6)
    for suffix, group in sorted(groups.items(), key=lambda item: -len(item[1])):
        read = sum(bool(one.extracts) for one in group)
        times = [cpu_seconds(one.file.path) for one in group]
        known = sorted(1000 * seconds for seconds in times if seconds is not None)
        p95 = known[int(0.95 * (len(known) - 1))]
        cells = (suffix, len(group), read, len(group) - read, f"{statistics.median(known):.1f}", f"{p95:.1f}")
        print(f"| {' | '.join(map(str, cells))} | {known[-1]:.0f} |", flush=True)


def tell_reasons(sample: Sample) -> None:
    """Print each reason with how often it was given, and an example."""
    reasons: Counter[str] = Counter()
    examples: dict[str, str] = {}
    for one in sample.conversions:
        for skipped in one.skipped:
            reason = re.sub(r"\d+", "N", skipped.reason)
            reasons[reason] += 1
            examples.setdefault(reason, Path(skipped.path).name)
    print("\n| reason | times | such as |\n| --- | ---: | --- |")
    for reason, times in reasons.most_common():
        print(f"| {reason} | {times} | {examples[reason]} |")


def compare_pages(sample: Sample, table: Table) -> None:
    """Set pages and their words against poppler's."""
    equal = compared = 0
    scores: list[float] = []
    for path, extract in sample.read(".pdf").items():
        theirs = pages_of_poppler(path)
        if theirs is None:
            continue
        starts = [mark.start for mark in extract.marks if mark.kind == "page"]
        compared += 1
        if len(starts) != len(theirs):
            print(f"    pages differ: {len(starts)}, not {len(theirs)}: {path.name}")
            continue
        equal += 1
        text = sample.text_of(extract)
        ours = [text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]
        pairs = [(words_of(mine), words_of(other)) for mine, other in zip(ours, theirs, strict=True)]
        scores += [f1(mine, other) for mine, other in pairs if other]
    table.add("PDF: page count as pdfinfo's", f"{equal} of {compared} files", target="all")
    tenth = statistics.quantiles(scores, n=10)[0]
    figures = f"mean {statistics.fmean(scores):.3f}, median {statistics.median(scores):.3f}, worst tenth {tenth:.3f}"
    table.add(f"PDF: word F1 of {len(scores):,} pages against pdftotext", figures)


def pages_of_poppler(path: Path) -> list[str] | None:
    got = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, check=False, timeout=120)
    info = subprocess.run(["pdfinfo", str(path)], capture_output=True, check=False, timeout=120)
    number = re.search(rb"^Pages:\s+(\d+)", info.stdout, re.M)
    if got.returncode or number is None:
        return None
    pages = got.stdout.decode("utf-8", "replace").split("\f")
    return (pages + [""] * int(number[1]))[: int(number[1])]


def race_pages(sample: Sample, table: Table) -> None:
    """Set pages a CPU second against pdftotext's, over the documents of many pages."""
    long = {path: len(one.marks) for path, one in sample.read(".pdf").items() if len(one.marks) >= LARGE_PDF_PAGES}
    pages = sum(long.values())
    ratios, rates = [], []
    for _ in range(3):
        began = time.process_time()
        for path in long:
            read_pdf(path.read_bytes())
        ours = time.process_time() - began
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        for path in long:
            subprocess.run(["pdftotext", str(path), "/dev/null"], capture_output=True, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        theirs = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        ratios.append(theirs / ours)
        rates.append((pages / ours, pages / theirs))
    mine, other = (statistics.median(rate) for rate in zip(*rates, strict=True))
    table.add(
        f"PDF: pages a CPU second ({len(long)} files of {pages:,} pages)",
        f"{mine:,.0f} ({statistics.median(ratios):.2f} ×)",
        target="≥ 1.5 × pdftotext",
        peer=f"pdftotext {other:,.0f}",
    )


def compare_office(sample: Sample, table: Table) -> None:
    """Ask how many of the words that the kind's own library finds are in our text."""
    mine = sample.read(*OFFICE)
    theirs = peers_texts([one.file.path for one in sample.conversions if one.file.path.suffix.lower() in OFFICE])
    for suffix in OFFICE:
        both = [path for path, text in theirs.items() if text is not None and path in mine and path.suffix == suffix]
        recalls = {path: recall(words_of(sample.text_of(mine[path])), words_of(theirs[path] or "")) for path in both}
        good = sum(one >= SAME_WORDS for one in recalls.values())
        for path, one in sorted(recalls.items(), key=lambda item: item[1])[:3]:
            print(f"    least words of theirs: {one:.3f} {path.name}")
        ours_only = sum(path.suffix == suffix and theirs.get(path) is None for path in mine)
        only = [
            path
            for path, text in theirs.items()
            if path.suffix == suffix and text and text.strip() and path not in mine
        ]
        print(f"    theirs only: {[path.name for path in only][:12]}")
        table.add(
            f"{suffix[1:].upper()}: their words that are in our text",
            f"mean {statistics.fmean(recalls.values()):.4f}; ≥ {SAME_WORDS} in {good} of {len(both)} files",
            peer=f"read by ours only {ours_only}, by theirs only {len(only)}",
        )


def peers_texts(paths: Sequence[Path]) -> dict[Path, str | None]:
    command = [str(peers_python()), str(HERE / "support" / "peer_documents.py")]
    said = subprocess.run(
        command, input="".join(f"{path}\n" for path in paths), capture_output=True, text=True, check=False
    )
    answers = [json.loads(line) for line in said.stdout.splitlines()]
    return {Path(answer["path"]): answer["text"] for answer in answers}


def main() -> None:
    folder = cache_folder() / "documents"
    collect(folder)
    table = Table()
    with tempfile.TemporaryDirectory() as spool:
        sample = Sample(folder=folder, spool=Path(spool))
        asyncio.run(convert_all(sample))
        read = sum(bool(one.extracts) for one in sample.conversions)
        table.add(
            "foreign documents: read / refused with a reason",
            f"{read:,} / {len(sample.conversions) - read:,} in {sample.seconds:.0f} s",
            target="none hangs, none crashes",
        )
        tell_reasons(sample)
        compare_pages(sample, table)
        race_pages(sample, table)
        compare_office(sample, table)
        tell_kinds(sample)
    print()
    table.print_markdown()


if __name__ == "__main__":
    main()
