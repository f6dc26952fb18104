"""A front door for text recognition: started as a script, it fences itself in and then becomes tesseract."""

import json
import os
import sys


def main() -> None:
    """Become the program that was asked for; the picture comes by standard input, the text goes to standard output."""
    house = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))  # noqa: PTH100, PTH120
    sys.path.insert(0, house)
    # An isolated Python knows nothing of ours, so our own modules come after the line above.
    from rlm_desktop.confinement.confining import NotConfined, fence  # noqa: PLC0415
    from rlm_desktop.confinement.policy import Policy  # noqa: PLC0415

    word, programs, *command = sys.argv[1:]
    try:
        fence(Policy.from_word(word), json.loads(programs))
    except NotConfined as reason:
        sys.exit(str(reason))
    os.execv(command[0], command)  # noqa: S606 -- this is what it is for


if __name__ == "__main__":
    main()
