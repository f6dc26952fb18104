"""What the smoke test has the child do: import the whole standard library, reckon, and try what it must not get."""

from __future__ import annotations

import json
import subprocess
import sys

import bundle_library

_IMPORTING = """\
print(context[:20])
import importlib, json, warnings
warnings.simplefilter("ignore")
failed = {{}}
for name in {names!r}:
    try:
        importlib.import_module(name)
    except Exception as error:
        failed[name] = f"{{type(error).__name__}}: {{error}}"
print({mark!r} + json.dumps(failed))
"""
_TRYING = """\
import os, socket, subprocess
def write(path):
    with open(path, "w") as file:
        file.write("x")
attempts = {{
    "read /etc/passwd": lambda: open("/etc/passwd").read(),
    "list the user's files": lambda: os.listdir({home!r}),
    "write into the app": lambda: write({app!r} + "/written"),
    "open a socket": lambda: socket.socket(),
    "start a program": lambda: subprocess.run(["/bin/true"]),
}}
done = []
for name, attempt in attempts.items():
    try:
        attempt()
        done.append(name)
    except Exception:
        pass
print({held!r} + json.dumps(done))
"""
_SOLVING = """\
import numpy
matrix = numpy.array([[4.0, 1.0], [2.0, 3.0]])
roots = numpy.linalg.solve(matrix, [6.0, 8.0])
print({solved!r} + json.dumps([round(float(number), 9) for number in (*roots, *(matrix @ roots))]))
"""
IMPORTED, HELD, SOLVED = "IMPORTED ", "REACHED ", "SOLVED "
"""What the three lines of results begin with."""
RIGHT = [1.0, 2.0, 6.0, 8.0]
"""What the child must find when it solves."""
ANSWER = "the child is well"


def public_modules() -> list[str]:
    """Name every public module of the standard library that the bundle must have."""
    return [name for name in bundle_library.modules() if not any(part.startswith("_") for part in name.split("."))]


def reply(app: str, home: str) -> str:
    """Give the root model's reply: one block that imports, reckons, tries and answers."""
    code = _IMPORTING.format(names=public_modules(), mark=IMPORTED) + _SOLVING.format(solved=SOLVED)
    return _replied(code + _TRYING.format(app=app, home=home, held=HELD))


def plain_reply() -> str:
    """Give a root model's reply that any Python can run: one block that looks and answers."""
    return _replied("print(context[:20])\n")


def _replied(code: str) -> str:
    return f'I look.\n\n```repl\n{code}answer["content"] = {ANSWER!r}\nanswer["ready"] = True\n```\n'


def failing_from_source() -> dict[str, str]:
    """Import the same modules here: those that fail lack something of this system, and may fail in the bundle."""
    code = "context = ''\n" + _IMPORTING.format(names=public_modules(), mark=IMPORTED)
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True)
    failed: dict[str, str] = json.loads(done.stdout.split(IMPORTED)[1])
    return failed
