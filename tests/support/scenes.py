"""All that the window can show, one scene after the other."""

from collections.abc import Callable

from PySide6.QtWidgets import QDialog

from rlm_desktop.viewmodel.detail import TABS
from rlm_desktop.viewmodel.remedies import Problem
from tests.support.dressed_window import Dressed


def scenes(user: Dressed) -> dict[str, Callable[[], object]]:
    """Name what the window can show, in an order in which each follows from the one before."""
    press, tell = user.press, user.window.tell
    return {
        "start": lambda: None,
        "start with options": lambda: user.find("unfoldOptions").setChecked(True),
        "banner": lambda: tell(Problem(text="The file could not be read. " * 6, remedy="open-files")),
        "answer": user.open_past,
        "trace": lambda: press("Ctrl+2", "e", "e"),
        **{f"tab {tab}": lambda tab=tab: user.page.panel.open_tab(tab) for tab in TABS},
        "part": lambda: press("Ctrl+2", "$", "Backspace", "f"),
        "sent": lambda: press("Ctrl+3"),
        "left": lambda: press("Ctrl+D"),
        "live": user.open_live,
        "choice": user.wait_for_an_answer,
        "palette": lambda: press("Ctrl+K"),
        "keys": lambda: press("F1"),
        "models": lambda: press("Ctrl+,"),
        "servers": lambda: turn_page(user, 1),
        "rules": lambda: turn_page(user, 2),
        "one server": lambda: turn_page(user, 3),
    }


def turn_page(user: Dressed, number: int) -> None:
    """Open the model settings at a page."""
    user.press("Ctrl+,")
    dialog = shown_dialog(user)
    dialog.switch.button(number).click()


def shown_dialog(user: Dressed) -> QDialog | None:
    """Give the dialog that is open."""
    return next((one for one in user.window.findChildren(QDialog) if one.isVisible()), None)
