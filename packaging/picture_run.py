"""Runs over the sample documents, to come along and for pictures; all is real, only the models are scripted."""

import json
import random
import re
from functools import partial
from typing import Any

from rlm_desktop.corpus.stored import StoredCorpus
from rlm_desktop.service.running import Kept, run_recorded
from rlm_desktop.service.spec import RunSpec
from rlm_desktop.settings.preferences import BUILT_IN_MODEL
from rlm_desktop.storage.run_ids import new_run_id
from rlm_desktop.trace.facts import Limits
from rlm_desktop.trace.ids import RunId
from tests.support.lm_server import LmServer, Said

MODELS = ("scripted/root", "scripted/worker")
QUESTION = "Which harbours raised their dues more than twice in the 1980s, and what reason did each give?"
QUESTIONS = (
    "Why did the harbour of Haldsund lower its dues, and from when?",
    "When was the railway spur at Vessby opened to goods?",
    QUESTION,
)
"""What the built-in model is asked, for a history."""

TURNS = [
    """I look at the documents and how the register begins.

```repl
# what there is
for document in documents:
    print(f"{document.name:34} {len(document.text):>7,} characters")
print(documents["registers/tariffs.csv"].text[:160])
```
""",
    """The register of tariffs says who raised the dues and when. I count the raises of each harbour.

```repl
# count the raises in the register
import csv
rows = list(csv.DictReader(documents["registers/tariffs.csv"].text.splitlines()))
raises = {}
for row in rows:
    if row["changed"] == "raised":
        raises.setdefault(row["harbour"], []).append(int(row["year"]))
often = {harbour: years for harbour, years in raises.items() if len(years) > 2}
print(raises)
print(often)
```
""",
    """A register may be wrong, so I ask a worker about every harbour and year, over that year's report.

```repl
# one call for each harbour and year
import json, re
reports = {int(re.search(r"annual-(\\d+)", d.name)[1]): d for d in documents if "annual-" in d.name}
ASK = ("Did {harbour} raise its dues in {year}? Reply with JSON: harbour, year, raised, and as quote the "
       "sentence that gives the reason, word for word.\\n\\n{text}")
jobs = [(row["harbour"], int(row["year"])) for row in rows]
replies = llm_query_batched([ASK.format(harbour=h, year=y, text=reports[y].text) for h, y in jobs])
found = [json.loads(reply) for reply in replies]
seen = [(one["harbour"], one["year"]) for one in found if one["raised"]]
print(len(replies), "calls;", len(seen), "raises;", "as in the register:",
      sorted(seen) == sorted((h, y) for h, years in raises.items() for y in years))
```
""",
    """The reports agree with the register. I check that every quote stands in its report, and look for missing reasons.

```repl
# check the quotes, and find reasons that the reports leave to the minutes
fold = lambda text: " ".join(text.split())
quotes = {(one["harbour"], one["year"]): one["quote"] for one in found if one["raised"]}
print(sum(fold(quote) in fold(reports[year].text) for (_, year), quote in quotes.items()), "of", len(quotes), "stand")
gaps = [key for key, quote in quotes.items() if "minutes" in quote]
minutes = "\\n".join(d.text for d in documents if d.name.startswith("minutes"))
for harbour, year in gaps:
    reply = llm_query(ASK.format(harbour=harbour, year=year, text=minutes))
    quotes[harbour, year] = json.loads(reply)["quote"]
    print(harbour, year, quotes[harbour, year])
```
""",
    """I write the answer from what was checked.

```repl
# the answer, with a quote for each raise
parts = [f"{len(often)} harbours raised their dues more than twice in the 1980s."]
for harbour, years in often.items():
    listed = ", ".join(str(year) for year in years[:-1]) + f" and {years[-1]}"
    parts.append(f"### {harbour}: {listed}")
    parts += [f"- {year}: “{fold(quotes[harbour, year])}”" for year in years]
answer["content"] = "\\n\\n".join(parts[:1]) + "\\n\\n" + "\\n".join(parts[1:])
answer["ready"] = True
```
""",
]
_REASONS = re.compile(
    r"to meet|having|being the reason|as the first|therefore|to begin|to renew|after the ice|on account|wages"
)


def record_built_in(question: str, corpus: StoredCorpus, paths: list[str], kept: Kept) -> RunId:
    """Record a run with the built-in model."""
    spec = RunSpec(question=question, paths=tuple(paths), root=BUILT_IN_MODEL, worker=BUILT_IN_MODEL)
    return _record(spec, corpus, kept)


def record_scripted(corpus: StoredCorpus, paths: list[str], kept: Kept, pace: float = 1.0) -> RunId:
    """Record the run in which scripted models work, so much slower than they could."""
    with LmServer(_reply) as server:
        server.answer = partial(_uneven_reply, server, pace)
        scripted = RunSpec(
            question=QUESTION,
            paths=tuple(paths),
            root=MODELS[0],
            worker=MODELS[1],
            base_url=server.base_url,
            strategy="rlm",
            limits=Limits(cost_nano_usd=1_000_000_000, concurrency=8),
            price_in_usd=1.25,
            price_out_usd=10.0,
        )
        return _record(scripted, corpus, kept)


def _record(spec: RunSpec, corpus: StoredCorpus, kept: Kept) -> RunId:
    run = new_run_id()
    outcome = kept.access.run(run_recorded(spec, run=run, corpus=corpus, kept=kept, on_entry=lambda _entry: None))
    assert outcome.status == "answered", outcome
    return run


def _uneven_reply(server: LmServer, pace: float, body: dict[str, Any]) -> Said:
    """Real models take longer for some requests than for others; the next one waits this long."""
    server.latency_seconds = pace * random.Random(len(server.requests)).uniform(0.15, 0.9)
    return _reply(body, pace)


def _reply(body: dict[str, Any], pace: float = 1.0) -> Said:
    if body["model"] == MODELS[0]:
        turn = sum(message["role"] == "assistant" for message in body["messages"])
        return _in_pieces(TURNS[turn], 40, pace)
    return Said(text=_worker_reply(body["messages"][-1]["content"]))


def _in_pieces(text: str, count: int, pace: float) -> Said:
    size = -(-len(text) // count)
    pieces = tuple(text[start : start + size] for start in range(0, len(text), size))
    return Said(text=text, pieces=pieces, piece_seconds=0.025 * pace)


def _worker_reply(prompt: str) -> str:
    """Find the sentence that tells of the raise; take the next one too late for a reason."""
    asked = re.match(r"Did (\w+) raise its dues in (\d+)\?", prompt)
    assert asked is not None
    harbour, year = asked[1], int(asked[2])
    sentences = re.split(r"(?<=[.:])\s+(?=[A-Z0-9#])", " ".join(prompt.partition("\n\n")[2].split()))
    told = [place for place, sentence in enumerate(sentences) if _tells_of_raise(sentence, harbour, year)]
    quote = ""
    if told:
        place = told[0]
        quote = sentences[place if _REASONS.search(sentences[place]) else place + 1]
    reply = {"harbour": harbour, "year": year, "raised": bool(told), "quote": quote}
    return json.dumps(reply, ensure_ascii=False)


def _tells_of_raise(sentence: str, harbour: str, year: int) -> bool:
    if harbour not in sentence:
        return False
    if "being the reason given" in sentence:
        return str(year) in sentence
    match = re.search(r"from (\d+) to (\d+) cents", sentence)
    return match is not None and int(match[1]) < int(match[2])
