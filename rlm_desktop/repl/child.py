"""The child's front door: started as a script in a Python of its own, it serves the host until the pipe closes."""

import os
import sys

CONFINE = "--confine"


def main() -> None:
    """Serve one host over this process's standard input and output."""
    house = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))  # noqa: PTH100, PTH120
    sys.path.insert(0, house)
    # An isolated Python knows the standard library only, so our own modules come after the line above.
    from rlm_desktop.repl.inside.serving import serve  # noqa: PLC0415

    sys.path.remove(house)
    serve(_confined(sys.argv[2]) if sys.argv[1:2] == [CONFINE] else _unconfined())


def _unconfined() -> int | None:
    from rlm_desktop.repl.inside.limits import die_with_parent, open_status  # noqa: PLC0415

    die_with_parent()
    return open_status()


def _confined(word: str) -> int:
    """Confine this process, or end it before any code can reach it."""
    from rlm_desktop.confinement.confining import NotConfined, confine  # noqa: PLC0415 - needed when isolated only
    from rlm_desktop.confinement.policy import Policy  # noqa: PLC0415

    try:
        return confine(Policy.from_word(word))
    except NotConfined as reason:
        sys.exit(str(reason))


if __name__ == "__main__":
    main()
