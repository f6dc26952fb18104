"""Which tier a machine gets, and that no child starts where there is none."""

import pytest

from rlm_desktop.repl.errors import NoIsolation
from rlm_desktop.repl.host import Boot, Child
from rlm_desktop.repl.isolation import isolation
from rlm_desktop.repl.sandbox import probe, tiers
from rlm_desktop.repl.sandbox.tiers import UNISOLATED
from tests.support.repl import open_repl

FULL = tiers.best({})


@pytest.mark.skipif(FULL.name != "A+", reason="this machine lacks something")
@pytest.mark.parametrize(
    ("hidden", "tier"),
    [
        ("", "A+"),
        ("bwrap", "A"),
        ("userns", "A"),
        ("bwrap,userns", "A"),
        ("landlock", "none"),
        ("seccomp", "none"),
        ("landlock,seccomp", "none"),
        ("landlock,seccomp,bwrap,userns", "none"),
        ("seccomp, bwrap", "none"),
    ],
)
def test_what_is_missing_decides_the_tier(hidden, tier):
    assert tiers.best({probe.HIDING: hidden}).name == tier


def test_a_refusal_says_why_and_what_is_needed():
    tier = tiers.best({probe.HIDING: "landlock,seccomp"})

    assert not tier.can_run
    assert "Landlock is missing: it needs Linux 5.13" in tier.words
    assert "seccomp is missing" in tier.words


@pytest.mark.parametrize("hidden", ["landlock", "seccomp"])
async def test_no_child_starts_where_nothing_holds_it(tmp_path, monkeypatch, hidden):
    monkeypatch.setenv(probe.HIDING, hidden)

    with pytest.raises(NoIsolation, match=f"(?i){hidden} is missing"):
        await Child.start(Boot(context=""), tmp_path)

    assert list(tmp_path.iterdir()) == []
    assert not isolation().can_run


@pytest.mark.skipif(not FULL.can_run, reason="nothing holds a child here")
async def test_a_child_is_held_as_well_as_can_be(tmp_path):
    async with open_repl(tmp_path) as repl:
        assert repl.child.tier == tiers.best()
        assert repl.child.tier.is_confined


async def test_nothing_chooses_a_child_that_is_not_held():
    every = [tiers.best({probe.HIDING: hidden}) for hidden in ("", "bwrap", "landlock", "seccomp")]

    assert UNISOLATED not in every
    assert all(tier.is_confined or not tier.can_run for tier in every)


def test_a_tier_says_what_it_stops_and_what_it_does_not():
    for hidden in ("", "bwrap"):
        tier = tiers.best({probe.HIDING: hidden})
        if tier.can_run:
            assert tier.words.startswith(tiers.ISOLATED)
            assert tier.stops
            assert ("testing whether a file name exists" in tier.misses) is (tier.name == "A")
