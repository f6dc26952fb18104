"""`rlm-desktop export`: the answer or the trace of a run as a file."""

from collections.abc import Sequence
from pathlib import Path

from rlm_desktop.app.commands.store import opened
from rlm_desktop.app.commands.terminal import can_write_over, note, note_over
from rlm_desktop.app.commands.usage import DONE, Parser
from rlm_desktop.app.exporting import export
from rlm_desktop.export.formats import FORMATS, format_called
from rlm_desktop.trace.wording import size


def run(words: Sequence[str]) -> int:
    """Write one run to a file."""
    parser = Parser("export", "The answer or the trace of a run as a file.")
    parser.add_argument("run", metavar="RUN", help="a run's id, the beginning of one, or last")
    names = ", ".join(one.name for one in FORMATS)
    parser.add_argument("--format", required=True, metavar="F", help=f"one of: {names}")
    parser.add_argument("-o", dest="path", required=True, type=Path, metavar="FILE", help="the file to write")
    parser.add_argument("--redact", action="store_true", help="leave out all words; times, tokens and costs stay")
    parser.add_argument("--no-documents", action="store_true", help="leave out the documents")
    parser.add_data_dir()
    wanted = parser.parse_args(words)
    chosen = format_called(wanted.format)
    with opened(wanted.data_dir) as store:
        found = store.library.find(wanted.run)
        keep = not wanted.no_documents
        left_out = export(store, found, chosen, wanted.path, _tell, redact=wanted.redact, with_documents=keep)
    if can_write_over():
        note_over("")
    for sentence in left_out:
        note(sentence)
    note(f"{wanted.path}: {size(wanted.path.stat().st_size)}")
    return DONE


def _tell(done: int, total: int) -> None:
    if can_write_over() and total:
        note_over(f"{done:,} of {total:,} entries")
