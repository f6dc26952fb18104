"""The code that the built-in model writes as root, one block a turn."""

from collections.abc import Sequence

from rlm_desktop.lm.builtin_prompts import COUNTS_MARK, PASSAGE_MARK, WORKER_TASK

LOOK = "Look at the documents"
SEARCH = "Search by the question's words"
ASK = "Ask a worker about each of the best passages"
READ = "Read the best passages"
CHECK = "Keep the quotes that stand in the documents word for word"
ANSWER = "Answer with the quotes that fit best"
STAGES = (LOOK, SEARCH, ASK, READ, CHECK, ANSWER)

FOUND_MARK = "Passages found: "
PASSAGE_LINE = "@@ passage"
MOST_PASSAGES = 28
MOST_READ = 9
LARGE_CHARACTERS = 20_000_000
"""A longer text is not read through for each word of the question."""

_CHOOSE_PASSAGES = f"""\
passages = []
for hit in found:
    document = documents[hit["document"]]
    place = hit["offset"] - document.start
    if not any(name == document.name and start <= place < end for name, start, end in passages):
        start, end = max(place - 400, 0), min(place + max(len(hit["text"]), 800) + 400, len(document))
        line_start, line_end = document.text.rfind("\\n", 0, start) + 1, document.text.find("\\n", end)
        start = line_start if start - line_start < 600 else start
        end = line_end if end <= line_end < end + 600 else end
        passages.append((document.name, start, end))
passages = passages[:{MOST_PASSAGES}]
"""


def look() -> str:
    """See what there is."""
    return f"""\
# {LOOK}
print(f"{{len(context):,}} characters in {{len(documents)}} documents")
for document in documents[:20]:
    print("-", document.name, f"({{document.kind}}, {{len(document):,}} characters)")
print(peek(600))"""


def search(words: Sequence[str], prefixes: Sequence[str], exact: Sequence[str], hints: Sequence[str]) -> str:
    """Find passages by ranked search, by rare words close together, and by names and numbers as they are written.

    In a large text an index counts and finds where patterns would read it again and again. `hints` are patterns that an
    answer of the question's kind tends to hold.
    """
    return f"""\
# {SEARCH}
import re
from itertools import permutations
from math import log

def count(word):
    if is_large:
        return len(search(word, k=1000))
    return len(grep(r"(?<!\\w)" + re.escape(word), ignore_case=True, max_matches=1000, around=0))

def close_together(one, other):
    if is_large:
        return search(one + " " + other, k=40)
    pattern = rf"(?<!\\w){{re.escape(one)}}\\w*\\W+(?:\\w+\\W+){{{{0,6}}}}{{re.escape(other)}}"
    return grep(pattern, ignore_case=True, max_matches=200, around=300)

is_large = len(context) > {LARGE_CHARACTERS}
counts = {{word: count(word) for word in {list(prefixes)!r}}}
rare = [word for word in sorted(counts, key=lambda word: counts[word]) if counts[word]][:3]
hits = list(search({" ".join(words)!r}, k=40))
for one, other in permutations(rare, 2):
    hits += close_together(one, other)
for name in {list(exact)!r}:
    hits += grep(re.escape(name), ignore_case=True, max_matches=200, around=300)

def worth(hit):
    text = hit["text"].lower()
    score = sum(log(2 + max(counts.values()) / (counts[word] + 0.5)) for word in counts if word in text)
    return score + sum(bool(re.search(hint, hit["text"])) for hint in {list(hints)!r})

found = sorted(hits, key=worth, reverse=True)
print({COUNTS_MARK!r} + repr(counts))
print(f"{FOUND_MARK}{{len(found)}}")
for hit in found[:5]:
    print(hit)"""


def ask(question: str, counts: dict[str, int]) -> str:
    """Have a worker quote from each passage."""
    head = f"{WORKER_TASK}\n\nQuestion: {' '.join(question.split())}\n{COUNTS_MARK}{counts!r}\n\n{PASSAGE_MARK}"
    return f"""\
# {ASK}
{_CHOOSE_PASSAGES}task = {head!r}
replies = llm_query_batched([task + documents[name].text[start:end] for name, start, end in passages])
for (name, start, end), reply in zip(passages, replies):
    print(f"{{name}} from {{start}}: {{str(reply)[:300]}}")
print(sum(str(reply).startswith("Error:") for reply in replies), "of", len(replies), "calls failed")"""


def read() -> str:
    """Print the best passages, to be read by the root itself."""
    return f"""\
# {READ}
{_CHOOSE_PASSAGES}for number, (name, start, end) in enumerate(passages[:{MOST_READ}]):
    print(f"{PASSAGE_LINE} {{number}} of {{name}}")
    print(documents[name].text[start:end])"""


def check(picked: Sequence[tuple[int, str]] | None) -> str:
    """Look each quote up where it should stand: what workers wrote, or what the root picked by itself."""
    candidates = (
        "[(number, line[2:].strip()) for number, reply in enumerate(replies)"
        ' for line in str(reply).splitlines() if line.startswith("> ")]'
        if picked is None
        else repr(list(picked))
    )
    return f"""\
# {CHECK}
candidates = {candidates}
quotes = {{}}
missing = 0
for number, text in candidates:
    name, start, end = passages[number]
    document = documents[name]
    pattern = r"\\s+".join(re.escape(word) for word in text.split())
    match = re.search(pattern, document.text[start:end]) if pattern else None
    if match is None:
        missing += 1
        continue
    at = start + match.start()
    page = document.page_at(at)
    around = document.text[max(at - 400, 0) : at + len(text) + 200].lower()
    near = [word for word in counts if word in around and word not in text.lower()]
    quotes.setdefault(text, (f"`{{name}}`" + (f", page {{page}}" if page else ""), near))
quotes = [(text, *rest) for text, rest in quotes.items()]
print(f"{{len(quotes)}} quotes stand in the documents, {{missing}} do not")
for number, (text, place, near) in enumerate(quotes[:45]):
    print(f"[{{number}}] {{place}}, near {{', '.join(near) or 'no other word'}}: “{{text[:360]}}”")"""


def answer(numbers: Sequence[int], closing: str) -> str:
    """Answer with some of the checked quotes."""
    return f"""\
# {ANSWER}
parts = []
for number in {list(numbers)!r}:
    text, place, _ = quotes[number]
    parts.append(f"> {{text}}\\n>\\n> — {{place}}" if "“" in text else f"> “{{text}}”\\n>\\n> — {{place}}")
parts.append(
    f"Read {{len(passages)}} passages of {{len(documents)}} documents,"
    f" checked {{len(quotes)}} quotes word for word. " + {closing!r}
)
answer["content"] = "\\n\\n".join(parts)
answer["ready"] = True"""


def plain_answer(text: str) -> str:
    """Answer with a text that holds no quotes."""
    return f"""\
# {ANSWER}
answer["content"] = {text!r}
answer["ready"] = True"""
