"""What is spent under a limit of $0.045, by this engine and by the official one, on the very same server.

Every call costs $0.00012 by the server's own report, and the root's first block asks for 1,000 of them: $0.12 in all.
"""

import asyncio
import json
import logging
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "support"))

from peers import peers_python
from serving import server_process
from table import Table

from rlm_desktop.corpus.indexing.indexer import Indexer
from rlm_desktop.corpus.store.store import Store
from rlm_desktop.service.making import Access
from rlm_desktop.service.reading import STORE_FOLDER
from rlm_desktop.service.running import Kept, run_recorded
from rlm_desktop.service.spec import RunSpec
from rlm_desktop.storage.database import FILE_NAME, Database
from rlm_desktop.storage.library import Library
from rlm_desktop.storage.run_ids import new_run_id
from rlm_desktop.trace.facts import Limits

LIMIT_NANO_USD = 45_000_000
CALL_USD = 0.00012
SUPPORT = Path(__file__).parent / "support"


def ours(base_url: str, folder: Path, concurrency: int) -> str:
    (folder / "text.txt").write_text("The dues were raised again in the spring. " * 1_000)
    database, store = Database.open(folder / FILE_NAME), Store.open(folder / STORE_FOLDER)
    corpus = asyncio.run(store.ingest([folder / "text.txt"]))
    access = Access(folder, {})
    kept = Kept(data_dir=folder, database=database, store=store, indexer=Indexer(), access=access)
    spec = RunSpec(
        question="How many are right?",
        paths=(str(folder / "text.txt"),),
        root="root-model",
        worker="worker-model",
        base_url=base_url,
        strategy="rlm",
        limits=Limits(cost_nano_usd=LIMIT_NANO_USD, concurrency=concurrency),
        # What the server charges at most: its reports stay below.
        price_in_usd=0.01,
        price_out_usd=0.15,
    )
    run = new_run_id()
    outcome = access.run(run_recorded(spec, run=run, corpus=corpus, kept=kept, on_entry=lambda _entry: None))
    summary = Library(database).summary(run)
    spent = summary.known_cost_nano_usd
    database.close()
    asyncio.run(store.close())
    assert spent <= LIMIT_NANO_USD
    return f"${spent / 1e9:.6f} in {summary.calls:,} calls, {outcome.status}"


def official(base_url: str) -> str:
    command = [str(peers_python()), str(SUPPORT / "peer_calls.py"), "budget", base_url, str(LIMIT_NANO_USD / 1e9)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    return f"${json.loads(done.stdout.strip().splitlines()[-1])['spent_usd']:.6f}"


def main() -> None:
    logging.disable(logging.WARNING)
    table = Table()
    with server_process(0.005, cost_usd=CALL_USD) as base_url:
        for concurrency in (4, 16, 64):
            with tempfile.TemporaryDirectory() as folder:
                table.add(
                    f"spent under $0.045, {concurrency} at once",
                    ours(base_url, Path(folder), concurrency),
                    target="$0.045",
                )
        table.add("the official engine", official(base_url))
    table.print_markdown()


if __name__ == "__main__":
    main()
