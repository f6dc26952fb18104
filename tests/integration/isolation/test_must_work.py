"""What model code needs and must have, in every tier."""

# ruff: noqa: E501 - code in strings reads best on its own line

import pytest

from tests.support.attacks.battery import tier_named
from tests.support.repl import open_repl

MUST_WORK = {
    "numpy": "import numpy as np\nprint(int((np.arange(1000).reshape(10, 100) @ np.ones((100, 3))).sum()))",
    "numpy's random numbers": "import numpy as np\nprint(np.random.default_rng(1).integers(1, 2))",
    "numpy's linear algebra": "import numpy as np\nprint(round(np.linalg.inv(np.eye(200) * 2)[0, 0], 3))",
    "full text search": (
        "import sqlite3\nd = sqlite3.connect('f.db'); d.execute('CREATE VIRTUAL TABLE t USING fts5(x)')\n"
        "d.execute('INSERT INTO t VALUES (?)', ('one two',)); d.commit()\n"
        "print(d.execute(\"SELECT x FROM t WHERE t MATCH 'two'\").fetchone())"
    ),
    "sqlite in write-ahead mode": (
        "import sqlite3\nd = sqlite3.connect('w.db'); print(d.execute('PRAGMA journal_mode=wal').fetchone())\n"
        "d.execute('CREATE TABLE t (x)'); d.execute('INSERT INTO t VALUES (1)'); d.commit()"
    ),
    "asyncio": "import asyncio\nprint(await asyncio.gather(*(asyncio.sleep(0.001, n) for n in range(3))))",
    "asyncio with threads": "import asyncio\nprint(await asyncio.to_thread(llm_query, 'a'))",
    "asyncio.run": "import asyncio\nasync def f(): return 1\nprint(asyncio.run(f()))",
    "thread pools that ask": (
        "from concurrent.futures import ThreadPoolExecutor\n"
        "with ThreadPoolExecutor(32) as pool: print(''.join(pool.map(llm_query, 'abc' * 30)))"
    ),
    "temporary files": (
        "import tempfile\nwith tempfile.TemporaryFile() as f: f.write(b'x')\n"
        "with tempfile.NamedTemporaryFile() as f: f.write(b'x')\n"
        "with tempfile.TemporaryDirectory() as d: open(d + '/x', 'w').close()\nprint(1)"
    ),
    "zip files": (
        "import zipfile\nwith zipfile.ZipFile('z.zip', 'w', zipfile.ZIP_DEFLATED) as z: z.writestr('a/b.txt', 'x' * 1000)\n"
        "zipfile.ZipFile('z.zip').extractall('out'); print(open('out/a/b.txt').read(1))"
    ),
    "csv": "import csv\ncsv.writer(open('c.csv', 'w')).writerow([1, 2]); print(next(csv.reader(open('c.csv'))))",
    "regular expressions": "import re\nprint(re.findall(r'\\w+', 'a b'))",
    "json": "import json\nprint(json.loads(json.dumps({'a': [1]})))",
    "dataclasses": "from dataclasses import dataclass\n@dataclass\nclass P:\n    x: int\nprint(P(1))",
    "statistics": "import statistics\nprint(statistics.median([1, 2, 3]))",
    "decimals": "from decimal import Decimal\nprint(Decimal('0.1') + Decimal('0.2'))",
    "mmap": (
        "import mmap\nopen('m', 'wb').write(b'abc')\n"
        "with open('m', 'r+b') as f, mmap.mmap(f.fileno(), 0) as m: m[0:1] = b'x'; print(m[:])"
    ),
    "hashes": "import hashlib\nprint(hashlib.sha256(b'').hexdigest(), hashlib.blake2b(b'').hexdigest())",
    "dates and zones": (
        "import datetime, zoneinfo\n"
        "print(datetime.datetime(2024, 7, 1, tzinfo=zoneinfo.ZoneInfo('Europe/Berlin')), datetime.datetime.now())"
    ),
    "random numbers": "import random, secrets, uuid\nprint(random.random(), secrets.token_hex(), uuid.uuid4())",
    "compression": "import gzip, bz2, lzma, zlib\nprint([len(m.compress(b'x' * 99)) for m in (gzip, bz2, lzma, zlib)])",
    "XML and HTML": "import xml.etree.ElementTree as e, html.parser\nprint(e.fromstring('<a><b/></a>')[0].tag)",
    "URLs": "import urllib.parse, urllib.request\nprint(urllib.parse.urlparse('http://a/b').path)",
    "file kinds": "import mimetypes\nprint(mimetypes.guess_type('a.html'))",
    "pathlib and shutil": (
        "import shutil, pathlib\np = pathlib.Path('d/e'); p.mkdir(parents=True); (p / 'f').write_text('x')\n"
        "shutil.copyfile(p / 'f', 'g'); shutil.move('g', p / 'h'); shutil.rmtree('d'); print(p.exists())"
    ),
    "the machine's name": "import platform, os\nprint(platform.system(), os.cpu_count() > 0, os.getcwd())",
    "tracebacks": "import traceback\ntry: 1 / 0\nexcept ZeroDivisionError: print(traceback.format_exc())",
    "subprocess, imported": "import subprocess, multiprocessing, socket, ssl\nprint(1)",
    "logging": "import logging\nlogging.basicConfig(filename='l'); logging.warning('x'); print(open('l').read())",
    "queues and timers": (
        "import queue, threading\nq = queue.Queue(); threading.Timer(0.01, q.put, (1,)).start(); print(q.get(timeout=5))"
    ),
    "signals to itself": "import signal\nsignal.signal(signal.SIGUSR1, lambda *_: print('came')); signal.raise_signal(signal.SIGUSR1)",
    "alarms": "import signal, time\nsignal.signal(signal.SIGALRM, lambda *_: print('came')); signal.setitimer(signal.ITIMER_REAL, 0.01); time.sleep(0.1)",
}


@pytest.mark.parametrize("tier", ["A+", "A"])
@pytest.mark.parametrize("what", MUST_WORK)
async def test_it_works_in_the_child(repls, what, tier):
    repl = await repls(tier)

    assert await repl.out(MUST_WORK[what])


@pytest.mark.parametrize("tier", ["A+", "A"])
async def test_pandas_works_where_it_is_installed(repls, tier):
    pytest.importorskip("pandas")
    repl = await repls(tier)

    assert "3" in await repl.out("import pandas as pd\nprint(pd.DataFrame({'a': [1, 2]}).a.sum())")


@pytest.fixture
async def repls(tmp_path):
    """Open a child of a tier for the test."""
    opened = []

    async def open_in(tier):
        held = tier_named(tier)
        if held is None:
            pytest.skip(f"this machine has no tier {tier}")
        opened.append(open_repl(tmp_path, tier=held))
        return await opened[0].__aenter__()

    yield open_in
    for context in opened:
        await context.__aexit__(None, None, None)
