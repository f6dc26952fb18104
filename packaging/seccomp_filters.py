"""Writes the shipped seccomp filters from the rules: `python packaging/seccomp_filters.py`."""

from pathlib import Path

from syscall_filters import OWN_PROCESS, filter_for, packed
from syscall_numbers import NUMBERS

TARGET = Path(__file__).parents[1] / "rlm_desktop" / "confinement" / "filters.py"
HEAD = '''"""The seccomp filters of model code's process, by architecture: written by `packaging/seccomp_filters.py`."""

OWN_PROCESS = {own:#x}
"""Stands in the filters for the number of the process they are put on."""

FILTERS = {{
'''
WIDTH = 96


def shipped() -> str:
    """Give the module's text."""
    parts = [HEAD.format(own=OWN_PROCESS)]
    for architecture in NUMBERS:
        digits = packed(filter_for(architecture)).hex()
        lines = [f'        "{digits[start : start + WIDTH]}"\n' for start in range(0, len(digits), WIDTH)]
        parts += [f'    "{architecture}": bytes.fromhex(\n', *lines, "    ),\n"]
    return "".join([*parts, "}\n"])


if __name__ == "__main__":
    TARGET.write_text(shipped(), encoding="utf-8")
