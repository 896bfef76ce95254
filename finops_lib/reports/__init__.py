"""From notebooks to documents: lint, run, assemble, print, and keep what was made."""

import sys

# nbformat loads jsonschema, and that a checker of IRIs which compiles 38 grammars: 3 s in each process, for nothing.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
