"""The process that makes the skeleton of one large run, so that no window stands still meanwhile.

It is given the data folder and the run. It says with lines of JSON how far it is, `{"done", "total"}`, or why the run
cannot be read, `{"damaged"}`; once it has ended well the skeleton is kept. It gives up as soon as its standard input
ends.
"""

import gc
import sys
from collections.abc import Sequence
from pathlib import Path

from rlm_desktop.process_lines import Telling, say
from rlm_desktop.storage.database import FILE_NAME, Database
from rlm_desktop.storage.errors import Damaged, StorageError
from rlm_desktop.storage.skeletons import Skeletons
from rlm_desktop.trace.ids import RunId


def main(words: Sequence[str]) -> int:
    """Make the skeleton of the run that the second word names; gives the exit status."""
    data_dir, run = words
    # What is made here lives until the end: looking for what might be freed took an eighth of the time.
    gc.disable()
    telling = Telling()
    try:
        database = Database.open(Path(data_dir) / FILE_NAME)
        Skeletons(database).make(RunId(run), telling.is_over, telling.tell)
        database.close()
    except Damaged as error:
        say(damaged=str(error))
        return 2
    except StorageError as error:
        print(error, file=sys.stderr)  # noqa: T201 -- its starter puts it into the log
        return 1
    return 0
