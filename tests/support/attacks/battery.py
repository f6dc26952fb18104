"""Runs all attacks in one tier: `python -m tests.support.attacks.battery TIER FOLDER` prints what worked."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from rlm_desktop.repl.exchange import Searched, SearchHits
from rlm_desktop.repl.host import Asked, Boot, Child
from rlm_desktop.repl.sandbox import probe, tiers
from rlm_desktop.repl.sandbox.tiers import Tier
from tests.support.attacks.attack import Attack
from tests.support.attacks.on_files import ON_FILES
from tests.support.attacks.on_the_system import ON_THE_SYSTEM
from tests.support.attacks.stage import Stage

ATTACKS: tuple[Attack, ...] = (*ON_FILES, *ON_THE_SYSTEM)
BLOCK_SECONDS = 2.5
AT_ONCE = 3
TIERS = ("A+", "A", "unisolated")


class Nobody:
    """Answers no question."""

    async def answer(self, asked: Asked) -> list[Any]:
        return ["Error: nobody answers"] * len(asked.prompts)

    async def search(self, searched: Searched) -> SearchHits | str:
        return []

    def budget(self) -> dict[str, Any]:
        return {}


def tier_named(name: str) -> Tier | None:
    """Give a tier, or None when this machine does not have it."""
    if name == "unisolated":
        return tiers.UNISOLATED
    hidden = {} if name == "A+" else {probe.HIDING: "bwrap"}
    tier = tiers.best(hidden)
    return tier if tier.name == name else None


async def run_battery(tier: Tier, folder: Path, attacks: tuple[Attack, ...] = ATTACKS) -> dict[str, bool]:
    """Run attacks, each group in a child of its own, and say of each whether it worked."""
    worked: dict[str, bool] = {}
    groups = dict.fromkeys(attack.group for attack in attacks)
    turns = asyncio.Semaphore(AT_ONCE)
    with Stage(folder) as stage:

        async def attack_with(group: str) -> None:
            async with turns:
                own = [(number, attack) for number, attack in enumerate(attacks) if attack.group == group]
                worked.update(await _run_group(tier, stage, own))

        async with asyncio.TaskGroup() as tasks:
            for group in groups:
                tasks.create_task(attack_with(group))
    return worked


async def _run_group(tier: Tier, stage: Stage, attacks: list[tuple[int, Attack]]) -> dict[str, bool]:
    worked: dict[str, bool] = {}
    child = await Child.start(_boot(stage), stage.scratch, tier)
    try:
        for number, attack in attacks:
            if attack.group in {"resources", "process"}:
                # What it leaves behind in the process would meet the next one.
                await child.close()
                child = await Child.start(_boot(stage), stage.scratch, tier)
            worked[key_of(attack)] = await _run(child, stage, number, attack)
    finally:
        await child.close()
    return worked


async def _run(child: Child, stage: Stage, number: int, attack: Attack) -> bool:
    pieces: list[str] = []
    report = await child.run_block(
        stage.names_for(attack, number) + attack.code,
        answerer=Nobody(),
        on_output=lambda _, text: pieces.append(text),
    )
    return stage.has_worked(attack, number, "".join(pieces), was_killed=report.killed)


def key_of(attack: Attack) -> str:
    """Give an attack's full name."""
    return f"{attack.group}: {attack.name}"


def _boot(stage: Stage) -> Boot:
    return Boot(corpus_folder=str(stage.own_corpus()), block_seconds=BLOCK_SECONDS, memory_bytes=1_000_000_000)


def main() -> None:
    """Run the battery of one tier and print its outcome as JSON; null when the tier is missing here."""
    tier = tier_named(sys.argv[1])
    outcome = None if tier is None else asyncio.run(run_battery(tier, Path(sys.argv[2])))
    sys.stdout.write(json.dumps(outcome))


if __name__ == "__main__":
    main()
