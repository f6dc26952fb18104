"""What the user keeps on this computer: text of some folders goes to no model elsewhere."""

import os
from collections.abc import Iterable, Sequence
from functools import cache

from rlm_desktop.corpus.stored import StoredCorpus
from rlm_desktop.lm.endpoints import THIS_COMPUTER
from rlm_desktop.service.errors import Refused
from rlm_desktop.trace.facts import ModelFacts


def refuse_leaving(corpus: StoredCorpus, models: Iterable[ModelFacts], local_only: Sequence[str]) -> None:
    """Raise `Refused` when a document of a local-only folder would be read by a run that asks a model elsewhere.

    Links are followed, in the folders' paths and in the documents'. Takes a moment for many documents.
    """
    away = [facts for facts in models if facts.goes_to != THIS_COMPUTER]
    if not (away and local_only):
        return
    found = _first_below((document.path for document in corpus.documents), [_real(folder) for folder in local_only])
    if found is None:
        return
    document, folder = found
    raise Refused(
        f"{document} lies in {folder}, whose text is to stay on this computer, but {away[0].name} would send it to "
        f"{away[0].goes_to}. Choose models on this computer, leave the document out, or change the folder's rule."
    )


def _first_below(paths: Iterable[str], folders: Sequence[str]) -> tuple[str, str] | None:
    real_folder = cache(_real)
    for path in paths:
        head, name = os.path.split(path)
        real = _real(path) if os.path.islink(path) else os.path.join(real_folder(head), name)  # noqa: PTH114, PTH118
        for folder in folders:
            if real == folder or real.startswith(folder.rstrip(os.sep) + os.sep):
                return path, folder
    return None


def _real(path: str) -> str:
    return os.path.realpath(os.path.expanduser(path))  # noqa: PTH111
