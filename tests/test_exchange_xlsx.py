"""The ledger as a workbook: filled in by a person, taken in, given out, opened again."""

import io
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
import xlsxwriter
from ledgers import claim, event, ledger_at
from office import Office, needed
from test_exchange_data_sets import bytes_of, empty, found

import reconcile
from reconcile.bundled import content
from reconcile.exchange import propose, xlsx
from reconcile.exchange.plan import carry_out, plan
from reconcile.tables import TABLES

pytestmark = pytest.mark.untraced

SAHEL = content("claims").parent
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
HOSTILE = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "＝1+1", " =1", "'=1"]


def taken(home: Path, file: Path):
    told = plan(home, "xlsx", propose("xlsx", [file], reconcile.read(home)))
    if not told.refused:
        carry_out(told)
    return told


def tables_of(home: Path) -> dict[str, str]:
    """Every table as text, but for the numbers of its rows."""
    tables = reconcile.read(home).tables
    return {name: str(frame.to_dict("list")) for name, frame in tables.items()}


def column(table: str, name: str) -> str:
    from reconcile.exchange.sheet import letter

    return letter([one.name for one in TABLES[table].columns].index(name))


def formulas(book: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(book)) as opened:
        sheets = [one for one in opened.namelist() if one.startswith("xl/worksheets/sheet")]
        assert len(sheets) > 10
        return [
            cell.get("r")
            for sheet in sheets
            for cell in ElementTree.fromstring(opened.read(sheet)).iter(f"{MAIN}c")
            if cell.find(f"{MAIN}f") is not None
        ]


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    needed()
    return Office(tmp_path_factory.mktemp("office"))


def test_a_workbook_there_and_back_is_the_same_ledger(tmp_path):
    file = tmp_path / "ledger.xlsx"
    file.write_bytes(xlsx.export(reconcile.read(SAHEL)))
    home = empty(tmp_path / "home")
    told = taken(home, file)
    assert not told.findings
    assert tables_of(home) == tables_of(SAHEL)
    before = bytes_of(home)
    assert taken(home, file).added == 0
    assert bytes_of(home) == before


def test_no_cell_is_a_formula_and_no_text_is_changed(tmp_path):
    rows = [claim(f"c{at}", stated=text, note=text, best=at) for at, text in enumerate(HOSTILE)]
    home = ledger_at(tmp_path / "home", figures=rows, attributions=[])
    book = xlsx.export(reconcile.read(home))
    assert formulas(book) == []
    (tmp_path / "book.xlsx").write_bytes(book)
    sheet = openpyxl.load_workbook(tmp_path / "book.xlsx")["figures"]
    shown = [sheet[f"{column('figures', 'note')}{at}"] for at in range(2, 2 + len(HOSTILE))]
    assert [cell.data_type for cell in shown] == ["s"] * len(HOSTILE)
    assert [cell.value for cell in shown] == [text.strip() for text in HOSTILE]
    assert taken(home, tmp_path / "book.xlsx").added == 0


def test_the_same_ledger_gives_the_same_workbook():
    ledger = reconcile.read(SAHEL)
    assert xlsx.export(ledger) == xlsx.export(ledger)


def test_the_template_offers_what_can_be_chosen_and_says_how_in_two_languages(tmp_path):
    home = ledger_at(tmp_path / "home")
    file = tmp_path / "template.xlsx"
    file.write_bytes(xlsx.export(reconcile.read(home), empty=True))
    book = openpyxl.load_workbook(file)
    assert book.sheetnames[:2] == ["Guide", "Mode d'emploi"]
    assert book["lists"].sheet_state == "hidden"
    lists = {
        str(one.sqref).rstrip("0123456789").partition(":")[0].rstrip("0123456789"): one.formula1
        for one in book["figures"].data_validations.dataValidation
    }
    for name, of in (("event", "events"), ("source", "sources"), ("measure", "measures")):
        assert lists[column("figures", name)].startswith(f"{of}!$A$2:$A$")
    assert lists[column("figures", "victims")].startswith("victims!$A$2:$A$")
    stances = lists[column("figures", "stance")]
    place = stances.partition("!")[2].replace("$", "")
    words = [cell.value for (cell,) in book["lists"][place]]
    assert words == list(next(c.words for c in TABLES["figures"].columns if c.name == "stance"))
    assert [row[0].value for row in book["sources"].iter_rows(min_row=2, max_row=3)] == [
        "army",
        "jnim",
    ]
    assert book["figures"].max_row == 1


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_guidance_has_a_line_for_every_column(tmp_path, language):
    (tmp_path / "t.xlsx").write_bytes(xlsx.export(reconcile.read(SAHEL), empty=True))
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    sheet = book["Guide" if language == "en" else "Mode d'emploi"]
    told = {(row[0].value, row[1].value): row[3].value for row in sheet.iter_rows() if row[1].value}
    assert "journal" not in book.sheetnames
    for table in (one for one in TABLES.values() if one.name != "journal"):
        for one in table.columns:
            meaning = told[(table.name, one.name)]
            assert meaning and (meaning == one.meaning.replace("`", "")) == (language == "en")


def test_what_a_person_types_comes_in_goes_out_and_opens_again_without_loss(tmp_path, office):
    home = empty(tmp_path / "home")
    template, filled = tmp_path / "template.xlsx", tmp_path / "filled.xlsx"
    template.write_bytes(xlsx.export(reconcile.read(home), empty=True))
    typed = {
        ("sources", "source"): "etat-major",
        ("sources", "name"): "Armée de l’invention – «état-major»",
        ("sources", "side"): "government",
        ("documents", "document"): "007",
        ("documents", "publisher"): "صحيفة الاختراع",
        ("documents", "title"): "الهجوم على الجسر",
        ("documents", "language"): "ar",
        ("documents", "published_on"): "2025-06-02",
        ("events", "event"): "pont-2025-06-01",
        ("events", "name"): "Attaque du pont",
        ("events", "starts_on"): "2025-06-01",
        ("events", "date_precision"): "day",
        ("events", "country"): "ML",
        ("events", "place"): "0012",
        ("events", "note"): "=1+1",
        ("figures", "event"): "pont-2025-06-01",
        ("figures", "source"): "etat-major",
        ("figures", "document"): "007",
        ("figures", "measure"): "killed",
        ("figures", "victims"): "soldiers",
        ("figures", "stated"): "007 soldats tués",
        ("figures", "note"): "1/2",
    }
    cells = {(sheet, f"{column(sheet, name)}2"): words for (sheet, name), words in typed.items()}
    office.fill_in(template, filled, cells)
    told = taken(home, filled)
    assert not told.refused, [(str(one.at), one.message) for one in told.findings]
    tables = reconcile.read(home).tables
    for (sheet, name), words in typed.items():
        (one,) = tables[sheet].to_dict("records")
        known = one[name]
        assert str(known.date() if name.endswith("_on") else known) == words, (sheet, name)
    once = office.saved_as(filled, "ods")
    out = tmp_path / "out.xlsx"
    out.write_bytes(xlsx.export(reconcile.read(home)))
    assert formulas(out.read_bytes()) == []
    again = office.saved_as(office.saved_as(out, "ods"), "xlsx")
    assert formulas(again.read_bytes()) == []
    other = empty(tmp_path / "other")
    assert not taken(other, again).refused
    assert tables_of(other) == tables_of(home)
    assert once.exists()


def test_what_is_wrong_comes_back_with_sheet_and_cell(tmp_path, office):
    home = ledger_at(tmp_path / "home")
    before = bytes_of(home)
    template, filled = tmp_path / "template.xlsx", tmp_path / "filled.xlsx"
    template.write_bytes(xlsx.export(reconcile.read(home), empty=True))
    where = {
        name: f"{column('figures', name)}2" for name in ("event", "source", "low", "high", "stated")
    }
    typed = {
        ("figures", where["event"]): "bridge-2025-06-01",
        ("figures", where["source"]): "nobody",
        ("figures", f"{column('figures', 'document')}2"): "gazette-2025-06-02",
        ("figures", f"{column('figures', 'measure')}2"): "killed",
        ("figures", f"{column('figures', 'victims')}2"): "soldiers",
        ("figures", where["stated"]): "some",
        ("figures", where["low"]): "about 9",
        ("events", f"{column('events', 'starts_on')}5"): "03/04/2019",
        ("events", f"{column('events', 'name')}5"): "Somewhere",
    }
    office.fill_in(template, filled, typed)
    told = taken(home, filled)
    places = {(str(one.at).partition("#")[2], one.rule.name) for one in told.findings}
    assert (f"figures!{where['low']}", "not-a-whole-number") in places
    assert (f"events!{column('events', 'starts_on')}5", "date-ambiguous") in places
    assert bytes_of(home) == before
    typed[("figures", where["low"])] = "9"
    typed[("events", f"{column('events', 'starts_on')}5")] = "2019-04-03"
    typed[("events", f"{column('events', 'date_precision')}5")] = "day"
    filled.unlink()
    office.fill_in(template, filled, typed)
    told = taken(home, filled)
    places = {(str(one.at).partition("#")[2], one.rule.name) for one in told.findings}
    assert (f"figures!{where['source']}", "unknown-reference") in places


def book_of(path: Path, **sheets: list[list[object]]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        for name, lines in sheets.items():
            sheet = book.add_worksheet(name)
            for at, cells in enumerate(lines):
                sheet.write_row(at, 0, cells)
    return path


PARTIES = ["party", "side", "country", "name"]


@pytest.mark.parametrize(
    ("sheets", "rule", "at"),
    [
        ({"partis": [PARTIES]}, "unknown-file", "#partis"),
        ({"parties": [[*PARTIES, "colour"]]}, "unknown-column", "1"),
        ({"parties": [[*PARTIES, "name"]]}, "repeated-column", "1"),
        ({"parties": [PARTIES, ["a", "government", "ML", "A", "x"]]}, "wrong-width", "2"),
        ({"parties": [PARTIES, ["a", "goverment", "ML", "A"]]}, "unknown-word", "!B2"),
        ({"parties": [PARTIES, ["a", "government", "ML", "A\nB"]]}, "control-character", "!D2"),
        ({"parties": [PARTIES, ["a", "government", "Atlantis", "A"]]}, "malformed-country", "!C2"),
    ],
)
def test_a_slip_in_a_workbook_is_named(tmp_path, sheets, rule, at):
    home = ledger_at(tmp_path / "home")
    before = bytes_of(home)
    told = taken(home, book_of(tmp_path / "b.xlsx", **sheets))
    assert [name for name, _ in found(told)] == [rule]
    assert str(told.findings.all[0].at).endswith(at)
    assert bytes_of(home) == before


def test_a_hidden_sheet_that_bears_the_name_of_a_table_is_read(tmp_path):
    file = book_of(
        tmp_path / "b.xlsx", notes=[["x"]], parties=[PARTIES, ["x", "insurgent", "", "X"]]
    )
    book = openpyxl.load_workbook(file)
    book["parties"].sheet_state = "hidden"
    book["notes"].title = "Guide"
    book.save(file)
    home = ledger_at(tmp_path / "home")
    told = taken(home, file)
    assert [row.key for row in told.new["parties"]] == [("x",)]


def test_a_changed_row_is_told_and_the_ledger_stays(tmp_path):
    home = ledger_at(tmp_path / "home", events=[event("bridge-2025-06-01", place="Old")])
    for table in ("figures", "attributions", "event_parts"):
        path = home / "claims" / f"{table}.csv"
        path.write_text(path.read_text("utf-8").splitlines()[0] + "\n", "utf-8")
    file = tmp_path / "b.xlsx"
    file.write_bytes(xlsx.export(reconcile.read(home)))
    book = openpyxl.load_workbook(file)
    place = f"{column('events', 'place')}2"
    book["events"][place] = "New"
    book.save(file)
    before = bytes_of(home)
    told = taken(home, file)
    assert [(one.rule.name, str(one.at).partition("#")[2]) for one in told.findings] == [
        ("other-in-the-ledger", f"events!{place}")
    ]
    assert bytes_of(home) == before
