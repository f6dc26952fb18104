"""The models that can be used: where text goes, prices, windows, badges; chosen, tested and priced here."""

from dataclasses import replace

from PySide6.QtCore import QLocale, Slot
from PySide6.QtGui import QDoubleValidator
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from rlm_desktop.service.model_messages import ModelListed, ModelTested
from rlm_desktop.settings.preferences import PriceChoice
from rlm_desktop.ui.cell_table import CellTable
from rlm_desktop.ui.flow import Flow
from rlm_desktop.ui.parts import Words, action_button, amount
from rlm_desktop.ui.theme import BETWEEN, GRID, INSIDE, small_font
from rlm_desktop.viewmodel.asking import Asking
from rlm_desktop.viewmodel.cards import Cell, TableBody
from rlm_desktop.viewmodel.models import Models, price_cells, tested_words, window_words

_HEADINGS = ("Model", "Text goes to", "In", "Cached", "Out", "Window", "Test", "Used as")
_ABOUT = (
    "Found on this computer, on servers you added, and at providers whose key is there. Prices are per million tokens."
)


class ModelsPage(QWidget):
    """One table, and what can be done with the row that is selected."""

    def __init__(self, asking: Asking, models: Models, parent: QWidget) -> None:
        super().__init__(parent)
        self._asking, self._models = asking, models
        self._shown: list[ModelListed] = []
        self._priced = ""
        self.filter = QLineEdit(self)
        self.table = CellTable("modelsTable", "Models", self)
        self.said = Words(self, "muted")
        self.as_root = action_button(self, "Use as root", "useAsRoot", self._on_root)
        self.as_worker = action_button(self, "Use as worker", "useAsWorker", self._on_worker)
        self.as_other = action_button(self, "Allow in code", "allowInCode", self._on_other)
        self.as_stronger = action_button(self, "Take over after failures", "useAsStronger", self._on_stronger)
        self.test = action_button(self, "Test", "testModel", self._on_test)
        self.refresh_button = action_button(self, "Look again", "lookAgain", self._models.refresh)
        self.prices = [self._price(words) for words in ("input", "cached input", "output")]
        self.price = action_button(self, "Set price", "setPrice", self._on_price)
        self._build()
        models.changed.connect(self.refresh)
        models.tested.connect(self._on_tested)
        asking.changed.connect(self.refresh)
        self.refresh()

    def _price(self, words: str) -> QLineEdit:
        edit = QLineEdit(self)
        edit.setAccessibleName(f"Price of {words}, dollars per million tokens")
        edit.setPlaceholderText(f"$ {words}")
        validator = QDoubleValidator(0.0, 100_000.0, 6, edit)
        validator.setNotation(QDoubleValidator.Notation.StandardNotation)
        validator.setLocale(QLocale.c())
        edit.setValidator(validator)
        return edit

    def _build(self) -> None:
        self.filter.setPlaceholderText("Filter")
        self.filter.setAccessibleName("Filter the models")
        self.filter.textChanged.connect(self.refresh)
        self.table.selectionModel().currentRowChanged.connect(self._on_selected)
        for edit in self.prices:
            edit.returnPressed.connect(self.price.click)
        self.said.setWordWrap(True)
        self.said.setFont(small_font())
        about = Words(self, "muted", _ABOUT)
        about.setFont(small_font())
        about.setWordWrap(True)
        top, uses, prices = QHBoxLayout(), QWidget(self), QWidget(self)
        top.addWidget(about, 1)
        top.addWidget(self.filter)
        top.addWidget(self.refresh_button)
        buttons = (self.as_root, self.as_worker, self.as_other, self.as_stronger, self.test)
        for holder, widgets in ((uses, buttons), (prices, (*self.prices, self.price))):
            flow = Flow(holder, INSIDE, GRID)
            for widget in widgets:
                flow.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(BETWEEN)
        column.addLayout(top)
        column.addWidget(self.table, 1)
        column.addWidget(uses)
        column.addWidget(prices)
        column.addWidget(self.said)

    @property
    def selected(self) -> ModelListed | None:
        """The model of the selected row."""
        row = self.table.currentIndex().row()
        return self._shown[row] if 0 <= row < len(self._shown) else None

    @Slot()
    def refresh(self) -> None:
        """Show what is known now; the selection stays with its model."""
        chosen = self.selected
        wanted = self.filter.text().strip().casefold()
        self._shown = [one for one in self._models.listed.models if wanted in f"{one.name} {one.goes_to}".casefold()]
        self.table.show_body(TableBody(rows=tuple(map(self._row, self._shown)), headings=_HEADINGS, stretch=0))
        names = [one.name for one in self._shown]
        if chosen is not None and chosen.name in names:
            self.table.selectRow(names.index(chosen.name))
        self._on_selected()

    def _row(self, model: ModelListed) -> tuple[Cell, ...]:
        testing = model.name in self._models.under_test
        badge = "testing…" if testing else (model.badge or "")
        tint = {"root-capable": "answer", "worker-only": "worker", "unsuitable": "error"}.get(badge, "muted")
        return (
            Cell(text=model.name),
            Cell(text=model.goes_to, tint="muted" if model.is_local else "warn"),
            *(Cell(text=words, is_figure=True) for words in price_cells(model)),
            Cell(text=window_words(model), is_figure=True),
            Cell(text=badge, tint=tint),  # type: ignore[arg-type]
            Cell(text=self._uses(model.name), tint="accent"),
        )

    def _uses(self, name: str) -> str:
        kept = self._asking.preferences
        uses = (
            ("root", kept.root == name),
            ("worker", kept.worker == name),
            ("in code", name in kept.others),
            ("takes over", kept.stronger_root == name),
        )
        return ", ".join(word for word, is_so in uses if is_so)

    @Slot()
    def _on_selected(self) -> None:
        model, kept = self.selected, self._asking.preferences
        for button in (self.as_root, self.as_worker, self.as_other, self.as_stronger, self.test, self.price):
            button.setEnabled(model is not None)
        if model is None:
            return
        self.as_other.setText("Allow no more in code" if model.name in kept.others else "Allow in code")
        is_stronger = kept.stronger_root == model.name
        self.as_stronger.setText("Take over no more" if is_stronger else "Take over after failures")
        self.test.setEnabled(model.name not in self._models.under_test)
        if model.name != self._priced:
            self._show_price(model.name)

    def _show_price(self, name: str) -> None:
        """Fill in what was entered for a model; what is being typed for the same one stays."""
        self._priced = name
        entered = next((one for one in self._asking.preferences.prices if one.model == name), None)
        values = (entered.input_usd, entered.cached_input_usd, entered.output_usd) if entered else (None, None, None)
        for edit, value in zip(self.prices, values, strict=True):
            edit.setText("" if value is None else f"{value:g}")

    @Slot()
    def _on_root(self) -> None:
        if self.selected is not None:
            self._asking.choose(root=self.selected.name, has_chosen_models=True)

    @Slot()
    def _on_worker(self) -> None:
        if self.selected is not None:
            self._asking.choose(worker=self.selected.name, has_chosen_models=True)

    @Slot()
    def _on_other(self) -> None:
        model, others = self.selected, self._asking.preferences.others
        if model is not None:
            rest = tuple(name for name in others if name != model.name)
            self._asking.choose(others=rest if model.name in others else (*others, model.name))

    @Slot()
    def _on_stronger(self) -> None:
        if self.selected is not None:
            is_it = self._asking.preferences.stronger_root == self.selected.name
            self._asking.choose(stronger_root="" if is_it else self.selected.name)

    @Slot()
    def _on_test(self) -> None:
        if self.selected is not None:
            self.said.set_role("muted")
            self.said.setText(f"{self.selected.name} is asked a few things; this costs some cents at most.")
            self._models.test(self.selected.name)

    @Slot(object)
    def _on_tested(self, tested: ModelTested) -> None:
        self.said.set_role("error" if tested.problem or tested.badge == "unsuitable" else "text")
        self.said.setText(tested_words(tested))

    @Slot()
    def _on_price(self) -> None:
        model, kept = self.selected, self._asking.preferences
        if model is None:
            return
        asked, cached, told = (amount(edit) for edit in self.prices)
        rest = tuple(one for one in kept.prices if one.model != model.name)
        if asked is None and told is None:
            self._asking.choose(prices=rest)
        elif asked is None or told is None:
            self.said.set_role("error")
            self.said.setText("A price has two parts: give both, for input and for output; none for the list's.")
            return
        else:
            entered = PriceChoice(model=model.name, input_usd=asked, output_usd=told)
            self._asking.choose(prices=(*rest, replace(entered, cached_input_usd=cached)))
        self._models.refresh()
