"""Which page each tab of the detail gets."""

from PySide6.QtWidgets import QWidget

from rlm_desktop.ui.context_page import ContextPage
from rlm_desktop.ui.detail_page import CardTab, DetailPage
from rlm_desktop.ui.variables_page import VariablesPage
from rlm_desktop.viewmodel.detail import Tab


def make_page(tab: Tab, parent: QWidget) -> DetailPage:
    """Make the page of a tab."""
    match tab:
        case "Context":
            return ContextPage(parent)
        case "Variables":
            return VariablesPage(parent)
        case _:
            return CardTab(tab, parent)
