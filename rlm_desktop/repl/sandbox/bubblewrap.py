"""bubblewrap: the child in namespaces of its own, where what it may not have does not even exist."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from rlm_desktop.confinement.places import DEVICES
from rlm_desktop.confinement.policy import Policy
from rlm_desktop.repl.sandbox.deciding import program_files

NAMESPACES = ("--unshare-all", "--die-with-parent", "--as-pid-1", "--cap-drop", "ALL")


def wrapped(bubblewrap: str, command: Sequence[str], policy: Policy, *, folder: Path, facts_to: int) -> list[str]:
    """Give the command that starts another one in namespaces; who it became is written to a descriptor."""
    readable = {path for path in (*policy.read, *program_files(), command[0]) if path not in DEVICES}
    writable = {path for path in policy.write if path not in DEVICES}
    return [
        *(bubblewrap, *NAMESPACES, "--proc", "/proc"),
        *_binds("--ro-bind-try", readable),
        *_binds("--bind", writable),
        *_binds("--dev-bind", DEVICES),
        *("--remount-ro", "/", "--chdir", str(folder), "--info-fd", str(facts_to), "--", *command),
    ]


def _binds(option: str, paths: Iterable[str]) -> list[str]:
    """Give the words that show paths; outer folders come first, or they would hide what is in them."""
    return [word for path in sorted(paths, key=len) for word in (option, path, path)]
