from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from presentation.overview_samples import overview
from reports.overview_document import cover, notebook

from finops_lib.core.errors import NotebookError, RenderError
from finops_lib.reports.assemble import assemble

ERROR = {"cell": "analysis", "kind": "KeyError", "message": "No charges in <2026-10>."}
RECORD: dict[str, Any] = {
    "bills_read": [{"period": "2026-09", "files": 1}, {"period": "2026-10", "files": 2}],
    "settings": {"reports.paper": {"value": "A4", "origin": "default"}, "tags.keys": {"value": [], "origin": "x"}},
    "nothing": {},
}


class Page(HTMLParser):
    """Headings, anchors, links and attributes of a document."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def values(self, tag: str, name: str) -> list[str | None]:
        return [attrs.get(name) for kind, attrs in self.tags if kind == tag]


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return notebook(tmp_path_factory.mktemp("run"), overview())


def text(html: str) -> str:
    body = re.sub(r"<style.*?</style>", "", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).replace("\u00a0", " ").replace("\u202f", " ").split())


def test_the_executive_document(executed: Path) -> None:
    result = overview()
    html = assemble([executed], "executive", cover(result))
    page, words = Page(html), text(html)
    assert page.values("html", "lang") == ["en"]
    assert "<title>Harbor Lines: Executive report, Organization, October 2026</title>" in html
    assert "Final: AWS has closed the bill" in words
    assert "Effective cost, amortized: commitments spread over their term" in words
    assert "Run id 3f9ac1d2e4b5" in words
    assert "Prepared on data to 31 October 2026" in words
    assert "The organization cost 38.1 k USD in October 2026" in words
    assert not {"script", "iframe", "link", "pre"} & {tag for tag, _ in page.tags}
    assert "wb.save" not in html
    assert "Notebook cell" not in words
    assert "Appendix" not in words


def test_contents_lead_to_headings_in_order(executed: Path) -> None:
    page = Page(assemble([executed], "technical", cover(overview(), "Technical report")))
    links = [str(link)[1:] for link in page.values("a", "href")]
    anchors = [attrs["id"] for tag, attrs in page.tags if tag in ("h1", "h2") and attrs.get("id")]
    assert [anchor for anchor in anchors if anchor in links] == links
    assert links[0] == "overview-1"
    assert links[-1] == "appendix"
    assert len(set(anchors)) == len(anchors)


def test_every_picture_has_a_message_and_every_head_a_scope(executed: Path) -> None:
    page = Page(assemble([executed], "technical", cover(overview())))
    assert all(len(str(alt)) > 30 for alt in page.values("img", "alt"))
    assert set(page.values("th", "scope")) == {"col", "row"}
    assert all(str(source).startswith("data:image/svg+xml;base64,") for source in page.values("img", "src"))
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert all(after <= before + 1 for before, after in zip([0, *levels], levels, strict=False))


def test_the_technical_document_names_cells_parameters_and_the_record(executed: Path) -> None:
    words = text(assemble([executed], "technical", cover(overview(), "Technical report"), RECORD))
    assert "Notebook cell: overview · reconciliation" in words
    assert "Parameters of the notebook overview Name Value workspace . scope organization period 2026-10" in words
    assert "Bills read" in words
    assert "1.period 2026-09 1.files 1 2.period 2026-10 2.files 2" in words
    assert "reports.paper A4 (default) tags.keys – (x)" in words
    assert "Nothing" not in words


def test_the_style_for_screens_stays_in_the_notebook(executed: Path) -> None:
    assert "fo-screen" in executed.read_text(encoding="utf-8")
    assert "fo-screen" not in assemble([executed], "executive", cover(overview()))


@pytest.mark.parametrize(
    ("audience", "reason"),
    [
        ("executive", "Its data or its calculation failed; the technical report names the cell and the reason."),
        (
            "technical",
            "The notebook overview stopped in the cell “analysis” (KeyError): No charges in &lt;2026-10&gt;.",
        ),
    ],
)
def test_a_failed_notebook_leaves_a_visible_gap(tmp_path: Path, audience: Any, reason: str) -> None:
    path = notebook(tmp_path, overview(), error=ERROR)
    words = text(assemble([path], audience, cover(overview())))
    assert f"Spend overview Not produced. {reason}" in words
    assert "38.1 k USD" not in words


@pytest.mark.parametrize("audience", ["executive", "technical"])
def test_a_question_that_the_data_cannot_answer_says_why(tmp_path: Path, audience: Any) -> None:
    path = notebook(tmp_path, overview(), error=ERROR | {"kind": "InsufficientDataError"})
    words = text(assemble([path], audience, cover(overview())))
    assert "Spend overview No answer from these data. No charges in &lt;2026-10&gt;." in words
    assert "Not produced" not in words


def test_a_draft_says_so(executed: Path) -> None:
    result = overview(days=18, status="open")
    html = assemble([executed], "executive", cover(result))
    assert "Draft: the month is open and its amounts may change." in html
    assert "Organization · October 2026 · Draft" in html
    assert "Organization · October 2026 · Final" in assemble([executed], "executive", cover(overview()))
    assert "· Not final" in assemble([executed], "executive", cover(overview(status="unknown")))


def test_paper_and_names_come_from_the_cover(executed: Path) -> None:
    html = assemble([executed], "executive", cover(overview(), client="A <&> B", paper="Letter"))
    assert "@page { size: Letter portrait }" in html
    assert "A &lt;&amp;&gt; B" in html
    assert "<&>" not in html


def test_an_account_is_named_by_name_and_id(executed: Path) -> None:
    result = overview(scope="210987654321", scope_name="harbor-data")
    assert "AWS cost of harbor-data (210987654321), October 2026" in assemble([executed], "executive", cover(result))
    nameless = cover(result, scope_name=None)
    assert "AWS cost of account 210987654321" in assemble([executed], "executive", nameless)


def test_many_headings_list_sections_only(tmp_path: Path) -> None:
    paths = []
    for name in ("a", "b", "c"):
        folder = tmp_path / name
        folder.mkdir()
        paths.append(notebook(folder, overview()).rename(folder / f"{name}.ipynb"))
    page = Page(assemble(paths, "technical", cover(overview())))
    assert page.values("a", "href")[:4] == ["#a-1", "#b-1", "#c-1", "#appendix"]


def test_nothing_to_assemble_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RenderError):
        assemble([], "executive", cover(overview()))
    with pytest.raises(NotebookError):
        assemble([tmp_path / "absent.ipynb"], "executive", cover(overview()))
