"""What stands right behind the front door: a command, or the window with documents in it."""

from collections.abc import Sequence

from rlm_desktop.app.commands.terminal import note, out
from rlm_desktop.app.commands.usage import DONE, WRONG_USAGE, Parser
from rlm_desktop.corpus.places import place_given

COMMANDS = ("ask", "runs", "show", "export", "import", "corpus", "models", "doctor")
HELP = """\
Ask questions over more text than any language model can read, and see how the answer came about.

  rlm-desktop [PATH…]               open the window, with these documents in it
  rlm-desktop ask QUESTION PATH…    ask from the terminal
  rlm-desktop runs                  past runs
  rlm-desktop show RUN              how a run came to its answer (RUN: an id, the beginning of one, or last)
  rlm-desktop export RUN            the answer or the trace of a run as a file, in thirteen formats
  rlm-desktop import FILE…          a trace of this or another program into the history
  rlm-desktop corpus VERB           files and folders under a name: add, list, show, remove
  rlm-desktop models                the models that can be used here
  rlm-desktop doctor                what works here and what does not

  --data-dir DIR    where all that is stored lives (also: RLM_DESKTOP_DATA_DIR)
  --version, --help

`rlm-desktop COMMAND --help` tells more. A document that is called like a command is written ./ask."""


def enter(words: Sequence[str]) -> int:
    """Run the command that the first word names, else open the window."""
    ahead = _data_dir_ahead(words)
    rest = words[len(ahead) :]
    if rest[:1] in (["--help"], ["-h"]):
        out(HELP)
        return DONE
    if rest[:1] == ["--version"]:
        from importlib.metadata import version  # noqa: PLC0415 -- takes half as long as all else here

        out(f"rlm-desktop {version('rlm-desktop')}")
        return DONE
    if rest and rest[0] in COMMANDS:
        from rlm_desktop.app.commands.dispatch import run_command  # noqa: PLC0415 -- --help needs none of it

        return run_command(rest[0], [*ahead, *rest[1:]])
    return _open_window(words)


def _data_dir_ahead(words: Sequence[str]) -> list[str]:
    if words[:1] == ["--data-dir"]:
        return list(words[:2])
    return [word for word in words[:1] if word.startswith("--data-dir=")]


def _open_window(words: Sequence[str]) -> int:
    parser = Parser("", "Open the window.")
    parser.add_argument("paths", nargs="*", type=place_given)
    parser.add_data_dir()
    wanted = parser.parse_intermixed_args(words)
    for path in wanted.paths:
        if not path.exists():
            note(f"rlm-desktop: there is no command, file or folder called {path}. See rlm-desktop --help.")
            return WRONG_USAGE
    from rlm_desktop.app.window import open_window  # noqa: PLC0415 -- brings Qt

    return open_window(wanted.paths, wanted.data_dir)
