"""The one style sheet; every colour in it comes from the theme by name."""

from string import Template


def style_sheet(colours: dict[str, str]) -> str:
    """Fill the sheet with a theme's colours."""
    return _SHEET.substitute(colours)


_SHEET = Template("""
QToolTip { background: $raised; color: $text; border: 1px solid $line; padding: 4px; }
QSplitter::handle { background: $line; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }

QPushButton, QToolButton { background: $raised; color: $text; border: 1px solid $line; border-radius: 6px;
    padding: 5px 12px; }
QPushButton:hover, QToolButton:hover { border-color: $handle; background: $hover; }
QPushButton:pressed, QToolButton:pressed { background: $line; }
QPushButton:focus, QToolButton:focus { border-color: $accent; }
QPushButton:disabled, QToolButton:disabled { color: $muted; background: $window; }
QPushButton[kind="main"] { background: $accent; color: $base; border-color: $accent; padding: 5px 16px; }
QPushButton[kind="main"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[kind="main"]:focus { border-color: $text; }
QPushButton[kind="stop"] { background: transparent; color: $error; border-color: $error; }
QPushButton[kind="stop"]:hover { background: $error_soft; }
QPushButton[kind="quiet"], QToolButton[kind="quiet"] { background: transparent; border-color: transparent;
    padding: 4px 8px; }
QPushButton[kind="quiet"]:hover, QToolButton[kind="quiet"]:hover { background: $hover; }
QPushButton[kind="quiet"]:focus, QToolButton[kind="quiet"]:focus { border-color: $accent; }
QToolButton[kind="quiet"]::menu-indicator { image: none; }

QLineEdit, QPlainTextEdit[kind="field"], QComboBox, QAbstractSpinBox { background: $base; color: $text;
    border: 1px solid $line; border-radius: 6px; padding: 4px 8px; selection-background-color: $accent;
    selection-color: $base; }
QLineEdit:focus, QPlainTextEdit[kind="field"]:focus, QComboBox:focus, QAbstractSpinBox:focus { border-color: $accent; }
QComboBox QAbstractItemView { background: $base; color: $text; border: 1px solid $line; outline: 0;
    selection-background-color: $selection; selection-color: $text; }

QScrollBar { background: transparent; border: 0; margin: 0; }
QScrollBar:vertical { width: 10px; }
QScrollBar:horizontal { height: 10px; }
QScrollBar::handle { background: $handle; border-radius: 3px; margin: 2px; min-height: 28px; min-width: 28px; }
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page { background: transparent;
    border: 0; width: 0; height: 0; }

QMenu { background: $base; color: $text; border: 1px solid $line; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 12px; border-radius: 4px; }
QMenu::item:selected { background: $selection; color: $text; }
QMenu::item:disabled { color: $muted; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }
""")
