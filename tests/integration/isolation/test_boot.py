"""A child that is not confined as it must be dies before it takes a command."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from rlm_desktop.repl import child
from rlm_desktop.repl.sandbox import tiers
from rlm_desktop.repl.sandbox.deciding import Room, policy_for

pytestmark = pytest.mark.skipif(not tiers.best().can_run, reason="nothing holds a child here")

CHILD_FILE = Path(child.__file__)
PATCHED = """
import sys
sys.path.insert(0, {house!r})
from rlm_desktop.confinement import {module}
{module}.restrict = lambda *_: None
from rlm_desktop.confinement.confining import confine, NotConfined
from rlm_desktop.confinement.policy import Policy
try: confine(Policy.from_word(sys.argv[1]))
except NotConfined as reason: sys.exit(str(reason))
print("hello")
"""


@pytest.fixture
def policy(tmp_path):
    work = tmp_path / "work"
    work.mkdir()
    given = tmp_path / "given"
    given.mkdir()
    return policy_for(given=(given,), room=Room(context_bytes=0, mapped_bytes=0), folders=(work,), in_namespace=False)


def start(*words):
    return subprocess.run([sys.executable, "-I", *words], input=b"", capture_output=True, check=False)


def test_a_confined_child_greets(policy):
    ran = start(str(CHILD_FILE), "--confine", policy.as_word())

    assert b'"kind":"hello"' in ran.stdout


@pytest.mark.parametrize(
    ("module", "open_door"),
    [("landlock", "reading the root folder"), ("seccomp", "io_uring_setup")],
)
def test_a_lock_that_does_not_hold_is_noticed(policy, module, open_door):
    code = PATCHED.format(house=str(CHILD_FILE.parents[2]), module=module)

    ran = start("-c", code, policy.as_word())

    assert ran.returncode != 0
    assert b"hello" not in ran.stdout
    assert open_door in ran.stderr.decode()


def test_a_child_of_somebody_else_ends(policy):
    ran = start(str(CHILD_FILE), "--confine", policy._replace(parent=1).as_word())

    assert ran.returncode != 0
    assert ran.stdout == b""
    assert b"its host is gone" in ran.stderr


def test_a_child_that_was_given_a_file_instead_of_a_pipe_ends(policy, tmp_path):
    with (tmp_path / "file").open("wb") as file:
        words = [sys.executable, "-I", str(CHILD_FILE), "--confine", policy.as_word()]
        ran = subprocess.run(words, stdout=file, stderr=subprocess.PIPE, input=b"", check=False)

    assert ran.returncode != 0
    assert b"no pipe to the host" in ran.stderr


def test_an_inherited_descriptor_is_closed(policy, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    code = PATCHED.format(house=str(CHILD_FILE.parents[2]), module="limits").replace("limits.restrict =", "_ =")
    held = os.open(secret, os.O_RDONLY)
    try:
        tail = f"\nimport os\ntry: print(os.pread({held}, 9, 0))\nexcept OSError as e: print('closed')"
        words = [sys.executable, "-I", "-c", code + tail, policy.as_word()]
        ran = subprocess.run(words, input=b"", capture_output=True, pass_fds=[held], check=False)
    finally:
        os.close(held)

    assert b"secret" not in ran.stdout
    assert ran.stdout.startswith(b"hello")


def test_the_policy_survives_the_command_line(policy):
    copied = type(policy).from_word(policy.as_word())

    assert json.loads(copied.as_word()) == json.loads(policy.as_word())
