"""From a folder to a workspace: find finops.toml, read it over the defaults, say what is wrong in one sentence."""

from __future__ import annotations

import difflib
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from finops_lib.core.errors import ConfigError
from finops_lib.core.periods import Period
from finops_lib.settings.model import Settings

FILE = "finops.toml"
EVIDENCE = "evidence/"
_DEFAULTS = Path(__file__).with_name("defaults.toml")


@dataclass(frozen=True)
class Setting:
    """One resolved value and the file that it came from."""

    value: object
    origin: str


@dataclass(frozen=True)
class Workspace:
    """One client's folder: settings, warehouse, notebooks and runs."""

    root: Path
    settings: Settings
    origins: Mapping[str, str]

    @classmethod
    def open(cls, root: Path) -> Workspace:
        """Read the workspace in ``root``; raises :class:`ConfigError` where it is missing or wrong."""
        path = root / FILE
        if not path.is_file():
            raise ConfigError(
                f"{root} is not a workspace: it has no {FILE}.", hint="Make one with: finops init DIR --name NAME"
            )
        given, defaults = _parse(path), _parse(_DEFAULTS)
        settings = _validate(_merge(defaults, given), path)
        origins = {key: str(path.name) for key, _ in _leaves(given)}
        return cls(root.resolve(), settings, origins)

    @classmethod
    def find(cls, start: Path) -> Workspace:
        """The nearest workspace at ``start`` or above it."""
        start = start.resolve()
        for folder in (start, *start.parents):
            if (folder / FILE).is_file():
                return cls.open(folder)
        raise ConfigError(
            f"No workspace at {start} or above it.",
            hint="Give one with --workspace DIR, or make one with: finops init DIR --name NAME",
        )

    @property
    def warehouse(self) -> Path:
        """Landed snapshots, canonical tables and marts."""
        return self.root / "warehouse"

    @property
    def runs(self) -> Path:
        """Executed notebooks and PDFs."""
        return self.root / "runs"

    @property
    def notebooks(self) -> Path:
        """The client's own copies of the notebooks."""
        return self.root / "notebooks"

    @property
    def papers(self) -> dict[str, Path]:
        """The client's own files: ``budgets``, ``kpis``; raises :class:`ConfigError` for one that is gone."""
        named = {"budgets": self.settings.budgets.file, "kpis": self.settings.kpis.file}
        found = {name: self.root / file for name, file in named.items() if file}
        for name, path in found.items():
            if not path.is_file():
                raise ConfigError(f"{FILE}: {name}.file names {path}, which is no file.", hint="Mend the path.")
        return found

    @property
    def ledger(self) -> Path:
        """The client's ledger of savings; it may not be there yet."""
        return self.root / self.settings.scorecard.ledger

    def aws_answers(self, period: Period) -> Path:
        """Where AWS's own figures of a month are kept once it was asked: ``finops cross-check``."""
        return self.warehouse / "aws" / f"{period}.json"

    @property
    def evidence(self) -> Path:
        """Where AWS's answers about resources are kept: ``finops pull aws``, or a pull of files that hold them."""
        return self.warehouse / "evidence"

    def papers_of(self, period: Period) -> dict[str, Path]:
        """The papers that a report of a month reads: the client's own, and those that AWS's answers are kept in.

        ``ledger`` are its savings; ``aws`` AWS's own figures of the month; those whose names begin with ``evidence/``
        tell of resources.
        """
        kept, own = self.aws_answers(period), self.papers
        own |= {"ledger": self.ledger} if self.ledger.is_file() else {}
        told = sorted(self.evidence.glob("*.json*")) if self.evidence.is_dir() else []
        evidence = {f"{EVIDENCE}{path.stem}": path for path in told}
        return own | ({"aws": kept} if kept.is_file() else {}) | evidence

    def resolved(self) -> dict[str, Setting]:
        """Every setting by its dotted name. Secrets are shown as their reference."""
        leaves = _leaves(self.settings.model_dump(mode="json"))
        return {key: Setting(value, self._origin(key)) for key, value in leaves}

    def _origin(self, key: str) -> str:
        return self.origins.get(key, "default")


def slugify(name: str) -> str:
    """A folder name from a client's name: lower-case ASCII letters, digits and dashes."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "client"


def _parse(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is not valid TOML: {error}.", hint="Mend that line and run again.") from error


def _merge(defaults: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(defaults)
    for key, value in given.items():
        below = defaults.get(key)
        merged[key] = _merge(below, value) if isinstance(below, Mapping) and isinstance(value, Mapping) else value
    return merged


def _validate(content: dict[str, Any], path: Path) -> Settings:
    try:
        settings = Settings.model_validate(content)
    except ValidationError as error:
        raise _explain(error, path) from None
    if settings.client.slug:
        return settings
    client = settings.client.model_copy(update={"slug": slugify(settings.client.name)})
    return settings.model_copy(update={"client": client})


def _explain(error: ValidationError, path: Path) -> ConfigError:
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"] if not str(part).startswith(("literal", "tuple", "constrained")))
    if first["type"] == "extra_forbidden":
        near = difflib.get_close_matches(key.rsplit(".", 1)[-1], _known_names(Settings), n=1)
        hint = f"Did you mean '{near[0]}'?" if near else "See docs/reference/settings.md for the known settings."
        return ConfigError(f"{path.name}: unknown setting '{key}'.", hint=hint)
    if first["type"] == "missing":
        return ConfigError(f"{path.name}: '{key}' is missing.", hint=f"Add it to {path}.")
    return ConfigError(f"{path.name}: '{key}' is wrong: {first['msg']}.", hint=f"Mend it in {path}.")


def _known_names(model: type[BaseModel]) -> list[str]:
    names: list[str] = []
    for name, field in model.model_fields.items():
        names.append(name)
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            names += _known_names(field.annotation)
    return names


def _leaves(value: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, object]]:
    for key, item in value.items():
        if isinstance(item, Mapping):
            yield from _leaves(item, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", item
