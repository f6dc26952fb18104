"""System calls are made where their numbers are known, and nowhere else."""

import sys

import pytest

from rlm_desktop.confinement import kernel, landlock


@pytest.mark.parametrize("system", ["darwin", "win32", "freebsd14"])
def test_other_systems_are_never_asked_by_a_number_of_linux(monkeypatch, system):
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(kernel, "_library", lambda: pytest.fail("a system call was made"))

    assert kernel.architecture() == ""
    assert kernel.number_of("landlock_create_ruleset") is None
    assert landlock.version() == 0


@pytest.mark.skipif(sys.platform != "linux", reason="asks the kernel of Linux")
def test_a_processor_that_is_not_known_has_no_numbers(monkeypatch):
    class Machine:
        machine = "mips64"

    monkeypatch.setattr(kernel.os, "uname", Machine)

    assert kernel.number_of("seccomp") is None
    assert kernel.number_of("landlock_create_ruleset") is None
