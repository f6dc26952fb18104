"""A run whose answer has everything that Markdown has: tables, code, lists, links, quotes, many scripts."""

from dataclasses import replace

from rlm_desktop.trace.events import AnswerGiven, Entry, EvidenceChecked
from rlm_desktop.trace.facts import Quote
from rlm_desktop.trace.texts import reference_to
from tests.support.kinds_of_runs import GivenRun, answered

RICH_ANSWER = """\
# Four harbours raised their dues

Ardvik raised them **three times**, each time “to meet the cost of *dredging* after the storm of 1980”. Lindholm
followed because “the new breakwater stood unpaid”, and Storvik “gives no reason”. See [the act](https://example.org/act?a=1&b=2),
~~not~~ [this one](file:///etc/passwd) nor ![a chart](https://example.org/chart.png); H<sub>2</sub>O and List<int>.

| Harbour | Raised | Dues |
| :-- | :-: | --: |
| Ardvik | 1981, `1984`, 1988 | 12.40 |
| Lindholm \\| Old | **1982** | 9.00 |

1. First the rules
   - a raise is *resolved*
   - not proposed
2. Then the years

   and a second paragraph of the same item
3. ```python
   def raised(year: int) -> bool:
       return year in YEARS  # <b>
   ```

7. Seven

## מה כתב מנהל הנמל?

מנהל הנמל כתב “ביום השלישי עלו האגרות” בשנת 1981, כמו harbour dues באנגלית.

- ماذا كتب مدير الميناء في رسالته؟
- 港务长在第三天写了什么？
- 📎 🇸🇪 naïve

> The Board records its thanks
> to the pilots.

---

    indented <code>

<script>alert(1)</script>
<img src="http://192.0.2.1/x.png" onerror="alert(1)">
"""
RICH_QUOTES = (
    Quote(
        text="to meet the cost of *dredging* after the storm of 1980",
        match="exact",
        document="reports/annual-1951.pdf",
        page=14,
        start=1200,
        end=1254,
        part="p. 14",
    ),
    Quote(
        text="the new breakwater stood unpaid",
        match="several",
        document="reports/annual-1952.pdf",
        page=3,
        start=40,
        end=71,
    ),
    Quote(text="gives no reason", match="none"),
    Quote(
        text="ביום השלישי עלו האגרות",
        match="exact",
        document="מכתבים/נמל.docx",
        start=3,
        end=25,
        part="chapter 2",
    ),
)


def with_answer(text: str, quotes: tuple[Quote, ...] = (), **more: object) -> GivenRun:
    """Give the answered run with another answer."""
    run = answered()
    reference = reference_to(text)
    entries = [_changed(entry, reference, quotes) for entry in run.given]
    return replace(run, given=entries, texts={**run.texts, reference.digest: text}, **more)


def rich() -> GivenRun:
    """Give the run with everything."""
    return with_answer(RICH_ANSWER, RICH_QUOTES, left_out=("The documents were left out.",))


def _changed(entry: Entry, answer: object, quotes: tuple[Quote, ...]) -> Entry:
    match entry.event:
        case AnswerGiven():
            return replace(entry, event=replace(entry.event, answer=answer))
        case EvidenceChecked():
            return replace(entry, event=replace(entry.event, quotes=quotes))
        case _:
            return entry
