"""All that the window can show, one scene after the other."""

from collections.abc import Callable

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog

from rlm_desktop.service.messages import DocumentText
from rlm_desktop.trace.ids import RunId
from rlm_desktop.trace.texts import TextRef
from rlm_desktop.ui.export_dialog import ExportDialog
from rlm_desktop.viewmodel.comparison.comparing import Reading
from rlm_desktop.viewmodel.detail import TABS
from rlm_desktop.viewmodel.document_rows import DocumentRow
from rlm_desktop.viewmodel.history_items import HistoryRow
from rlm_desktop.viewmodel.remedies import Problem
from tests.support.compared_runs import other_run
from tests.support.dressed_window import Dressed
from tests.support.sample_runs import QUESTION, harbour_run

_TEXT = "The dues on tonnage were raised in March.\n" * 400
_MOST_WAITS = 250


class Pairs:
    """The sample run and another one, as a shelf would read them."""

    def __init__(self) -> None:
        self._runs = {"sample": harbour_run(), "other": other_run()}

    def look(self, run: RunId, after: int, tell: Callable[[Reading], None], _is_left: Callable[[], bool]) -> None:
        """Give all of a run at once."""
        tell(Reading(run=run, after=after, entries=tuple(self._runs[run][0])))

    def text(self, reference: TextRef) -> str:
        """Give a text of either run."""
        return next(texts[reference.digest] for _, texts in self._runs.values() if reference.digest in texts)


def scenes(user: Dressed) -> dict[str, Callable[[], object]]:
    """Name what the window can show, in an order in which each follows from the one before."""
    press, tell = user.press, user.window.tell
    return {
        "start": lambda: None,
        "start with options": lambda: user.find("unfoldOptions").setChecked(True),
        "banner": lambda: tell(Problem(text="The file could not be read. " * 6, remedy="open-files")),
        "documents": lambda: list_documents(user),
        "left": lambda: press("Ctrl+D"),
        "document": lambda: show_document(user),
        "answer": user.open_past,
        "trace": lambda: press("Ctrl+2", "e", "e"),
        **{f"tab {tab}": lambda tab=tab: user.page.panel.open_tab(tab) for tab in TABS},
        "grid": lambda: show_grid(user),
        "note": lambda: press("Escape", "m"),
        "part": lambda: press("Ctrl+2", "$", "Backspace", "f"),
        "sent": lambda: press("Ctrl+3"),
        "charts": lambda: press("Ctrl+4"),
        "comparison": lambda: compare(user),
        "live": user.open_live,
        "choice": user.wait_for_an_answer,
        "palette": lambda: press("Ctrl+K"),
        "keys": lambda: press("?"),
        "guide": lambda: press("F1"),
        "charts of all": lambda: press("Ctrl+Shift+G"),
        "compare with": lambda: press("Ctrl+Shift+D"),
        "export": lambda: ExportDialog(QUESTION, "answer-md", user.window).open(),
        "models": lambda: press("Ctrl+,"),
        "servers": lambda: turn_page(user, 1),
        "rules": lambda: turn_page(user, 2),
        "one server": lambda: turn_page(user, 3),
        "closing": user.window.close,
    }


def show_grid(user: Dressed) -> None:
    """Go to the fan-out of forty calls."""
    nodes = user.shown.items.trace.nodes
    user.press("Ctrl+2")
    user.trace.go_to(next(node for node in nodes if nodes[node].kind == "batch" and len(nodes[node].children) == 40))
    user.page.panel.open_tab("Story")


def list_documents(user: Dressed) -> None:
    """Fill the lists at the left."""
    asking = user.parts.asking
    rows = [
        DocumentRow(path=f"/r/{n}.pdf", name=f"annual-19{n}.pdf", folder="r", state="ready", kind="pdf", pages=80)
        for n in range(50, 70)
    ]
    rows.append(DocumentRow(path="/r/bad.pdf", name="bad.pdf", folder="r", state="failed", reason="It is locked."))
    asking.give(["/r"])
    asking.documents.note(rows)
    runs = (("sample", "answered"), ("other", "partial"), ("last", "interrupted"))
    told = {"title": QUESTION, "cost": "$0.16", "seconds": 125.0, "calls": 9}
    user.parts.history.show([HistoryRow(run=RunId(run), status=status, **told) for run, status in runs])


def show_document(user: Dressed) -> None:
    """Open a document as a model sees it."""
    preview = user.window.preview
    preview.open(next(row for row in user.parts.asking.documents.rows() if row.name == "annual-1950.pdf"))
    preview.take(DocumentText(request=1, text=_TEXT, start=0, characters_in_all=900_000, page_starts=(0, 4_000)))


def compare(user: Dressed) -> None:
    """Put two runs side by side."""
    comparing = user.page.comparing
    comparing.source = Pairs()
    comparing.begin(RunId("sample"), RunId("other"))
    for _ in range(_MOST_WAITS):
        if comparing.items.comparison is not None:
            break
        QTest.qWait(20)


def turn_page(user: Dressed, number: int) -> None:
    """Open the model settings at a page."""
    user.press("Ctrl+,")
    dialog = shown_dialog(user)
    dialog.switch.button(number).click()


def shown_dialog(user: Dressed) -> QDialog | None:
    """Give the dialog that is open."""
    return next((one for one in user.window.findChildren(QDialog) if one.isVisible()), None)
