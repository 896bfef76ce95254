"""A run's own log: JSON lines, redacted as they are written."""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from finops_lib.reports.redact import Redactor

NAME = "log.jsonl"


class _JsonLines(logging.FileHandler):
    def __init__(self, path: Path, redactor: Redactor) -> None:
        super().__init__(path, encoding="utf-8")
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        time = dt.datetime.fromtimestamp(record.created, tz=dt.UTC).isoformat(timespec="milliseconds")
        message = record.getMessage()
        if record.exc_info:
            message += "\n" + logging.Formatter().formatException(record.exc_info)
        line = {"time": time, "level": record.levelname, "logger": record.name, "message": self._redactor.text(message)}
        return json.dumps(line, ensure_ascii=False)


@contextmanager
def kept(folder: Path, redactor: Redactor) -> Iterator[None]:
    """Keep in ``folder`` what the library tells and what others warn of, Python warnings included."""
    handler = _JsonLines(folder / NAME, redactor)
    root, own = logging.getLogger(), logging.getLogger("finops_lib")
    before = own.level
    root.addHandler(handler)
    own.setLevel(logging.INFO)
    logging.captureWarnings(True)
    try:
        yield
    finally:
        logging.captureWarnings(False)
        own.setLevel(before)
        root.removeHandler(handler)
        handler.close()
