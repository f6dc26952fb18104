"""Snippets of the kind models write, texts to run them on, and what comes of them in a child."""

import random
import re
from collections.abc import Iterable
from pathlib import Path

from tests.support.repl import Repl

BATTERY = Path(__file__).parents[1] / "integration" / "repl" / "battery"
SCALE_DOWN = """
import sys
_sizes = {"WHOLE": 300, "PIECE": 1_000, "GRID": 700, "WINDOW": 900, "CHUNK": 800, "MANY": 12, "QUICK": 0, "LIMIT": MOST}
for _name, _module in list(sys.modules.items()):
    if _name.startswith("rlm_desktop."):
        for _limit, _size in _sizes.items():
            if hasattr(_module, _limit):
                setattr(_module, _limit, _size)
del _name, _module, _limit, _size, _sizes, sys
"""
"""Run in a child, it makes a text of a few kilobytes what otherwise only one of hundreds of megabytes is."""

_WORDS = re.findall(
    r"\w+",
    "the and of to in a is that for it was on with as be at by this from apple total error name record under",
)
_LONG = re.findall(
    r"\w+", "running committee understanding international something London Paris Berlin Anna April report"
)


def snippets() -> dict[str, str]:
    """Give the snippets by family and number."""
    return {
        f"{path.stem} {number}": code
        for path in sorted(BATTERY.glob("*.txt"))
        for number, code in enumerate(path.read_text("utf-8").split("\n---\n"), 1)
    }


def texts() -> dict[str, str]:
    """Give texts of some kinds, the same in every run."""
    chance = random.Random(7)
    return {
        "prose": _prose(chance),
        "table": _table(chance),
        "json": _json(chance),
        "code": _code(),
        "scripts": _scripts(chance),
    }


CLEAN = 'for _name in [name for name in globals() if not name.startswith("__")]: del globals()[_name]'
"""What the snippets before have left would make every snapshot of the next ones dearer."""


async def outcomes(repl: Repl, codes: Iterable[str]) -> list[tuple[str, str]]:
    """Run snippets one after another."""
    found = []
    for number, code in enumerate(codes):
        if number % 8 == 0:
            await repl.out(CLEAN)
        found.append(await outcome(repl, code))
    return found


async def outcome(repl: Repl, code: str) -> tuple[str, str]:
    """Run a snippet; give what it printed, and its error in short."""
    ran = await repl.run(code)
    assert not ran.report.killed, (code, ran.report.killed_reason)
    error = ran.report.error
    return ran.out, f"{error.type}: {error.message}" if error else ""


def _prose(chance: random.Random) -> str:
    def sentence() -> str:
        words: list[str] = chance.choices(_WORDS * 2 + _LONG, k=chance.randint(5, 16))
        if chance.random() < 0.3:
            words.insert(2, str(chance.randint(1, 5000)))
        return " ".join(words).capitalize() + chance.choice(".....!?")

    paragraphs = [" ".join(sentence() for _ in range(chance.randint(1, 6))) for _ in range(60)]
    paragraphs[3] += " Write to anna@example.org before 2024-03-17 (see http://example.org/a?b=1)."
    return "".join(p + chance.choice(["\n\n", "\n\n", "\n", "\n \n"]) for p in paragraphs)


def _table(chance: random.Random) -> str:
    rows = ["id,name,total,date,note"]
    for number in range(400):
        date = f"20{chance.randint(10, 25)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
        note = chance.choice(["", "late", '"one, two"', "error", "the end"])
        rows.append(f"{number},{chance.choice(_LONG)},{chance.randint(1, 99999) / 100},{date},{note}")
    return "\n".join(rows) + "\n"


def _json(chance: random.Random) -> str:
    rows = [
        f'{{"id": {number}, "name": "{chance.choice(_LONG)}", "tags": ["a", "{chance.choice(_WORDS)}"], "n": null}}'
        for number in range(250)
    ]
    return "\n".join(rows)


def _code() -> str:
    return Path(random.__file__).read_text("utf-8")[:26_000]


def _scripts(chance: random.Random) -> str:
    kinds = [
        "数据 分析 报告。",
        "مرحبا بالعالم ",
        "Größe straße ",
        "cafe\u0301 ",
        "😀👩\u200d💻 ",
        "naïve the error ",
        "Ελλάδα, 12 ",
        "ｗｉｄｅ ",
    ]
    lines = ["".join(chance.choices(kinds, k=chance.randint(1, 9))) for _ in range(500)]
    return "\n".join(lines) + "\nlast\u2028one\x85İ end"
