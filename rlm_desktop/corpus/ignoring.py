"""What .gitignore files leave out."""

import os
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from pathspec import GitIgnoreSpec

RULES_NAME = ".gitignore"
MOST_RULES_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class _Rules:
    folder: str
    spec: GitIgnoreSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class IgnoreRules:
    """The rules in force inside a folder; those nearest to a file decide, as in git."""

    _rules: tuple[_Rules, ...] = ()
    hits: Counter[str] = field(default_factory=Counter)
    """How many files or folders each rules file left out, shared by all folders of a walk."""

    @property
    def has_rules(self) -> bool:
        """Whether any rules are in force."""
        return bool(self._rules)

    def entering(self, folder: str) -> Self:
        """Give the rules in force inside this folder."""
        try:
            with Path(folder, RULES_NAME).open("rb") as file:
                lines = file.read(MOST_RULES_BYTES).decode("utf-8", "replace").splitlines()
        except OSError:
            return self
        added = _Rules(folder, GitIgnoreSpec.from_lines(lines))
        return type(self)(_rules=(added, *self._rules), hits=self.hits)

    def leave_out(self, path: str, *, is_folder: bool) -> bool:
        """Say whether the rules leave this path out, and count it when they do."""
        for rules in self._rules:
            inside = path[len(rules.folder) :].replace(os.sep, "/").lstrip("/") + ("/" if is_folder else "")
            verdict = rules.spec.check_file(inside).include
            if verdict is not None:
                if verdict:
                    self.hits[f"{rules.folder}{os.sep}{RULES_NAME}"] += 1
                return verdict
        return False
