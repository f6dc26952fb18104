"""A worker's front door: started as a script in a Python of its own, it converts for one host and then ends."""

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rlm_desktop.confinement.policy import Policy

NICENESS = 5


def main() -> None:
    """Serve one host over this process's standard input and output."""
    house = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))  # noqa: PTH100, PTH120
    sys.path.insert(0, house)
    # An isolated Python knows nothing of ours, so our own modules come after the line above.
    from rlm_desktop.confinement.policy import Policy  # noqa: PLC0415
    from rlm_desktop.corpus.converting.frames import read_frame  # noqa: PLC0415
    from rlm_desktop.corpus.converting.noting import knock  # noqa: PLC0415
    from rlm_desktop.corpus.converting.serving import serve  # noqa: PLC0415

    sys.path.remove(house)
    start = read_frame(sys.stdin.buffer)
    policy = Policy(**start["policy"])
    folder = policy.write[0]
    knock(folder, start["roots"])
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    _confine(policy) if start["can_confine"] else _limit(policy)
    serve(folder, can_recognise=start["can_recognise"])


def _confine(policy: "Policy") -> None:
    from rlm_desktop.confinement.confining import NotConfined, confine  # noqa: PLC0415 - needed where the kernel can

    try:
        os.close(confine(policy))
    except NotConfined as reason:
        sys.exit(str(reason))


def _limit(policy: "Policy") -> None:
    """Take what limits this system has."""
    with suppress(ImportError, OSError, ValueError):
        from rlm_desktop.confinement.limits import restrict  # noqa: PLC0415 - needs what does not exist everywhere

        restrict(policy)


if __name__ == "__main__":
    main()
