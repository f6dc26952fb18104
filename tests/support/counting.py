"""A counting task in the manner of OOLONG, and the scripted models that solve it: 2,000 items, 20 sub-calls."""

import random
import re
from pathlib import Path
from typing import Any

ITEMS = 2_000
QUESTION = "How many of the items ask about a place?"
_PLACES = ("Where does the {} end?", "In which town was the {} built?", "What country owns the {}?")
_OTHERS = ("Who painted the {}?", "How heavy is the {}?", "When did the {} open?", "What does {} mean?")
_THINGS = ("ferry", "lighthouse", "canal", "bridge", "quarry", "archive", "railway", "mill")
_ASKS_ABOUT_PLACE = re.compile(r"Where|In which town|What country")

ROOT_REPLY = """I split the items into 20 parts and let the worker count in each.

```repl
lines = [line for line in context.splitlines() if line.startswith("Item ")]
parts = [lines[start:start + 100] for start in range(0, len(lines), 100)]
prompts = ["Count the items that ask about a place. Reply with the number.\\n" + "\\n".join(part) for part in parts]
counts = llm_query_batched(prompts)
print(len(lines), counts)
answer["content"] = f"{sum(int(count) for count in counts)} of {len(lines)} items ask about a place."
answer["ready"] = True
```
"""


def write_items(file: Path, seed: int = 7) -> int:
    """Write the items, one a line; give how many ask about a place."""
    chance = random.Random(seed)
    kinds = [chance.choice(_PLACES if chance.random() < 0.31 else _OTHERS) for _ in range(ITEMS)]
    asked = [kind.format(chance.choice(_THINGS)) for kind in kinds]
    file.write_text("".join(f"Item {number:04}: {text}\n" for number, text in enumerate(asked, 1)))
    return sum(bool(_ASKS_ABOUT_PLACE.match(text)) for text in asked)


def solve(body: dict[str, Any]) -> str:
    """Answer as the root LM, or really count as the worker."""
    if body["model"] == "root-model":
        return ROOT_REPLY
    items = re.findall(r"^Item \d+: (.*)$", body["messages"][-1]["content"], re.MULTILINE)
    return str(sum(bool(_ASKS_ABOUT_PLACE.match(item)) for item in items))
