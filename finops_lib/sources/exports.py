"""Which files of a store are the bill: those that the latest manifests name, or all where there is no manifest.

Layouts of AWS Data Exports (overwrite and create-new, both partition spellings) and of the legacy CUR.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from finops_lib.core.errors import SourceError
from finops_lib.sources.protocol import Export, Store, StoredObject

_MANIFEST: Final = re.compile(r"-manifest\.json\Z", re.IGNORECASE)
_BILL: Final = re.compile(r"\.(parquet|csv|csv\.gz|gz|zip)\Z", re.IGNORECASE)
_PARTITION: Final = re.compile(r"billing_period=(\d{4}-\d{2})", re.IGNORECASE)
_MONTHS: Final = re.compile(r"(\d{4})(\d{2})01-\d{6}01\Z")
_ATHENA: Final = re.compile(r"year=(\d{4})/month=(\d{1,2})(?:/|\Z)", re.IGNORECASE)


def find(store: Store, *, without: Collection[str] = ()) -> list[Export]:
    """The exports in a store, some files of it left out by their keys.

    Raises :class:`SourceError` where a manifest cannot be read or names a file that is not there, where deliveries of
    one month lie side by side without a manifest, and where there is no billing file at all and nothing is left out.
    """
    items = [item for item in store.list() if item.key not in without]
    manifests = [item for item in items if _MANIFEST.search(item.name)]
    if manifests:
        return [_of_manifest(store, item, items) for item in _latest(manifests)]
    files = tuple(item for item in items if _BILL.search(item.name) or (len(items) == 1 and not without))
    if not files and without:
        return []
    if not files:
        raise SourceError(
            f"{store.origin} holds no billing file.", hint="Give a Parquet, CSV, CSV.gz or zip file, or their folder."
        )
    _refuse_versions(files)
    return [Export(store.origin, files, loose=True)]


def month_of(key: str) -> str | None:
    """The billing month that a path names, ``YYYY-MM``; None where it names none."""
    if match := _PARTITION.search(key):
        return match[1]
    if match := _ATHENA.search(key):
        return f"{match[1]}-{int(match[2]):02d}"
    for part in key.split("/"):
        if match := _MONTHS.match(part):
            return f"{match[1]}-{match[2]}"
    return None


def _latest(manifests: Iterable[StoredObject]) -> list[StoredObject]:
    """One manifest for each export and month: the one in the month's own folder, else the newest execution's."""
    groups: dict[tuple[str, str, str], list[StoredObject]] = defaultdict(list)
    for item in manifests:
        head, _ = _split(item.key)
        groups[(head, month_of(item.key) or item.key, item.name.lower())].append(item)
    return [max(group, key=lambda item: (-_depth(item), item.key)) for _, group in sorted(groups.items())]


def _split(key: str) -> tuple[str, list[str]]:
    """A key's part above the month's folder, and the folders between that and the file."""
    parts = key.split("/")
    for place, part in enumerate(parts):
        if _PARTITION.fullmatch(part) or _MONTHS.match(part):
            return "/".join(parts[:place]), parts[place + 1 : -1]
    return "/".join(parts[:-1]), []


def _depth(item: StoredObject) -> int:
    return len(_split(item.key)[1])


def _of_manifest(store: Store, manifest: StoredObject, items: Sequence[StoredObject]) -> Export:
    try:
        content = json.loads(store.read(manifest.key).decode("utf-8-sig"))
    except ValueError as error:
        raise SourceError(f"The manifest {manifest.key} is not JSON.", hint="Fetch it again and pull again.") from error
    keys = _named(content, manifest)
    by_name: dict[str, list[StoredObject]] = defaultdict(list)
    for item in items:
        by_name[item.name].append(item)
    files = tuple(_resolve(key, by_name[key.rsplit("/", 1)[-1]], manifest) for key in keys)
    return Export(f"{store.origin}: {manifest.name}", files, month_of(manifest.key) or _period(content))


def _named(content: object, manifest: StoredObject) -> list[str]:
    """The keys that a manifest names: ``dataFiles`` of Data Exports, ``reportKeys`` of the legacy CUR."""
    listed = (
        next((content[k] for k in ("dataFiles", "reportKeys") if k in content), None)
        if isinstance(content, dict)
        else None
    )
    texts = [_address(entry) for entry in listed] if isinstance(listed, list) else []
    if not texts or not all(texts):
        raise SourceError(
            f"The manifest {manifest.key} names no data files that can be understood.",
            hint="Known are 'dataFiles' (Data Exports) and 'reportKeys' (legacy CUR).",
        )
    return [re.sub(r"^s3://[^/]+/", "", text) for text in texts if text]


def _address(entry: object) -> str | None:
    if isinstance(entry, str):
        return entry
    if isinstance(entry, Mapping):
        return next((str(entry[k]) for k in ("url", "uri", "key", "path", "s3Uri") if k in entry), None)
    return None


def _period(content: Mapping[str, Any]) -> str | None:
    start = (
        str(content.get("billingPeriod", {}).get("start", "")) if isinstance(content.get("billingPeriod"), dict) else ""
    )
    return f"{start[:4]}-{start[4:6]}" if re.match(r"\d{6}", start) else None


def _resolve(key: str, candidates: Sequence[StoredObject], manifest: StoredObject) -> StoredObject:
    """The stored object that a manifest's key means; a copied folder may have lost the key's first parts."""
    ranked = sorted(candidates, key=lambda item: _shared_tail(item.key, key), reverse=True)
    fits = [item for item in ranked if _shared_tail(item.key, key) == _shared_tail(ranked[0].key, key)]
    if not fits or not _same_place(fits[0].key, key, manifest.key):
        raise SourceError(
            f"The manifest {manifest.name} names {key}, which is not there.",
            hint="Copy the whole export, or wait until its delivery is complete, and pull again.",
        )
    if len(fits) > 1:
        raise SourceError(
            f"The manifest {manifest.name} names {key}, which is there twice.", hint="Pull one copy at a time."
        )
    return fits[0]


def _same_place(stored: str, named: str, manifest: str) -> bool:
    """Whether a file of the same name is the one meant: its folder fits too, or it lies beside the manifest."""
    shorter = min(len(stored.split("/")), len(named.split("/")))
    beside = stored.rpartition("/")[0] == manifest.rpartition("/")[0]
    return _shared_tail(stored, named) >= min(2, shorter) or beside


def _shared_tail(one: str, other: str) -> int:
    count = 0
    for a, b in zip(reversed(one.split("/")), reversed(other.split("/")), strict=False):
        if a.lower() != b.lower():
            break
        count += 1
    return count


def _refuse_versions(files: Sequence[StoredObject]) -> None:
    folders: dict[tuple[str, str], set[str]] = defaultdict(set)
    for item in files:
        if (month := month_of(item.key)) and not _ATHENA.search(item.key):
            head, below = _split(item.key)
            folders[(head, month)].add("/".join(below))
    for (head, month), versions in folders.items():
        if len(versions) > 1:
            raise SourceError(
                f"{head} holds {len(versions)} deliveries of {month} and no manifest tells which one stands.",
                hint="Copy the manifests too, or pull the folder of one delivery.",
            )
