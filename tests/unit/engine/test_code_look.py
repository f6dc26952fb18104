"""What a look at code finds, and what it leaves alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlm_desktop.engine.code_look.looking import Surroundings, look_at

AROUND = Surroundings(context_characters=2_000_000, worker_characters=200_000, has_looked=True)


def kinds(code: str, **around) -> list[str]:
    values = {name: getattr(AROUND, name) for name in AROUND.__slots__}
    return [finding.kind for finding in look_at(code, Surroundings(**{**values, **around}))]


@pytest.mark.parametrize(
    "code",
    [
        "outs = llm_query_batched([f'Sum up: {c}' for c in chunks[:10]])",
        "prompts = [f'Sum up: {c}' for c in chunks[0:10]]\nouts = llm_query_batched(prompts)",
        "for c in chunks[:5]:\n    outs.append(llm_query(c))",
        "some = chunks[:20]\nouts = llm_query_batched([ask(c) for c in some])",
        "ps = []\nfor i, c in enumerate(docs[:8]):\n    ps.append(c)\nr = llm_query_batched(ps)",
        "outs = llm_query_batched(prompts[:50])",
    ],
)
def test_a_dropped_tail_is_found(code):
    assert "dropped-tail" in kinds(code)


@pytest.mark.parametrize(
    "code",
    [
        "for c in chunks[:5]:\n    print(c[:200])",
        "out = llm_query('Sum up: ' + context[:5000])",
        "outs = llm_query_batched([f'Read: {hit.text}' for hit in search('dues')[:10]])",
        "best = sorted(scores)[:5]\nouts = llm_query_batched([p for p in best])",
        "outs = llm_query_batched(prompts[start:start + 50])",
        "outs = llm_query_batched([c for c in chunks[:n]])",
        "outs = llm_query_batched(prompts)\nfor o in outs[:3]:\n    print(o)",
        "outs = llm_query_batched([c[:20000] for c in chunks])",
    ],
)
def test_what_is_no_dropped_tail_is_left_alone(code):
    assert "dropped-tail" not in kinds(code)


@pytest.mark.parametrize(
    "code",
    [
        "for c in chunks:\n    outs.append(llm_query('Sum up: ' + c))",
        "outs = [llm_query(f'Sum up {c}') for c in chunks]",
        "for n in range(40):\n    r[n] = llm_query(parts[n])",
    ],
)
def test_calls_one_by_one_are_found(code):
    assert kinds(code) == ["call-per-item"]


@pytest.mark.parametrize(
    "code",
    [
        "notes = ''\nfor c in chunks:\n    notes = llm_query(f'Notes: {notes} Next: {c}')",
        "seen = []\nfor c in chunks:\n    seen.append(llm_query(f'{seen} {c}'))",
        "for c in chunks:\n    if 'yes' in llm_query(c):\n        break",
        "for name in ['a', 'b']:\n    print(llm_query(name))",
        "while not done:\n    done = llm_query('go on') == 'yes'",
        "def ask(c):\n    return llm_query(c)\nprint(ask('x'))",
        "for group in groups:\n    outs += llm_query_batched(group)",
    ],
)
def test_calls_that_must_follow_each_other_are_left_alone(code):
    assert "call-per-item" not in kinds(code)


def test_the_whole_context_in_a_prompt_is_found_only_where_it_is_too_long():
    for code in (
        "llm_query(f'Sum up: {context}')",
        "llm_query('Sum up: ' + context)",
        "p = str(context)\nllm_query(p)",
    ):
        assert kinds(code) == ["prompt-too-large"]
        assert kinds(code, context_characters=1_000) == []
    assert kinds("llm_query(f'Sum up: {context[:9000]} of {len(context)}')") == []


def test_counting_by_a_model_is_found():
    assert kinds("llm_query('How many lines mention a ship?\\n' + part)") == ["counting-by-lm"]
    assert kinds("p = f'Count the number of words in {x}'\nllm_query(p)") == ["counting-by-lm"]
    assert kinds("llm_query('Which ships are named?\\n' + part)") == []


def test_an_answer_of_nothing_read_is_found_until_something_was():
    answer = "answer['content'] = 'Ada'\nanswer['ready'] = True"

    assert kinds(answer, has_looked=False) == ["answer-unread"]
    assert kinds("FINAL('Ada')", has_looked=False) == ["answer-unread"]
    assert kinds("answer.update(content='Ada', ready=True)", has_looked=False) == ["answer-unread"]
    assert kinds("print(peek())\n" + answer, has_looked=False) == []
    assert kinds(answer) == []


def test_a_finding_says_the_line():
    (finding,) = look_at("x = 1\nfor c in chunks:\n    out.append(llm_query(c))", AROUND)

    assert finding.line == 3
    assert finding.text.endswith(".")


@pytest.mark.parametrize("code", ["for", "(" * 5_000, "x = " + "1+" * 30_000 + "1", "\0", "-" * 100_000, ""])
def test_code_that_cannot_be_looked_at_has_no_findings(code):
    assert look_at(code, AROUND) == ()


@pytest.mark.parametrize(
    "code",
    [
        "for c in chunks:\n" + "    x = llm_query(c)\n" * 1_200,
        "\n".join(f"a{n} = [f'{{x}}' for x in b{n}]\nllm_query_batched(a{n})" for n in range(300)),
        "llm_query_batched((" + "+".join("a" * 2_500) + ")[:10])",
        "x = " + "(" * 90 + "llm_query(x)" + ")" * 90,
    ],
)
def test_a_look_at_hostile_code_finds_little_and_ends(code):
    assert len(look_at(code, AROUND)) <= 8


@pytest.mark.parametrize(
    "code",
    [
        "a = llm_query_batched(ps[:16])\nb = llm_query_batched(ps[16:])",
        "for line in llm_query('Names?').splitlines():\n    print(line)",
        "doc = context\nllm_query(f'{doc[:500]} of {len(doc)}')",
    ],
)
def test_what_only_looks_like_a_mistake_is_left_alone(code):
    assert kinds(code) == []


def test_a_piece_that_is_worked_out_to_be_too_large_is_found():
    pieces = "SIZE = 1_000_000\nps = [context[i:i + SIZE] for i in range(0, len(context), SIZE)]\n"

    assert kinds(pieces + "llm_query_batched([f'Sum up: {p}' for p in ps])") == ["prompt-too-large"]
    assert kinds(pieces.replace("1_000_000", "100_000") + "llm_query_batched([f'Sum up: {p}' for p in ps])") == []


@given(st.text(max_size=200))
def test_a_look_never_fails(code):
    look_at(code, Surroundings(context_characters=10, worker_characters=1, has_looked=False))
