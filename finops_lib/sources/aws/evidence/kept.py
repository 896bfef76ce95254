"""The answers that a workspace keeps: a JSON file a call, each place's newest answer in it.

While AWS is asked, each answer is put into a journal as it comes, so that an interrupted pull loses none; the journal
is folded into the files at the end, or by whoever comes next.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from finops_lib.core.errors import SourceError
from finops_lib.core.files import write_json
from finops_lib.sources.aws.evidence.answer import Answer, Answers

SCHEMA: Final = "finops.evidence/1"
_JOURNAL: Final = "journal.jsonl"


class Kept:
    """The folder of a workspace that holds what AWS answered."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._journal = folder / _JOURNAL

    @property
    def files(self) -> tuple[Path, ...]:
        """Every file that an answer stands in."""
        names = sorted(self._folder.glob("*.json")) if self._folder.is_dir() else []
        return (*names, self._journal) if self._journal.is_file() else tuple(names)

    def answers(self) -> Answers:
        """All that is kept."""
        return read_all(self.files)

    def keep(self, answers: Iterable[Answer]) -> None:
        """Take in newer answers and write the files that they change."""
        before = {answer.key: answer for answer in self.answers().every}
        after = newest((*before.values(), *answers))
        groups: dict[str, list[Answer]] = defaultdict(list)
        for answer in after.values():
            groups[answer.operation].append(answer)
        changed = {key[0] for key, answer in after.items() if before.get(key) is not answer}
        changed |= {answer.operation for answer in self._journaled()}
        for operation in sorted(changed):
            self._write(operation, groups[operation])
        self._journal.unlink(missing_ok=True)

    def note(self, answer: Answer) -> None:
        """Put one answer into the journal."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        line = json.dumps({"operation": answer.operation} | answer.to_dict(), ensure_ascii=False)
        with self._journal.open("a", encoding="utf-8") as stream:
            stream.write(line + "\n")

    def fold(self) -> None:
        """Bring the journal into the files."""
        if self._journal.is_file():
            self.keep(())

    def _journaled(self) -> list[Answer]:
        return _read_journal(self._journal) if self._journal.is_file() else []

    def _write(self, operation: str, answers: Iterable[Answer]) -> None:
        ordered = sorted(answers, key=lambda answer: answer.key)
        form = {"schema": SCHEMA, "operation": operation, "answers": [answer.to_dict() for answer in ordered]}
        write_json(self._folder / f"{operation}.json", form)


def read_all(paths: Iterable[Path]) -> Answers:
    """The answers of some files, the journal's last."""
    ordered = sorted(paths, key=lambda path: (path.name == _JOURNAL, path))
    return Answers.of_all(newest(answer for path in ordered for answer in _read(path)).values())


def _read(path: Path) -> list[Answer]:
    if path.name == _JOURNAL:
        return _read_journal(path)
    try:
        content: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return [Answer.from_dict(content["operation"], entry, taken="", file=path.name) for entry in content["answers"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SourceError(
            f"{path} cannot be read: {error}.", hint="Remove it and ask AWS again: finops pull aws"
        ) from error


def _read_journal(path: Path) -> list[Answer]:
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            entry = json.loads(line)
        except ValueError:  # the last line of a process that was killed while it wrote
            continue
        found.append(Answer.from_dict(entry["operation"], entry, taken="", file=str(path)))
    return found


def newest(answers: Iterable[Answer]) -> dict[tuple[str, str, str, str], Answer]:
    """One answer a place: the newest; but a call that failed does not take away what AWS told before."""
    found: dict[tuple[str, str, str, str], Answer] = {}
    for answer in answers:
        before = found.get(answer.key)
        if before is None or _stands(answer, before):
            found[answer.key] = answer
    return found


def _stands(answer: Answer, before: Answer) -> bool:
    if answer.status == "failed" and before.answered:
        return False
    return answer.taken >= before.taken
