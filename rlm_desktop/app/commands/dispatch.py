"""From the words of a command line to the command, and from what goes wrong to one line and an exit status."""

import importlib
import os
import sys
from collections.abc import Sequence

from rlm_desktop.app.commands.terminal import Unwritten, note, tolerate_any_text
from rlm_desktop.app.commands.usage import INTERRUPTED, WRONG_USAGE, WrongUsage
from rlm_desktop.corpus.errors import CorpusError
from rlm_desktop.export.errors import ExportError
from rlm_desktop.lm.protocol import LmError
from rlm_desktop.service.errors import ServiceError
from rlm_desktop.settings.small_file import SettingsError
from rlm_desktop.storage.errors import StorageError

_NOBODY_READS = 141
_MODULES = {"import": "importing"}
"""Of commands that a module cannot be called like."""


def run_command(name: str, words: Sequence[str]) -> int:
    """Run the command of this name; give the exit status."""
    tolerate_any_text()
    command = importlib.import_module(f"rlm_desktop.app.commands.{_MODULES.get(name, name)}")
    try:
        return int(command.run(words))
    except (WrongUsage, CorpusError, ExportError, LmError, ServiceError, SettingsError, StorageError) as error:
        note(f"rlm-desktop {name}: {error}")
        return WRONG_USAGE
    except Unwritten as error:
        _forget_output()
        note(f"rlm-desktop {name}: {error} What was recorded is kept: rlm-desktop show last.")
        return WRONG_USAGE
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Who read our output has left, as `head` does.
        _forget_output()
        return _NOBODY_READS


def _forget_output() -> None:
    """Let the interpreter not trip once more, on its way out, over what it could not write."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
