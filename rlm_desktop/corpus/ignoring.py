"""What .gitignore files leave out."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from pathspec import GitIgnoreSpec

RULES_NAME = ".gitignore"


@dataclass(frozen=True, slots=True)
class _Rules:
    folder: Path
    spec: GitIgnoreSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class IgnoreRules:
    """The rules in force inside a folder; those nearest to a file decide, as in git."""

    _rules: tuple[_Rules, ...] = ()
    hits: Counter[Path] = field(default_factory=Counter)
    """How many files or folders each rules file left out, shared by all folders of a walk."""

    def entering(self, folder: Path) -> Self:
        """Give the rules in force inside this folder."""
        try:
            lines = (folder / RULES_NAME).read_text("utf-8", "replace").splitlines()
        except OSError:
            return self
        added = _Rules(folder, GitIgnoreSpec.from_lines(lines))
        return type(self)(_rules=(added, *self._rules), hits=self.hits)

    def leave_out(self, path: Path, *, is_folder: bool) -> bool:
        """Say whether the rules leave this path out, and count it when they do."""
        for rules in self._rules:
            inside = path.relative_to(rules.folder).as_posix() + ("/" if is_folder else "")
            verdict = rules.spec.check_file(inside).include
            if verdict is not None:
                if verdict:
                    self.hits[rules.folder / RULES_NAME] += 1
                return verdict
        return False
