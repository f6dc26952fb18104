"""Where things are: what the user stores, and what the product brings along."""

import os
from collections.abc import Mapping
from pathlib import Path

from platformdirs import user_data_path

DATA_DIR_VARIABLE = "RLM_DESKTOP_DATA_DIR"
_PACKAGE = Path(__file__).resolve().parent.parent


def data_dir(override: Path | None = None, environ: Mapping[str, str] = os.environ) -> Path:
    """Give the folder that holds all that is stored; it need not exist yet.

    The option comes first, then the variable, then the platform's own place.
    """
    named = str(override) if override is not None else environ.get(DATA_DIR_VARIABLE, "").strip()
    if named:
        return Path(named).expanduser().absolute()
    return user_data_path("rlm-desktop", appauthor=False)


def resources_dir() -> Path:
    """Give the folder of icons, prompts and samples: inside an installed package, beside it in a checkout."""
    installed = _PACKAGE / "resources"
    return installed if installed.is_dir() else _PACKAGE.parent / "resources"
