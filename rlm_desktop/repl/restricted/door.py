"""The restricted child's front door: model code runs in an interpreter of its own, never in this Python."""

import os
import sys


def main() -> None:
    """Serve one host over this process's standard input and output."""
    house = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))  # noqa: PTH100, PTH120
    sys.path.insert(0, house)
    # An isolated Python knows the installed packages only, so our own modules come after the line above.
    from rlm_desktop.repl.restricted.serving import serve  # noqa: PLC0415

    sys.path.remove(house)
    serve()


if __name__ == "__main__":
    main()
