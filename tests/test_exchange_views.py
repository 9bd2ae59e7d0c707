"""The views as other programs take them: file and line of every row, and no formula."""

import json
import re
from datetime import date
from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from ledgers import Connected, base, claim, ledger_at

import reconcile
from reconcile.bundled import content
from reconcile.exchange import document as json_document
from reconcile.exchange import workbook as xlsx
from reconcile.exchange.relation import Relation, relations
from reconcile.finding import ReconcileError
from reconcile.view import views

pytestmark = pytest.mark.untraced

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
FORMULAS = [
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    " =1+1",
    "＝1+1",
    "=HYPERLINK()",
]


def sheets(told):
    """The cells of a workbook by sheet: rows of texts and numbers, as they stand in the file."""
    with ZipFile(BytesIO(told)) as book:
        strings = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
        texts = ["".join(one.itertext()) for one in strings]
        names = re.findall(r'<sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
        for at, name in enumerate(names, 1):
            yield name, ElementTree.fromstring(book.read(f"xl/worksheets/sheet{at}.xml")), texts


def rows(sheet, texts):
    for row in sheet.iter(f"{MAIN}row"):
        yield [
            texts[int(cell.findtext(f"{MAIN}v"))]
            if cell.get("t") == "s"
            else float(cell.findtext(f"{MAIN}v"))
            for cell in row
        ]


def hostile(home):
    """A ledger whose every free text would be a formula, were it taken for one."""
    figures = [
        claim(f"c{at}", stated=re.sub(r"\d", "x", text), note=text, source=source, high=8 + at * 9)
        for at, text in enumerate(FORMULAS)
        for source in [("army", "jnim")[at % 2]]
    ]
    sources = [row | {"name": f"=cmd() {row['source']}"} for row in base("sources")]
    return ledger_at(home, figures=figures, sources=sources, attributions=[])


@pytest.fixture(scope="module")
def shipped():
    ledger = reconcile.read(content("claims").parent)
    database = Connected(ledger)
    reconcile.check(ledger, database, expectations=False)
    return database


@pytest.fixture(scope="module")
def held(shipped):
    told = "".join(json_document.document(relations(shipped), {"as_of": None}))
    return json.loads(told)["relations"]


@pytest.fixture(scope="module")
def book(shipped):
    return xlsx.workbook(relations(shipped), date(2025, 6, 4))


def test_every_view_and_the_findings_are_there_with_their_meanings(held):
    assert [*held] == [*views(), "finding"]
    for told in held.values():
        assert told["row_is"] and all(told["columns"].values())


def test_every_row_names_the_file_and_line_on_which_it_rests(shipped, held):
    files = {}
    for row in held["claim"]["rows"]:
        text = files.setdefault(row["file"], (content("claims").parent / row["file"]).read_text())
        assert text.splitlines()[row["line"] - 1].startswith(f"{row['claim']},")
    for row in held["event_conflict"]["rows"]:
        assert f"{row['file']}:{row['line']}" in row["rests_on"]
    (count,) = shipped.execute("SELECT SUM(LEN(rows)) FROM event_conflict").fetchone()
    assert sum(len(row["rests_on"]) for row in held["event_conflict"]["rows"]) == count


def test_only_rows_on_the_events_asked_for_are_there(shipped):
    told = {one.name: list(one.rows) for one in relations(shipped, ["djibo-2025-05-11"])}
    (count,) = shipped.execute(
        "SELECT COUNT(*) FROM standing WHERE event = 'djibo-2025-05-11'"
    ).fetchone()
    assert len(told["standing"]) == count > 0


def test_a_workbook_has_a_sheet_for_each_relation_and_its_rows(book, held):
    found = {name: list(rows(sheet, texts)) for name, sheet, texts in sheets(book)}
    assert [*found] == ["about", *held]
    for name, relation in held.items():
        assert found[name][0] == [*relation["columns"]]
        assert len(found[name]) == len(relation["rows"]) + 1
    names = {(row[0], row[1]) for row in found["about"][1:] if len(row) == 3}
    assert ("event_gap", "gap") in names


def test_a_workbook_is_the_same_bytes_and_dated_by_its_data(shipped, book):
    assert book == xlsx.workbook(relations(shipped), date(2025, 6, 4))
    with ZipFile(BytesIO(book)) as archive:
        assert b"2025-06-04T00:00:00Z" in archive.read("docProps/core.xml")


def test_no_text_becomes_a_formula_or_a_link(tmp_path):
    database = Connected(reconcile.read(hostile(tmp_path)))
    seen = 0
    for _, sheet, texts in sheets(xlsx.workbook(relations(database))):
        assert not list(sheet.iter(f"{MAIN}f")) and not list(sheet.iter(f"{MAIN}hyperlink"))
        for row in rows(sheet, texts):
            for cell in row:
                if isinstance(cell, str):
                    assert not re.match(r"\s*[=+\-@＝＋－＠](?![0-9.]+$)", cell), cell
                    seen += cell.startswith("'=")
    assert seen > len(FORMULAS)


def test_json_keeps_the_texts_as_they_stand(tmp_path):
    database = Connected(reconcile.read(hostile(tmp_path)))
    told = "".join(json_document.document(relations(database), {}))
    assert told.isascii()
    notes = {row["note"] for row in json.loads(told)["relations"]["claim"]["rows"]}
    assert notes == {text.strip() for text in FORMULAS}


def test_dates_numbers_and_long_texts_are_what_they_are():
    row = (date(2025, 6, 1), date(1850, 1, 1), 8, 0.5, True, None, ["a", "b"], "x" * 40_000)
    columns = {f"c{at}": "a value" for at in range(len(row))}
    told = xlsx.workbook([Relation("r", "a row", columns, iter([row]))])
    (_, _), (sheet, texts) = ((one[1], one[2]) for one in sheets(told))
    (_, cells) = rows(sheet, texts)
    assert cells[:6] == [45809.0, "1850-01-01", 8.0, 0.5, "yes", "a; b"]
    assert len(cells[6]) == 32_767 and cells[6].endswith("x…")


def test_more_rows_than_a_sheet_can_hold_are_refused_and_never_cut(monkeypatch):
    monkeypatch.setattr(xlsx, "MOST_ROWS", 3)
    for count, fits in ((2, True), (3, False)):
        told = Relation("r", "a row", {"c": "a value"}, iter([(1,)] * count))
        if fits:
            assert xlsx.workbook([told])
        else:
            with pytest.raises(ReconcileError, match=r"r has more than 2 rows.*\.json"):
                xlsx.workbook([told])


def test_a_document_says_of_which_day_it_is(tmp_path):
    database = Connected(reconcile.read(ledger_at(tmp_path)))
    told = "".join(json_document.document(relations(database), {"as_of": date(2025, 6, 3)}))
    assert json.loads(told)["as_of"] == "2025-06-03"
