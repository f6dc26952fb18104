"""Uses a text as the app's own process does, in a process that does nothing else; prints its memory as JSON."""

import json
import random
import re
import sys

from memory import Peak, anonymous_bytes

from rlm_desktop.text.blob import Blob
from rlm_desktop.text.documents import DocumentTable
from rlm_desktop.text.regex import finditer
from rlm_desktop.text.text import Text


def main(folder: str) -> None:
    before = anonymous_bytes()
    with Peak() as peak:
        blob, table = Blob.open(folder), DocumentTable.open(folder)
        chance = random.Random(7)
        for _ in range(2_000):
            start = chance.randrange(blob.characters)
            blob.slice(start, start + 100_000)
            table.index_at(start)
        found = sum(1 for _ in finditer(re.compile(r"\b\w+Exception\b"), Text(blob)))
    print(json.dumps({"before": before, "after": anonymous_bytes(), "most": peak.most_bytes, "found": found}))


if __name__ == "__main__":
    main(sys.argv[1])
