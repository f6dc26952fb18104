"""How often the look at code raises an alarm on model-written code, and how long it takes.

The snippets of `tests/integration/repl/battery` are what models write to read a text; hardly any of them wastes money,
so nearly every finding there is a false alarm. What it must find is in `tests/unit/engine/test_code_look.py`.
"""

import time
from collections import Counter
from pathlib import Path

from rlm_desktop.engine.code_look.looking import Surroundings, look_at

BATTERY = Path(__file__).parents[1] / "integration" / "repl" / "battery"
AROUND = Surroundings(context_characters=5_000_000, worker_characters=250_000, has_looked=False)


def main() -> None:
    snippets = [one for file in sorted(BATTERY.glob("*.txt")) for one in file.read_text("utf-8").split("\n---\n")]
    began = time.perf_counter()
    found = [(snippet, finding) for snippet in snippets for finding in look_at(snippet, AROUND)]
    seconds = time.perf_counter() - began
    alarmed = len({snippet for snippet, _ in found})
    print(f"{len(snippets):,} snippets, {alarmed} with an alarm, {seconds / len(snippets) * 1000:.2f} ms each")
    for kind, count in Counter(finding.kind for _, finding in found).most_common():
        print(f"  {kind}: {count}")
    for snippet, finding in found[:10]:
        print(f"--- {finding.kind}, line {finding.line}\n{snippet[:300]}")


if __name__ == "__main__":
    main()
