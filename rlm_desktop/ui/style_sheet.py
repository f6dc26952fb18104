"""The one style sheet; every colour in it comes from the theme by name."""

from string import Template


def style_sheet(colours: dict[str, str], *, is_contrast: bool = False) -> str:
    """Fill the sheet with a theme's colours; high contrast adds lines where other themes have tints."""
    return _SHEET.substitute(colours) + (_CONTRAST.substitute(colours) if is_contrast else "")


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
QToolButton[kind="quiet"]:checked { background: $selection; }
QPushButton[kind="quiet"]:focus, QToolButton[kind="quiet"]:focus { border-color: $accent; }
QToolButton[kind="tiny"] { background: transparent; border-color: transparent; padding: 0; }
QToolButton[kind="tiny"]:hover { background: $hover; }
QToolButton[kind="tiny"]:focus { border-color: $accent; }
QToolButton[kind="quiet"]::menu-indicator, QToolButton[kind="title"]::menu-indicator { image: none; }
QToolButton[kind="title"] { background: transparent; border-color: transparent; color: $muted; padding: 3px 4px; }
QToolButton[kind="title"]:hover { background: $hover; }
QToolButton[kind="title"]:focus { border-color: $accent; }
QPushButton[kind="link"] { background: transparent; border: 1px solid transparent; border-radius: 4px; color: $muted;
    padding: 1px 4px; }
QPushButton[kind="link"][ink="warn"] { color: $warn; }
QPushButton[kind="link"]:hover { background: $hover; }
QPushButton[kind="link"]:checked { background: $selection; color: $text; }
QPushButton[kind="link"]:focus { border-color: $accent; }
QPushButton[kind="way"] { background: $base; padding: 0; }
QPushButton[kind="way"]:hover { background: $window; border-color: $accent; }
QPushButton[kind="way"]:pressed { background: $raised; }
QPushButton[kind="way"]:focus { border-color: $accent; }
QProgressBar { background: $line; border: 0; border-radius: 2px; }
QProgressBar::chunk { background: $accent; border-radius: 2px; }

QDialogButtonBox, QMessageBox, QFileDialog { dialogbuttonbox-buttons-have-icons: 0; }
QFileDialog QToolButton { padding: 3px; }
QFrame[kind="hairline"] { background: $line; border: 0; }
QFrame[kind="card"] { background: $base; border: 1px solid $line; border-radius: 6px; }
QFrame[kind="banner"] { background: $warn_soft; border: 1px solid $warn; border-radius: 6px; }
QFrame[kind="strip"] { background: $raised; border: 0; border-top: 1px solid $line; }
QWidget[kind="surface"] { background: $base; }
QFrame[kind="drop"] { background: $window; border: 1px dashed $handle; border-radius: 10px; }
QFrame[kind="warning"] { background: $warn_soft; border: 1px solid $warn; border-radius: 6px; }
QFrame[kind="failure"] { background: $error_soft; border: 1px solid $error; border-radius: 6px; }
QTextEdit[kind="page"] { background: $base; color: $text; border: 1px solid $line; selection-background-color: $accent;
    selection-color: $base; }
QFrame[kind="switch"] { border: 1px solid $line; border-radius: 6px; }
QPushButton[kind="segment"] { background: transparent; color: $muted; border: 0; border-radius: 0; padding: 4px 12px; }
QPushButton[kind="segment"][place="later"] { border-left: 1px solid $line; }
QPushButton[kind="segment"][fit="tight"] { padding: 2px 0; }
QPushButton[kind="segment"]:checked { background: $selection; color: $text; }
QPushButton[kind="segment"]:hover:!checked { background: $hover; }
QPushButton[kind="segment"]:focus { color: $accent; }
QPushButton[kind="segment"]:disabled { color: $line; }

QLabel[ink="text"] { color: $text; }
QLabel[ink="muted"] { color: $muted; }
QLabel[ink="accent"] { color: $accent; }
QLabel[ink="root"] { color: $root; }
QLabel[ink="worker"] { color: $worker; }
QLabel[ink="code"] { color: $code; }
QLabel[ink="answer"] { color: $answer; }
QLabel[ink="warn"] { color: $warn; }
QLabel[ink="error"] { color: $error; }

QAbstractItemView[kind="quotes"] { background: transparent; border: 0; outline: 0; }
QAbstractItemView[kind="quotes"]::item { padding: 0 10px; border: 0; }
QAbstractItemView[kind="quotes"]::item:selected { background: $selection; color: $text; }
QAbstractItemView[kind="quotes"]::item:hover:!selected { background: $hover; }
QAbstractItemView[kind="plain"] { background: transparent; border: 0; outline: 0; }
QTextBrowser[kind="plain"] { background: transparent; border: 0; }
QScrollArea[kind="plain"] { background: transparent; border: 0; }
QSlider::groove:horizontal { background: $line; height: 3px; border-radius: 1px; }
QSlider::sub-page:horizontal { background: $accent; height: 3px; border-radius: 1px; }
QSlider::handle:horizontal { background: $accent; width: 12px; height: 12px; margin: -5px 0; border-radius: 6px; }

QComboBox[kind="inline"], QAbstractSpinBox[kind="inline"] { background: transparent; border: 1px solid transparent;
    border-radius: 4px; padding: 1px 4px; }
QComboBox[kind="inline"][ink="root"], QComboBox[kind="inline"][ink="root"] QLineEdit { color: $root; }
QComboBox[kind="inline"][ink="worker"], QComboBox[kind="inline"][ink="worker"] QLineEdit { color: $worker; }
QComboBox[kind="inline"]:hover, QAbstractSpinBox[kind="inline"]:hover { border-color: $line; background: $base; }
QComboBox[kind="inline"]:focus, QAbstractSpinBox[kind="inline"]:focus { border-color: $accent; background: $base; }
QWidget#replayBar QComboBox { padding: 1px 4px; }

QLineEdit, QPlainTextEdit[kind="field"], QComboBox, QAbstractSpinBox { background: $base; color: $text;
    border: 1px solid $line; border-radius: 6px; padding: 4px 8px; selection-background-color: $accent;
    selection-color: $base; placeholder-text-color: $muted; }
QLineEdit[kind="bare"] { background: transparent; border: 0; padding: 8px 12px; }
QLineEdit[kind="in-row"] { border-radius: 4px; padding: 0 6px; }
QLineEdit:focus, QPlainTextEdit[kind="field"]:focus, QComboBox:focus, QAbstractSpinBox:focus { border-color: $accent; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { subcontrol-origin: border; width: 0; border: 0; }
QComboBox::drop-down { border: 0; width: 16px; }
QCheckBox::indicator:unchecked { width: 12px; height: 12px; background: $base; border: 1px solid $muted;
  border-radius: 3px; }
QCheckBox::indicator:unchecked:disabled { border-color: $line; }
QCheckBox:focus { color: $accent; }
QCheckBox:disabled { color: $muted; }
QListWidget { background: $base; border: 1px solid $line; border-radius: 4px; outline: 0; }
QListWidget::item { padding: 3px 8px; color: $text; }
QListWidget::item:selected { background: $selection; color: $text; }
QListWidget:focus { border-color: $accent; }
QComboBox::down-arrow { image: url($arrow); width: 12px; height: 12px; }
QComboBox QLineEdit, QAbstractSpinBox QLineEdit { background: transparent; border: 0; padding: 0; }
QComboBox QAbstractItemView { background: $base; color: $text; border: 1px solid $line; outline: 0;
    selection-background-color: $selection; selection-color: $text; }

QTableCornerButton::section { background: $base; border: 0; border-bottom: 1px solid $line; }
QHeaderView[kind="names"] { background: $base; }
QAbstractScrollArea::corner { background: transparent; border: 0; }
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

_CONTRAST = Template("""
QPushButton:hover, QToolButton:hover, QPushButton[kind="quiet"]:hover, QToolButton[kind="quiet"]:hover,
QToolButton[kind="tiny"]:hover, QToolButton[kind="title"]:hover, QPushButton[kind="link"]:hover { border-color: $text; }
QPushButton[kind="main"]:hover { background: $accent; border-color: $text; }
QPushButton:disabled, QToolButton:disabled { border-style: dashed; }
QToolButton[kind="quiet"]:checked { border-color: $accent; }
QPushButton[kind="link"]:checked { border-color: $accent; }
QPushButton[kind="segment"]:checked { background: $accent; color: $base; }
QPushButton[kind="segment"]:focus { text-decoration: underline; }
QPushButton[kind="segment"]:focus:!checked { color: $text; }
QPushButton[kind="segment"]:disabled { color: $muted; }
QAbstractItemView[kind="quotes"]::item:selected { border-top: 2px solid $accent; border-bottom: 2px solid $accent; }
QComboBox QAbstractItemView { selection-background-color: $accent; selection-color: $base; }
QMenu::item:selected, QListWidget::item:selected { background: $accent; color: $base; }
QSlider::groove:horizontal { background: $line; }
QToolTip { border: 2px solid $text; }
""")
