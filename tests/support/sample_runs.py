"""Runs as the journal would hand them out, written by hand: for view models, widgets and pictures."""

from rlm_desktop.trace.events import (
    Entry,
    GateSpoke,
    RunFinished,
)
from rlm_desktop.trace.facts import (
    CodeError,
    DocumentFacts,
    VariableChange,
)
from rlm_desktop.trace.ids import Digest
from tests.support.run_writer import RunWriter, Sub, Turn

CODE = """# one call per harbour, all pages that mention dues
pages = [p for d in documents for p in d.pages if "dues" in p.text]
byh = group_by_harbour(pages)
outs = llm_query_batched([ASK + "\\n\\n" + t for t in byh.values()])
print(len(outs), outs[0][:200])"""
PRINTED = (
    '40 {"harbour": "Ardvik", "raised": [1981, 1984, 1988], "reason":\n'
    '"dredging after the 1980 storm (annual-1981.pdf, p. 14)"}\n'
)
ANSWER = (
    "## Four harbours raised their dues more than twice\n\n"
    "Ardvik raised them three times, in 1981, 1984 and 1988, each time “to meet the cost of dredging after the "
    "storm of 1980”. Lindholm followed in 1982, 1983 and 1987 because of the new breakwater.\n"
)
QUESTION = "Which harbours raised their dues more than twice in the 1980s, and what reason did each give?"
HARBOURS = [
    "Ardvik",
    "Lindholm",
    "Torsnes",
    "Vessby",
    "Storvik",
    "Grimsund",
    "Halmvik",
    "Osterby",
    "Kallmo",
    "Nordhavn",
    "Svartvik",
    "Ekhamn",
    "Langnes",
    "Marvik",
    "Solberga",
    "Tunhamn",
    "Ulvsund",
    "Vikby",
    "Almhamn",
    "Brevik",
    "Dalsund",
    "Edsvik",
    "Fagernes",
    "Gronvik",
    "Hogby",
    "Ingsund",
    "Jarnvik",
    "Klippan",
    "Laxnes",
    "Morvik",
    "Nasby",
    "Orrhamn",
    "Palsund",
    "Rorvik",
    "Sandby",
    "Tarnvik",
    "Udden",
    "Varholm",
    "Yttervik",
    "Angsund",
]


def harbour_turns() -> list[Turn]:
    """Give the turns of the sample run."""
    return [
        Turn(
            intent="Look at the corpus and its folders",
            code="print(len(documents), len(context))\nprint(peek(600))",
            output="212 39,204,118\n== reports/annual-1950.pdf ==\nREPORT OF THE HARBOUR BOARD\n",
            root_cost=300_000,
            root_seconds=5.2,
        ),
        Turn(
            intent="Find where dues are mentioned",
            code='hits = grep(r"\\bdues\\b", ignore_case=True)\nprint(len(hits))\nfor h in hits[:40]:\n    print(h)',
            output="".join(f"annual-19{50 + n % 40}.pdf p. {n}: the dues on tonnage were\n" for n in range(120)),
            root_cost=3_100_000,
            root_seconds=8.0,
            variables=(
                VariableChange(name="hits", change="new", type="list", size="list of 200", preview="[Hit(…), …]"),
            ),
        ),
        Turn(
            intent="Read three reports closely",
            code="# three whole reports, ten pages a call\nnotes = llm_query_batched(chunks(three))\nprint(notes[0])",
            output="The Board raised the dues twice in the decade.\n",
            subs=[Sub(label=f"annual-198{n % 3}.pdf, part {n}", cost=1_200_000) for n in range(10)],
            root_cost=2_200_000,
            root_seconds=6.9,
        ),
        Turn(
            intent="Settle what counts as a raise",
            code="# a raise is a resolved increase, not a proposal\nASK = RULES + FORM\nprint(len(ASK))",
            output="1204\n",
            root_cost=4_900_000,
            root_seconds=9.6,
            variables=(
                VariableChange(name="ASK", change="new", type="str", size="1,204 characters", preview="'From…'"),
            ),
        ),
        Turn(
            intent="Extract every raise per report",
            code="# one call per report\nraises = llm_query_batched([ASK + d.text for d in reports])\nprint(98)",
            output="98\n",
            subs=[
                Sub(label=f"annual-19{50 + n % 50}.pdf", cost=495_000, seconds=1.1 + n % 7 * 0.31, retries=n % 40 == 9)
                for n in range(98)
            ],
            at_once=8,
            root_cost=2_700_000,
            variables=(
                VariableChange(name="raises", change="new", type="list", size="list of 98 str", preview="['{\"…']"),
            ),
        ),
        Turn(
            intent="Group the raises by harbour",
            code='# records by harbour\ntable = {r["harbour"]: r for r in map(json.loads, raises)}\nprint(table)',
            root_cost=3_400_000,
            error=CodeError(
                type="JSONDecodeError",
                message="Expecting value: line 1 column 1 (char 0)",
                line=2,
                traceback="Traceback (most recent call last):\n  line 2\n"
                "json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)\n",
            ),
        ),
        Turn(
            intent="Ask each harbour’s pages for the reason it gave",
            code=CODE,
            output=PRINTED,
            subs=harbour_subs(),
            root_cost=9_600_000,
            root_seconds=7.4,
            variables=(
                VariableChange(name="pages", change="new", type="list", size="list of 1,904", preview="[Page(…), …]"),
                VariableChange(name="byh", change="new", type="dict", size="dict of 40", preview="{'Ardvik': …}"),
                VariableChange(name="outs", change="new", type="list", size="list of 40 str", preview="['{\"harb…']"),
                VariableChange(name="ASK", change="changed", type="str", size="1,310 characters", preview="'From…'"),
            ),
        ),
        Turn(
            intent="Check the quotes against the pages",
            code="# each quote must stand in its page\nchecks = llm_query_batched(quotes)\n"
            'answer["content"] = write(checks)\nanswer["ready"] = True',
            subs=[Sub(label=f"quote {n}", cost=400_000, seconds=1.0 + n % 3) for n in range(1, 7)],
            root_cost=4_000_000,
            root_seconds=6.2,
        ),
    ]


def harbour_subs() -> list[Sub]:
    """Give the forty calls of turn 7."""
    subs = [
        Sub(
            label=name,
            reply=f'{{"harbour": "{name}", "raised": [1981, 1984, 1988]}}',
            seconds=1.1 + number % 9,
            cost=1_650_000,
        )
        for number, name in enumerate(HARBOURS)
    ]
    subs[1] = Sub(label="Lindholm", reply='{"harbour": "Lindholm", "raised": [1982, 1983, 1987]}', seconds=2.2)
    subs[2] = Sub(label="Torsnes", error="context too long", seconds=0.1)
    subs[3] = Sub(label="Vessby", cached=True, seconds=0.0, tokens=5_160, reply='{"harbour": "Vessby"}')
    subs[4] = Sub(
        label="Storvik",
        reply="Storvik raised its dues in 1980, 1985 and 1989.",
        child=[
            Turn(
                intent="Split the pages of Storvik by decade",
                code="parts = llm_query_batched(split(context))\nprint(parts)",
                output="['none', 'none']\n",
                subs=[Sub(label=f"Storvik, 198{n}", seconds=2.0) for n in range(2)],
                root_cost=900_000,
            ),
            Turn(
                intent="Put the years together",
                code='answer["content"] = join(parts)\nanswer["ready"] = True',
                root_cost=700_000,
            ),
        ],
    )
    subs[30] = Sub(label="Nasby", error="the connection dropped before the reply was whole", seconds=9.8)
    return subs


def harbour_run(turns: int = 8, finished: bool = True) -> tuple[list[Entry], dict[Digest, str]]:
    """Give the sample run, or its first turns, with its texts."""
    writer = RunWriter()
    run, end = writer.run(0.0, QUESTION, harbour_turns()[:turns], documents=documents(), characters=39_204_118)
    if finished:
        writer._answer(end, run, ANSWER)
        writer.add(
            end + 0.02, GateSpoke(parent=run, gate="quotes", text="8 quotes stand in the corpus, 1 was not found.")
        )
        writer.add(end + 0.05, RunFinished(run=run, status="answered", seconds=end + 0.05))
    return writer.entries(), writer.texts


def documents() -> tuple[DocumentFacts, ...]:
    """Give the documents of the sample run."""
    return tuple(
        DocumentFacts(
            name=f"reports/annual-{year}.pdf",
            path=f"reports/annual-{year}.pdf",
            kind="pdf",
            characters=184_000,
            size_bytes=920_000,
            pages=88,
        )
        for year in range(1950, 1960)
    )


def wide_run(calls: int) -> tuple[list[Entry], dict[Digest, str]]:
    """Give a run of one turn with many calls."""
    writer = RunWriter()
    subs = [Sub(label=f"item {n}", seconds=0.5 + n % 7 * 0.1) for n in range(calls)]
    code = "outs = llm_query_batched(items)\nprint(len(outs))"
    writer.run(0.0, "How many?", [Turn(intent="Ask all", code=code, subs=subs, at_once=16)])
    return writer.entries(), writer.texts
