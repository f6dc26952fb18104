"""What all recorded runs have spent, read in a thread whenever somebody looks."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal, Slot

from rlm_desktop.viewmodel.all_charts import all_chart
from rlm_desktop.viewmodel.chart import Chart

if TYPE_CHECKING:
    # Its module brings SQLAlchemy, which takes longer than the first paint may.
    from rlm_desktop.storage.spending import AllSpending

Told = Callable[[Any], None]
NOT_OPEN = "What is recorded cannot be read yet: the program is still starting."
READING = "Adding up what is recorded."


class Spendings(QObject):
    """Knows what is recorded, or why not. `read` is set once the database is open."""

    changed = Signal()
    _told = Signal(object)  # AllSpending | Exception

    def __init__(self, names: Callable[[], Mapping[str, str]], parent: QObject) -> None:
        super().__init__(parent)
        self._names = names
        self._read: Callable[[Told], None] | None = None
        self._known: AllSpending | None = None
        self.words = NOT_OPEN
        """Why there are no figures; empty when there are."""
        self._told.connect(self._on_told, Qt.ConnectionType.QueuedConnection)

    def open(self, read: Callable[[Told], None]) -> None:
        """From now on figures are read so; `read` gives them, or what went wrong, from a thread."""
        self._read = read

    @Slot()
    def refresh(self) -> None:
        """Read again; what was read before is shown until then."""
        if self._read is not None:
            self.words = "" if self._known is not None else READING
            self._read(self._told.emit)
        self.changed.emit()

    def chart(self, measure: str, division: str) -> Chart:
        """Make one of the charts; without figures it says why there are none."""
        if self._known is None:
            return Chart(
                title=f"{measure} {division.lower()}", axis="", unit="calls", series=(), bars=(), empty=self.words
            )
        return all_chart(self._known, self._names(), measure, division)

    @Slot(object)
    def _on_told(self, told: "AllSpending | Exception") -> None:
        if isinstance(told, Exception):
            self._known, self.words = None, str(told)
        else:
            self._known, self.words = told, ""
        self.changed.emit()
