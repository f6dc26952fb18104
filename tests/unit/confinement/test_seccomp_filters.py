"""The shipped filters: they are what the rules say, and they decide as the rules say."""

import struct
import subprocess
import sys
from pathlib import Path

import pytest

from rlm_desktop.confinement import filters
from rlm_desktop.confinement.seccomp import filled_in

PACKAGING = Path(__file__).parents[3] / "packaging"
ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
ALLOW, KILL, EPERM, ENOSYS, EOPNOTSUPP = 0x7FFF0000, 0x80000000, 0x50001, 0x50026, 0x5005F
OWN = 4321

NUMBERS = {
    "x86_64": {"read": 0, "openat": 257, "mmap": 9, "clone": 56, "fork": 57, "execve": 59, "socket": 41,
               "socketpair": 53, "sendto": 44, "sendmsg": 46,
               "kill": 62, "tgkill": 234, "prctl": 157, "prlimit64": 302, "ioctl": 16,
               "fcntl": 72, "ptrace": 101, "chmod": 90, "getxattr": 191, "io_uring_setup": 425, "clone3": 435},
    "aarch64": {"read": 63, "openat": 56, "mmap": 222, "clone": 220, "execve": 221, "socket": 198, "socketpair": 199,
                "sendto": 206, "sendmsg": 211, "kill": 129, "tgkill": 131, "prctl": 167, "prlimit64": 261, "ioctl": 29,
                "fcntl": 25, "ptrace": 117, "fchmodat": 53, "getxattr": 8, "io_uring_setup": 425, "clone3": 435},
}  # fmt: skip

THREAD = 0x3D0F00
DECISIONS = [
    ("read", (), ALLOW),
    ("openat", (0, 0, 0o2000000), ALLOW),
    ("openat", (0, 0, 0o1101), ALLOW),
    ("openat", (0, 0, 0o1000), EPERM),
    ("openat", (0, 0, 0o3), EPERM),
    ("mmap", (0, 0, 0, 0x22), ALLOW),
    ("mmap", (0, 0, 0, 0x01), ALLOW),
    ("mmap", (0, 0, 0, 0x21), EPERM),
    ("mmap", (0, 0, 0, 0x23), EPERM),
    ("clone", (THREAD,), ALLOW),
    ("clone", (17,), EPERM),
    ("clone", (THREAD | 0x10000000,), EPERM),
    ("fork", (), EPERM),
    ("execve", (), EPERM),
    ("socket", (2, 1, 0), EPERM),
    ("socketpair", (1, 1 | 0o2004000), ALLOW),
    ("socketpair", (1, 2), EPERM),
    ("socketpair", (2, 1), EPERM),
    ("sendto", (3, 1, 1, 0, 0, 0), ALLOW),
    ("sendto", (3, 1, 1, 0, 0x7F00_0000_0000, 0), EPERM),
    ("sendto", (3, 1, 1, 0, 0, 16), EPERM),
    ("sendmsg", (), EPERM),
    ("kill", (OWN, 15), ALLOW),
    ("kill", (OWN + 1, 15), EPERM),
    ("kill", (0, 15), EPERM),
    ("tgkill", (OWN, OWN + 5, 2), ALLOW),
    ("tgkill", (1, 1, 9), EPERM),
    ("prctl", (15,), ALLOW),
    ("prctl", (1,), EPERM),
    ("prctl", (4,), EPERM),
    ("prlimit64", (0,), ALLOW),
    ("prlimit64", (1,), EPERM),
    ("ioctl", (0, 0x5421), ALLOW),
    ("ioctl", (0, 0x5412), EPERM),
    ("fcntl", (0, 1030), ALLOW),
    ("fcntl", (0, 8), EPERM),
    ("fcntl", (0, 10), EPERM),
    ("fcntl", (0, 1024), EPERM),
    ("ptrace", (), EPERM),
    ("chmod", (), EPERM),
    ("fchmodat", (), EPERM),
    ("getxattr", (), EOPNOTSUPP),
    ("io_uring_setup", (), EPERM),
    ("clone3", (), ENOSYS),
]


def test_the_shipped_filters_are_what_the_rules_give():
    words = "import seccomp_filters as s; import sys; sys.stdout.write(s.shipped())"
    made = subprocess.run([sys.executable, "-c", words], cwd=PACKAGING, capture_output=True, text=True, check=True)
    names: dict = {}

    exec(made.stdout, names)

    assert names["FILTERS"] == filters.FILTERS
    assert names["OWN_PROCESS"] == filters.OWN_PROCESS


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize(("call", "arguments", "decision"), DECISIONS)
def test_a_call_is_decided_as_the_rules_say(architecture, call, arguments, decision):
    if call not in NUMBERS[architecture]:
        pytest.skip("this architecture has no such call")

    assert decide(architecture, NUMBERS[architecture][call], arguments) == decision


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_calls_of_another_architecture_end_the_process(architecture):
    other = next(number for name, number in ARCHITECTURES.items() if name != architecture)

    assert decide(architecture, 0, (), other) == KILL
    assert decide(architecture, 0x40000000, ()) == KILL


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_calls_newer_than_the_rules_do_not_exist(architecture):
    assert decide(architecture, 460, ()) == ENOSYS


def decide(architecture: str, number: int, arguments: tuple[int, ...], kind: int | None = None) -> int:
    """Run a filter as the kernel would."""
    program = list(struct.iter_unpack("=HBBI", filled_in(filters.FILTERS[architecture], OWN)))
    padded = (*arguments, 0, 0, 0, 0, 0, 0)[:6]
    facts = struct.pack("=iIQ6Q", number, kind or ARCHITECTURES[architecture], 0, *padded)
    place, held = 0, 0
    while True:
        code, yes, no, value = program[place]
        place += 1
        match code:
            case 0x20:
                (held,) = struct.unpack_from("=I", facts, value)
            case 0x54:
                held &= value
            case 0x15:
                place += yes if held == value else no
            case 0x35:
                place += yes if held >= value else no
            case 0x06:
                return value
            case _:
                raise AssertionError(f"unknown instruction {code:#x}")
