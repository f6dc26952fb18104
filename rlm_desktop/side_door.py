"""The side door: the bundle's small second program, which becomes the helper that its first word names."""

import sys
from typing import assert_never, cast

from rlm_desktop.processes import Helper, leave_libraries_to_others


def main() -> None:
    """Be a helper until its host has no more work; each finds the words behind its name where it always does."""
    helper = cast("Helper", sys.argv.pop(1))
    leave_libraries_to_others()
    match helper:
        case "child":
            from rlm_desktop.repl.child import main as serve  # noqa: PLC0415 - one helper needs little of another
        case "restricted":
            from rlm_desktop.repl.restricted.door import main as serve  # noqa: PLC0415
        case "converter":
            from rlm_desktop.corpus.converting.worker import main as serve  # noqa: PLC0415
        case "recogniser":
            from rlm_desktop.corpus.converting.recogniser import main as serve  # noqa: PLC0415
        case unknown:
            assert_never(unknown)
    serve()
