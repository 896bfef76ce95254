"""Where a notebook runs: a scratch folder, and an environment without anyone's secrets."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_KEPT = re.compile(
    r"(HOME|USERPROFILE|LANG|LANGUAGE|LC_\w+|PATH|PYTHONHOME|PYTHONPATH|VIRTUAL_ENV|SYSTEMROOT|TEMP|TMP|TMPDIR"
    r"|(DY)?LD_(FALLBACK_)?LIBRARY_PATH|FONTCONFIG_(FILE|PATH)|MPLCONFIGDIR|XDG_CACHE_HOME)\Z"
)
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")  # reports are made side by side as it is
_FIXED: Final = {
    "PYTHONHASHSEED": "0",
    "MPLBACKEND": "agg",
    "TZ": "UTC",
    "PYTHONWARNINGS": "default",
    **dict.fromkeys(_ONE_THREAD, "1"),
    "JE_ARROW_MALLOC_CONF": "background_thread:false",  # a process with a second thread must not fork
}


@dataclass(frozen=True)
class Place:
    """A scratch folder and the variables that a notebook may see."""

    scratch: Path
    variables: Mapping[str, str]

    @property
    def work(self) -> Path:
        """The working directory."""
        return self.scratch / "work"

    @property
    def chatter(self) -> Path:
        """What the process of a notebook prints by itself."""
        return self.scratch / "chatter.log"

    def environment(self) -> dict[str, str]:
        """The whole environment of a notebook's process."""
        own = {"IPYTHONDIR": str(self.scratch / "ipython"), "JUPYTER_RUNTIME_DIR": str(self.scratch)}
        return clean_environment() | own | dict(self.variables)


def clean_environment() -> dict[str, str]:
    """An allow list of this process's environment, on which no billing credentials are, and what is fixed for all."""
    return {name: value for name, value in os.environ.items() if _KEPT.match(name)} | _FIXED


@contextmanager
def place(name: str, variables: Mapping[str, str]) -> Iterator[Place]:
    """A private scratch folder below the system's temporary one; those left behind by a killed run go first."""
    parent = Path(tempfile.gettempdir())
    for stale in parent.glob(f"finops-{name}-*"):
        shutil.rmtree(stale, ignore_errors=True)
    scratch = Path(tempfile.mkdtemp(prefix=f"finops-{name}-", dir=parent))
    try:
        (scratch / "work").mkdir()
        yield Place(scratch, variables)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
