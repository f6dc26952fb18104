"""Things that must fail in the interpreter; where one does not, no model code runs in it."""

from pydantic_monty import MontyRuntimeError

from rlm_desktop.repl.restricted.interpreter import Interpreter

CANARIES = {
    "reading a file": "open(__file__).read()",
    "listing a folder": 'import os\nos.listdir("/")',
    "writing a file": 'open("canary", "w").write("x")',
    "reading the environment": "import os\nos.environ",
    "opening sockets": "import socket",
    "starting programs": "import subprocess",
    "calling C": "import ctypes",
    "walking to other code": "(lambda: 1).__globals__",
}
REFUSALS = ("PermissionError", "ModuleNotFoundError", "AttributeError", "RuntimeError")


def open_doors(interpreter: Interpreter) -> list[str]:
    """Try each thing in an open interpreter and name those that were not refused."""
    return [name for name, code in CANARIES.items() if not _is_refused(interpreter, code)]


def _is_refused(interpreter: Interpreter, code: str) -> bool:
    try:
        interpreter.run(code)
    except MontyRuntimeError as error:
        return error.display("type-msg").startswith(REFUSALS)
    return False
