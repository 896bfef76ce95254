"""``runs/<client>/<period>/index.html``: the month's documents on one page, for a person with a browser."""

from __future__ import annotations

import html
from pathlib import Path

from finops_lib.core import locks
from finops_lib.core.files import write_atomic
from finops_lib.core.periods import Period
from finops_lib.reports.runs import Standing, standing

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; margin: 3rem auto; max-width: 60rem; padding: 0 1rem; color: #1c2430; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ text-align: left; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid #d8dde4; }}
th {{ font-weight: 600; }} code {{ color: #5a6675; }}
</style>
<h1>{title}</h1>
<table>
<thead>
<tr><th scope="col">Scope</th><th scope="col">Name</th><th scope="col">Documents</th><th scope="col">Run</th></tr>
</thead>
<tbody>
{rows}
</tbody>
</table>
</html>
"""


def write(root: Path, client: str, period: str) -> None:
    """Write the page anew from the runs that stand; nothing where there are none or nothing changed."""
    with locks.held(root / ".staging" / "index.lock"):
        runs = standing(root, client, period)
        if not runs:
            return
        page, path = _page(runs, period), root / client / period / "index.html"
        if not path.is_file() or path.read_text(encoding="utf-8") != page:
            write_atomic(path, page)


def _page(runs: tuple[Standing, ...], period: str) -> str:
    title = f"{runs[0].manifest['client']['name']}: reports for {Period.parse(period).label}"
    return _PAGE.format(title=html.escape(title), rows="\n".join(_row(run) for run in runs))


def _row(run: Standing) -> str:
    scope = run.manifest["scope"]
    documents = [item["path"] for item in run.manifest["artifacts"] if item["path"].endswith(".pdf")]
    links = " · ".join(_link(f"{run.key.scope}/{run.key.run_id}/{path}", path) for path in documents)
    cells = (html.escape(scope["id"]), html.escape(scope["name"] or "–"), links, f"<code>{run.key.run_id}</code>")
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _link(target: str, text: str) -> str:
    return f'<a href="{html.escape(target, quote=True)}">{html.escape(text)}</a>'
