from __future__ import annotations

import hashlib
import io
import itertools
import logging
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from presentation.overview_samples import empty, overview
from pypdf import PdfReader
from reports.overview_document import cover, notebook
from weasyprint.formatting_structure.boxes import TableCellBox

from finops_lib.core.errors import RenderError
from finops_lib.presentation.formats import Scale
from finops_lib.presentation.values import Column, Table, Title
from finops_lib.reports import pdf, templates
from finops_lib.reports.assemble import assemble
from finops_lib.reports.pdf import render

Made = Callable[..., Path]
PAGE = '<html lang="en"><head><title>T</title><meta name="dcterms.created" content="2026-10-31"></head><body>{}</body></html>'


@pytest.fixture(scope="module")
def executive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return printed(tmp_path_factory.mktemp("executive"), "executive")


@pytest.fixture(scope="module")
def technical(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("technical")
    attachment = folder / "overview.csv"
    attachment.write_text("a,b\n1,2\n", encoding="utf-8")
    many = [(f"{i:012d}", f"workload {i}") for i in range(64)]
    return printed(folder, "technical", (attachment,), accounts=many)


def printed(folder: Path, audience: Any, attachments: tuple[Path, ...] = (), **case: Any) -> Path:
    result = overview(**case)
    document = cover(result, f"{audience.capitalize()} report")
    out = folder / f"{audience}.pdf"
    render(assemble([notebook(folder, result)], audience, document), out, attachments)
    return out


def words(path: Path) -> str:
    pages = PdfReader(path).pages
    text = "\n".join(page.extract_text() for page in pages)
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def roles(path: Path) -> list[tuple[str, pikepdf.Dictionary]]:
    found: list[tuple[str, pikepdf.Dictionary]] = []

    def walk(node: Any) -> None:
        if isinstance(node, pikepdf.Array):
            for kid in node:
                walk(kid)
        elif isinstance(node, pikepdf.Dictionary):
            if "/S" in node:
                found.append((str(node["/S"]), node))
            if "/K" in node:
                walk(node["/K"])

    pdf = pikepdf.open(path)
    walk(pdf.Root["/StructTreeRoot"]["/K"])
    path_of[id(found)] = pdf  # the nodes live as long as their file is open
    return found


path_of: dict[int, pikepdf.Pdf] = {}


def test_title_language_date_and_standard(executive: Path) -> None:
    with pikepdf.open(executive) as pdf:
        assert str(pdf.Root["/Lang"]) == "en"
        assert bool(pdf.Root["/MarkInfo"]["/Marked"])
        assert str(pdf.docinfo["/Title"]) == "Harbor Lines: Executive report, Organization, October 2026"
        assert str(pdf.docinfo["/CreationDate"]).startswith("D:20261031")
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"


def test_pages_are_numbered_headed_and_footed(executive: Path) -> None:
    pages = [page.extract_text().replace("\u00a0", " ") for page in PdfReader(executive).pages]
    assert len(pages) >= 4
    for number, page in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in page
        assert "Run 3f9ac1d2e4b5" in page
        assert "Confidential" in page
        assert ("Harbor Lines · Executive report" in page) == (number > 1)
        assert ("Organization · October 2026 · Final" in page) == (number > 1)


def test_bookmarks_lead_through_the_document(executive: Path) -> None:
    outline = PdfReader(executive).outline
    assert [item.title for item in outline if not isinstance(item, list)] == ["Spend overview"]
    assert [item.title for item in outline[1]] == [
        *("Summary", "How cost developed", "Why it changed", "Where it goes", "The four costs", "Method and data")
    ]


def test_the_text_holds_the_numbers(executive: Path) -> None:
    text = words(executive)
    for number in ("38.1 k USD", "41.2 k USD", "+10.5 %", "41 170.03", "+2.40 k USD"):
        assert number in text
    for leftover in ("nan", "None", "Traceback", "wb.save", "import "):
        assert leftover not in text


def test_only_vendored_fonts(executive: Path, technical: Path) -> None:
    for path in (executive, technical):
        fonts = set()
        for page in PdfReader(path).pages:
            for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
                fonts.add(str(font.get_object()["/BaseFont"]).partition("+")[2])
        assert fonts <= {"IBM-Plex-Sans", "IBM-Plex-Sans-Semi-Bold", "IBM-Plex-Mono"}


def test_figures_have_words_and_heads_a_scope(technical: Path) -> None:
    found = roles(technical)
    assert all(len(str(node["/Alt"])) > 30 for role, node in found if role == "/Figure")
    scopes = [str(node["/A"]["/Scope"]) for role, node in found if role == "/TH"]
    assert set(scopes) == {"/Column", "/Row"}
    levels = [int(role[2]) for role, _ in found if role in ("/H1", "/H2", "/H3")]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_long_tables_repeat_their_head_and_are_capped(technical: Path) -> None:
    pages = [page.extract_text() for page in PdfReader(technical).pages]
    headed = [page for page in pages if "Contracted" in page and "workload" in page and "Account" in page]
    assert len(headed) >= 2
    text = words(technical)
    assert "4 more rows in results/overview_by_account.csv" in text.replace("\n", " ")
    assert "workload 59" in text


def test_results_are_attached_with_the_document_date(technical: Path) -> None:
    with pikepdf.open(technical) as pdf:
        assert list(pdf.attachments) == ["overview.csv"]
        file = pdf.attachments["overview.csv"].get_file()
        assert file.read_bytes() == b"a,b\n1,2\n"
        assert file.creation_date is not None
        assert file.creation_date.date().isoformat() == "2026-10-31"


def test_equal_input_gives_equal_bytes(tmp_path: Path) -> None:
    html = PAGE.format("<h1>A</h1><p>text</p>")
    data = tmp_path / "data.json"
    digests = set()
    for round_ in range(2):
        data.write_text("{}", encoding="utf-8")
        os.utime(data, (round_, round_))
        render(html, tmp_path / "a.pdf", (data,))
        digests.add(hashlib.sha256((tmp_path / "a.pdf").read_bytes()).hexdigest())
        time.sleep(1.1 * (1 - round_))  # a clock anywhere would show
    assert len(digests) == 1


def test_an_account_without_cost_has_full_pages(tmp_path: Path) -> None:
    result = empty()
    render(assemble([notebook(tmp_path, result)], "executive", cover(result)), tmp_path / "a.pdf")
    pages = PdfReader(tmp_path / "a.pdf").pages
    assert 2 <= len(pages) <= 4
    assert all(len(page.extract_text().split()) > 40 for page in pages)


def test_a_failed_section_is_a_page_that_says_so(tmp_path: Path) -> None:
    error = {"cell": "analysis", "kind": "KeyError", "message": "No charges."}
    document = cover(overview(), "Technical report")
    html = assemble([notebook(tmp_path, overview(), error=error)], "technical", document)
    render(html, tmp_path / "a.pdf")
    assert "Not produced." in words(tmp_path / "a.pdf")


@pytest.mark.parametrize(
    "address",
    ["https://example.org/a.png", "http://169.254.169.254/latest", "file:///etc/hostname", "fonts/../../secret.png"],
)
def test_addresses_outside_of_the_document_are_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(RenderError, match="refers to something outside"):
        render(PAGE.format(f'<img alt="A picture of cost" src="{address}">'), tmp_path / "a.pdf")
    assert not (tmp_path / "a.pdf").exists()


@pytest.mark.parametrize("source", ["fonts/absent.png", "data:image/png;base64,bm90IGEgcGljdHVyZQ=="])
def test_a_picture_that_cannot_be_shown_is_an_error(tmp_path: Path, source: str) -> None:
    with pytest.raises(RenderError, match="could not be printed whole"):
        render(PAGE.format(f'<img alt="A picture of cost" src="{source}">'), tmp_path / "a.pdf")


def test_what_is_wider_than_the_page_is_an_error(tmp_path: Path) -> None:
    cells = "".join(f'<td style="white-space: nowrap">{"x" * 30}</td>' for _ in range(8))
    with pytest.raises(RenderError, match="page 1 is wider than the page"):
        render(PAGE.format(f"<table><tr>{cells}</tr></table>"), tmp_path / "a.pdf")


def test_a_page_with_next_to_nothing_gets_a_topic_more(tmp_path: Path) -> None:
    style = "@page { size: A4; margin: 20mm } h2, p { margin: 0 } div { break-before: page } p { line-height: 5mm }"
    topics = "".join(
        f'<h2 id="t-{number}">Topic {number}</h2><p style="break-inside: avoid">{"x<br>" * lines}</p>'
        for number, lines in enumerate((28, 18, 6))
    )
    render(PAGE.format(f"<style>{style}</style><p>Cover</p><div>{topics}</div>"), tmp_path / "a.pdf")
    pages = [page.extract_text().split("\n") for page in PdfReader(tmp_path / "a.pdf").pages]
    assert [[line for line in page if line.startswith("Topic")] for page in pages] == [
        [],
        ["Topic 0"],
        ["Topic 1", "Topic 2"],  # Topic 2 alone would leave this page nearly empty
    ]


def test_the_layout_engine_speaks_through_our_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        render(PAGE.format('<p style="no-such-thing: 1">x</p>'), tmp_path / "a.pdf")
    assert [record.name for record in caplog.records] == ["finops_lib.reports.pdf"]
    assert caplog.records[0].message.startswith("a.pdf: ")


def test_the_pdf_can_be_read_back(executive: Path) -> None:
    with pikepdf.open(io.BytesIO(executive.read_bytes())) as pdf:
        assert pdf.check_pdf_syntax() == []


def test_no_text_of_a_table_stands_out_of_its_cell(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    out: list[str] = []

    def look(document: Any, _: str) -> None:
        boxes = [box for page in document.pages for box in page._page_box.descendants()]
        cells = [box for box in boxes if isinstance(box, TableCellBox)]
        for cell in cells:
            right = cell.position_x + cell.border_width() + 0.5
            lines = [box for box in cell.descendants() if hasattr(box, "text")]
            out.extend(line.text for line in lines if line.position_x + line.width > right)
        assert len(cells) == 12

    monkeypatch.setattr(pdf, "_require_fit", look)
    columns = (Column("what", "What"), Column("id", "Resource", "code"), Column("cost", "Effective cost", "cents"))
    rows = (
        ("WWW MMM " * 40, "arn:aws:ec2:us-east-1:111122223333:volume/vol-0123456789abcdef0", 123456789.99),
        ("W" * 300, "i-0123456789abcdef0", -1.0),
    )
    total = ("Total of all", "", 123456788.99)
    table = Table("Wide.", Title("a", "b", "c"), columns, rows, Scale(1, "USD", 2), total)
    style = f"<style>{(templates.folder() / 'finops_base' / 'print.css').read_text()}</style>"
    render(PAGE.format(style + table.html()), tmp_path / "a.pdf")
    assert "fo-sized" in table.html()
    assert not out
