"""What an attack is: a piece of hostile code, and how one sees that it worked."""

from dataclasses import dataclass
from typing import Literal

Group = Literal["read", "metadata", "write", "network", "exec", "process", "ipc", "resources", "protocol"]
Proof = Literal["says so", "shows the canary", "altered the target", "reached the listener", "was believed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """Hostile code. It finds what it is to attack in the names that `Stage.names_for` gives."""

    name: str
    group: Group
    code: str
    proof: Proof = "says so"
    is_name_probe: bool = False
    """It only learns what a name tells, which nothing but namespaces can prevent."""


def attacks(group: Group, proof: Proof, codes: dict[str, str], *, probes: bool = False) -> list[Attack]:
    """Make the attacks of a group that are proved alike."""
    return [
        Attack(name=name, group=group, code=code, proof=proof, is_name_probe=probes) for name, code in codes.items()
    ]
