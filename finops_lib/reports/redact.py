"""What must never reach an artifact: credentials, webhooks, tokens, and the paths of the machine that made it.

Applied to executed notebooks, logs and manifests before they are written, and to the text columns that a notebook
reads. A shape is masked wherever it stands; a value that is known to be secret is masked in any shape.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MASK = "[redacted]"
_MINIMUM = 6  # shorter values would mask ordinary words
_BINARY = ("image/png", "image/jpeg", "application/pdf")
_SECRET_NAME = re.compile(
    r"(?i)pass(word|wd|phrase)?$|secret|token|credential|(api|access|routing|service)_?key|external_?id|webhook"
)

_SHAPES = re.compile(
    r"""
    \b(?:AKIA|ASIA)[A-Z0-9]{16}\b                                            # AWS access key ids
  | (?<![A-Za-z0-9/+=])(?=[A-Za-z0-9/+]*[a-z])(?=[A-Za-z0-9/+]*[A-Z])(?=[A-Za-z0-9/+]*[0-9])
    [A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])                                      # AWS secret access keys
  | \b(?:IQoJb3JpZ2lu|FwoGZXIvYXdz|FQoGZXIvYXdz)[A-Za-z0-9/+=]{20,}          # AWS session tokens
  | https?://(?:hooks\.slack\.com|[\w.-]*webhook\.office\.com|[\w.-]*\.logic\.azure\.com|discord(?:app)?\.com/api/webhooks
      |events\.pagerduty\.com/integration)(?:[^\s"'<>\\]*)                   # incoming webhooks
  | \bxox[abeprs]-[A-Za-z0-9-]{10,}                                          # Slack tokens
  | \bgh[oprsu]_[A-Za-z0-9]{30,}                                             # GitHub tokens
  | -----BEGIN\ [A-Z ]*PRIVATE\ KEY-----(?:.|\n)*?(?:-----END\ [A-Z ]*PRIVATE\ KEY-----|\Z)
  | (?<=://)[^\s/:@"']+:[^\s/@"']+(?=@)                                      # user:password@host
    """,
    re.VERBOSE,
)
_BEARER = re.compile(r"(?i)\b(bearer|basic)(\s+)(?=[A-Za-z0-9._~+/-]*[0-9._~+/=-])[A-Za-z0-9._~+/-]{8,}=*")
_SIGNED = re.compile(r"(?i)\b(x-amz-(?:signature|security-token|credential)=)[^\s&\"'<>\\]+")
_NAMED = re.compile(
    r"""(?ix)
    \b([\w-]*(?:password|passwd|passphrase|secret|token|credential|api_?key|access_?key(?:_id)?|external_?id
        |(?:routing|integration|service)_key|webhook_url))
    (["']?\s*[:=]\s*["']?)
    ([^\s"',;(){}<>\\]{6,})"""
)


@dataclass(frozen=True)
class Redactor:
    """Masks secrets in text; ``known`` are values to mask wherever they stand, ``paths`` folders to show by a name."""

    known: tuple[str, ...] = ()
    paths: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, named: Mapping[str, object], paths: Mapping[str, str]) -> Redactor:
        """A redactor that knows the values of all secret-looking names in ``named`` (an environment, parameters)."""
        values = {
            str(value) for name, value in named.items() if _SECRET_NAME.search(name) and len(str(value)) >= _MINIMUM
        }
        return cls(tuple(sorted(values, key=lambda value: (-len(value), value))), dict(paths))

    def text(self, text: str) -> str:
        """``text`` with every secret masked and every known folder named."""
        for value in self.known:
            text = text.replace(value, MASK)
        for path, name in sorted(self.paths.items(), key=lambda item: -len(item[0])):
            text = text.replace(path, name)
        text = _SHAPES.sub(MASK, text)
        text = _BEARER.sub(rf"\1\2{MASK}", text)
        text = _SIGNED.sub(rf"\1{MASK}", text)
        return _NAMED.sub(lambda found: found[1] + found[2] + MASK, text)

    def value(self, value: Any) -> Any:
        """The same for every string in a JSON-able value; keys stay, and so do pictures."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {key: item if key in _BINARY else self.value(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.value(item) for item in value]
        return value
