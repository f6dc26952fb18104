"""Reads a log with the official implementation's own types. Run by a Python that finds `rlms` in the first folder.

    python official_types.py FOLDER LOG

prints how many calls it read, child runs' among them, and their tokens.
"""

import json
import sys
from pathlib import Path
from types import ModuleType


def main(folder: str, log: str) -> None:
    """Take every call of the log through the types and back."""
    # The package itself imports all its providers; its types need none of them.
    for name in ("rlm", "rlm.core"):
        package = ModuleType(name)
        package.__path__ = [str(Path(folder, *name.split(".")))]
        sys.modules[name] = package
    from rlm.core.types import RLMChatCompletion  # noqa: PLC0415

    calls = tokens = 0
    waiting = [json.loads(line) for line in Path(log).read_text().splitlines()[1:]]
    while waiting:
        for block in waiting.pop().get("code_blocks", ()):
            for written in block["result"]["rlm_calls"]:
                read = RLMChatCompletion.from_dict(written)
                again = read.to_dict()
                assert {name: written[name] for name in again if name != "usage_summary"} == {
                    name: one for name, one in again.items() if name != "usage_summary"
                }
                calls += 1
                if read.metadata is None:
                    tokens += read.usage_summary.total_input_tokens
                else:
                    waiting += read.metadata["iterations"]
    print(calls, tokens)


if __name__ == "__main__":
    main(*sys.argv[1:])
