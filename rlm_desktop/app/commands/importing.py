"""`rlm-desktop import`: runs out of files into the history."""

from collections.abc import Sequence
from pathlib import Path

from rlm_desktop.app.commands.store import opened
from rlm_desktop.app.commands.terminal import note, out
from rlm_desktop.app.commands.usage import DONE, Parser
from rlm_desktop.app.importing import import_runs


def run(words: Sequence[str]) -> int:
    """Take in the runs of some files, and print their ids."""
    parser = Parser("import", "Runs out of files into the history; prints their ids.")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="an .rlmtrace, or a log of another program")
    parser.add_data_dir()
    wanted = parser.parse_args(words)
    with opened(wanted.data_dir) as store:
        for file in wanted.files:
            for taken in import_runs(store, file, lambda: None):
                out(taken.run)
                if not taken.is_new:
                    note(f"{file}: this run is in the history already.")
    return DONE
