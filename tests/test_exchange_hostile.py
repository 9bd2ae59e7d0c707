"""Every importer on broken and hostile files: an answer, nothing half written, no flood."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import duckdb
import pytest
from conftest import SOAKING
from mutants import LAUGHS, begun, tried, whole
from test_exchange_data_sets import bytes_of, empty

import reconcile
from reconcile.exchange import outside, propose
from reconcile.exchange.plan import plan

pytestmark = pytest.mark.untraced

TESTS = Path(__file__).parent
FORMATS = ["acled", "ucdp-ged", "eventreport", "radford", "acw", "table", "parquet", "xlsx"]
FORMATS += ["package"]
COUNT = 1000 if SOAKING else 5
MOST_MEMORY = 512


@pytest.mark.parametrize("names", FORMATS if SOAKING else [",".join(FORMATS)])
def test_no_broken_file_breaks_an_importer_or_floods_the_memory(names):
    told = subprocess.run(
        [sys.executable, str(TESTS / "mutants.py"), names, str(COUNT), "20250601"],
        env={"PYTHONPATH": f"{TESTS.parent}:{TESTS}", "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr[-3000:]
    for name, counts in json.loads(told.stdout).items():
        assert counts.pop("most memory") < MOST_MEMORY, name
        assert sum(counts.values()) == COUNT
        assert counts.get("refused", 0) + counts.get("no such file", 0) >= COUNT // 4, name


@pytest.mark.parametrize("name", FORMATS)
def test_the_file_that_is_broken_is_taken_in_while_it_is_whole(tmp_path, name):
    home = begun(tmp_path / "home")
    file = tmp_path / "file"
    file.write_bytes(whole(name))
    assert tried(name, file, home, reconcile.read(home)) == "taken in"


def refusal(home: Path, name: str, file: Path) -> str:
    before = bytes_of(home)
    told = plan(home, name, propose(name, [file], reconcile.read(home)))
    assert told.refused
    assert bytes_of(home) == before
    return " ".join(one.message for one in told.findings)


def workbook(path: Path, **parts: bytes | str) -> Path:
    """A workbook with other parts in place of its own, packed."""
    raw = path.parent / "raw.xlsx"
    raw.write_bytes(whole("xlsx"))
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, parts.pop(name, None) or old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
    return path


def test_a_bomb_in_a_workbook_is_not_unpacked(tmp_path):
    home = empty(tmp_path / "home")
    big = {"xl/sharedStrings.xml": b" " * (60 << 20)}
    assert "unpacks to" in refusal(home, "xlsx", workbook(tmp_path / "b.xlsx", **big))
    many = {f"xl/media/{number}": b"x" for number in range(3000)}
    assert "entries" in refusal(home, "xlsx", workbook(tmp_path / "m.xlsx", **many))


@pytest.mark.parametrize(
    "part", ["xl/workbook.xml", "xl/sharedStrings.xml", "xl/worksheets/sheet3.xml"]
)
def test_entities_of_xml_are_not_expanded(tmp_path, part):
    home = empty(tmp_path / "home")
    with zipfile.ZipFile(workbook(tmp_path / "whole.xlsx")) as book:
        body = book.read(part).decode("utf-8")
    hostile = LAUGHS + body[body.index("?>") + 2 :].replace("</", "&a9;</", 1)
    assert "damaged" in refusal(home, "xlsx", workbook(tmp_path / "b.xlsx", **{part: hostile}))


def test_a_file_of_the_system_is_not_read_by_way_of_xml(tmp_path):
    home = empty(tmp_path / "home")
    part = "xl/sharedStrings.xml"
    doctype = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    with zipfile.ZipFile(workbook(tmp_path / "whole.xlsx")) as book:
        body = book.read(part).decode("utf-8").replace("?>", "?>" + doctype, 1)
    hostile = body.replace("</t>", "&e;</t>")
    said = refusal(home, "xlsx", workbook(tmp_path / "b.xlsx", **{part: hostile}))
    assert "root:" not in said


def test_a_parquet_file_of_endless_rows_is_not_unpacked(tmp_path):
    file = tmp_path / "b.parquet"
    duckdb.execute(f"COPY (SELECT 'x' AS claim FROM range(2000000)) TO '{file}' (FORMAT parquet)")
    assert file.stat().st_size < 1 << 20
    said = refusal(empty(tmp_path / "home"), "acled", file)
    assert "more than 1000000 cells" in said


def test_a_parquet_file_whose_columns_are_no_text_is_refused(tmp_path):
    raw = whole("parquet").replace(b"place", b"pl\xff\xfee").replace(b"dead", b"\xc3\x28ad")
    file = tmp_path / "b.parquet"
    file.write_bytes(raw)
    assert "damaged" in refusal(empty(tmp_path / "home"), "acled", file)


def test_a_name_with_an_asterisk_is_that_of_one_file(tmp_path):
    for name in ("a*.parquet", "abc.parquet"):
        (tmp_path / name).write_bytes(whole("parquet"))
    (sheet,) = outside.sheets(tmp_path / "a*.parquet")
    assert len(list(sheet.records)) == 12


def test_a_workbook_of_too_many_cells_is_not_read_to_its_end(tmp_path, monkeypatch):
    from reconcile.exchange import archive

    monkeypatch.setattr(archive, "MOST_CELLS", 40)
    file = tmp_path / "b.xlsx"
    file.write_bytes(whole("xlsx"))
    assert "save it as CSV" in refusal(empty(tmp_path / "home"), "xlsx", file)


def test_a_workspace_that_is_broken_is_not_made_worse(tmp_path):
    home = empty(tmp_path / "home")
    events = home / "claims" / "events.csv"
    events.write_bytes(events.read_bytes() + "é,é\n".encode("cp1252"))
    file = tmp_path / "a.csv"
    file.write_bytes(whole("acled"))
    before = bytes_of(home)
    with pytest.raises(reconcile.ReconcileError, match="not UTF-8"):
        plan(home, "acled", propose("acled", [file], reconcile.read(home)))
    assert bytes_of(home) == before
