"""The processes that hold keys keep their memory to themselves."""

import subprocess
import sys

import pytest

LOOK = """
import ctypes, resource, sys, types
def look(*_):
    print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), resource.getrlimit(resource.RLIMIT_CORE)[0])
    return 0
for name, door in (('rlm_desktop.service.server', 'main'), ('rlm_desktop.app.commands.front', 'enter')):
    module = types.ModuleType(name)
    setattr(module, door, look)
    sys.modules[name] = module
from rlm_desktop.__main__ import main
main(sys.argv[1:])
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux can tell")
@pytest.mark.parametrize("words", [["--engine"], ["ask", "x"], []], ids=["engine", "command", "window"])
def test_a_process_that_holds_keys_is_not_dumpable(words):
    said = subprocess.run([sys.executable, "-c", LOOK, *words], capture_output=True, text=True, check=True)

    assert said.stdout == "0 0\n"
