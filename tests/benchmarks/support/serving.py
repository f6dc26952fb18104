"""A scripted LM server in a process of its own, so that its work is not counted as anybody else's."""

import json
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT))

from tests.support.lm_server import LmServer, Said, Trouble  # noqa: E402

CALLS = 1_000
BLOCK = """```repl
look = len(context)
prompts = [f"Give back the number {{n}} and nothing else. {filler}" for n in range({calls})]
outs = llm_query_batched(prompts)
right = sum(out.strip() == str(n) for n, out in enumerate(outs))
answer["content"] = f"{{right}} right"
answer["ready"] = True
```
"""
_NUMBER = re.compile(r"the number (\d+)")
_FILLER = "The dues were raised again in the spring. " * 8


class Script:
    """Writes one batch as root, and gives numbers back as worker; some attempts fail if it is told so."""

    def __init__(self, *, faulty: bool = False, cost_usd: float | None = None) -> None:
        self._chance = random.Random(11)
        self._faulty = faulty
        self._cost_usd = cost_usd
        self.billed: dict[str, int] = {}

    def __call__(self, body: dict[str, Any]) -> str | Said | Trouble:
        prompt = body["messages"][-1]["content"]
        found = _NUMBER.search(prompt)
        if found is None or "repl" in prompt:
            return self._said(BLOCK.format(calls=CALLS, filler=_FILLER))
        lot = self._chance.random() if self._faulty else 1.0
        if lot < 0.20:
            return Trouble.rate_limited()
        if lot < 0.25:
            return Trouble(drop=True)
        if lot < 0.27:
            return Trouble(cut=found[1][:1])
        return self._said(found[1])

    def _said(self, text: str) -> Said:
        if self._cost_usd is None:
            return Said(text=text)
        usage = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110, "cost": self._cost_usd}
        return Said(text=text, usage=usage)


@contextmanager
def server_process(latency_seconds: float, *, faulty: bool = False, cost_usd: float | None = None) -> Iterator[str]:
    """Serve; give the address."""
    options = json.dumps({"latency": latency_seconds, "faulty": faulty, "cost_usd": cost_usd})
    command = [sys.executable, __file__, options]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.stdin.close()
        process.wait()
        process.stdout.close()


def main(options: dict[str, Any]) -> None:
    script = Script(faulty=options["faulty"], cost_usd=options["cost_usd"])
    with LmServer(script, latency_seconds=options["latency"]) as server:
        print(server.base_url, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
