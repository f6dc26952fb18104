"""Every attack in every tier, and without isolation as the proof that it is one."""

import pytest

from tests.support.attacks.attack import Attack
from tests.support.attacks.battery import ATTACKS, key_of

HELD = ("A+", "A")
PROVABLE = 80


@pytest.mark.parametrize("tier", HELD)
@pytest.mark.parametrize("attack", ATTACKS, ids=key_of)
def test_an_attack_is_stopped(battery, attack, tier):
    outcome, control = battery.outcome(tier), battery.outcome("unisolated")

    assert outcome[key_of(attack)] is may_work(attack, tier)
    if not control[key_of(attack)]:
        pytest.skip("unprovable here: it fails without isolation, too")


@pytest.mark.parametrize("tier", HELD)
def test_the_attacks_of_an_unprivileged_user_are_stopped(battery, tier):
    outcome = battery.outcome(tier, unprivileged=True)

    working = {name for name, has_worked in outcome.items() if has_worked}

    assert working == {key_of(attack) for attack in ATTACKS if may_work(attack, tier)}


@pytest.mark.parametrize("unprivileged", [False, True])
def test_the_attacks_work_where_nothing_holds_the_child(battery, unprivileged):
    outcome = battery.outcome("unisolated", unprivileged=unprivileged)

    working = [attack for attack in ATTACKS if outcome[key_of(attack)]]

    assert len(working) >= PROVABLE
    assert {attack.group for attack in working} == {attack.group for attack in ATTACKS}


def may_work(attack: Attack, tier: str) -> bool:
    """Tell what is not promised: without namespaces names can be tested."""
    return tier == "A" and attack.is_name_probe
