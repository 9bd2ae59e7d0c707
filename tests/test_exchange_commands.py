"""`reconcile import`, `export` and `verify` as a user has them."""

import csv
import io
import json
import re
from pathlib import Path

import duckdb
import openpyxl
import pytest
from ledgers import claim, ledger_at
from test_exchange_data_sets import UCDP, acled, acled_file, bytes_of, empty
from test_exchange_table import FRENCH
from typer.testing import CliRunner

import reconcile
from reconcile.bundled import content
from reconcile.cli import app
from reconcile.exchange import FORMATS, geojson
from reconcile.finding import ReconcileError
from reconcile.tables import TABLES
from reconcile.view import views

SAHEL = content("claims").parent


def run(*arguments: object, code: int = 0):
    told = CliRunner().invoke(app, [str(one) for one in arguments])
    if told.exception is not None and not isinstance(told.exception, SystemExit):
        raise told.exception
    assert told.exit_code == code, told.output
    return told


@pytest.fixture
def home(tmp_path):
    return empty(tmp_path / "home")


def test_the_list_names_every_format_and_where_it_goes():
    lines = run("import", "--list").stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(FORMATS)
    assert all(len(line) <= 80 for line in lines)
    assert "import and export" in next(line for line in lines if line.startswith("package"))


def test_a_dry_run_says_what_would_be_added_and_writes_nothing(home):
    before = bytes_of(home.parent)
    told = run("import", "ucdp-ged", UCDP, "--into", home, "--dry-run")
    assert bytes_of(home.parent) == before
    assert re.search(r"^events +0 +517 +0 +517 +517$", told.stdout, re.M)
    assert re.search(r"^drafts: \d+ claims", told.stdout, re.M)
    assert "nothing was written (--dry-run)" in told.stderr
    done = run("import", "ucdp-ged", UCDP, "--into", home)
    assert done.stdout == told.stdout
    again = run("import", "ucdp-ged", UCDP, "--into", home)
    assert re.search(r"^events +517 +517 +517 +0 +517$", again.stdout, re.M)
    assert "matched events: ucdp-379504, ucdp-379497, ucdp-379510, ucdp-385167 and 513 more" in (
        again.stdout
    )
    assert "added 0 rows" in again.stderr


def test_drafts_are_offered_and_taken_in_only_by_the_user(home, tmp_path):
    notes = "JNIM claimed to have killed more than 30 soldiers."
    run("import", "acled", acled_file(tmp_path / "a.csv", [acled(3, notes=notes)]), "--into", home)
    (file,) = (home / "drafts").iterdir()
    assert set(reconcile.read(home).tables["figures"]["source"]) == {"acled"}
    run("import", "table", file, "--into", home)
    figures = reconcile.read(home).tables["figures"]
    (one,) = figures[figures["source"] == "jnim"].to_dict("records")
    assert (one["stated"], one["event"]) == ("more than 30 soldiers", "acled-mli9003")
    assert reconcile.read(home).findings == ()


def test_drafts_without_words_are_refused_until_somebody_looked_them_up(home, tmp_path):
    few = tmp_path / "few.csv"
    few.write_text("".join(UCDP.read_text("utf-8").splitlines(keepends=True)[:4]), "utf-8")
    run("import", "ucdp-ged", few, "--into", home)
    (file,) = (home / "drafts").iterdir()
    told = run("import", "table", file, "--into", home, code=1)
    assert "stated is empty [empty-required-cell]" in told.stdout
    lines = file.read_text("utf-8").splitlines()
    rows = list(csv.DictReader(io.StringIO("\n".join(lines))))
    rows[0]["stated"] = "six people"
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0])
    writer.writeheader()
    writer.writerow(rows[0])
    file.write_text(out.getvalue(), "utf-8")
    run("import", "table", file, "--into", home)
    assert reconcile.read(home).findings == ()


def test_a_refused_file_exits_with_one_and_says_every_fault(home, tmp_path):
    file = acled_file(tmp_path / "a.csv", [acled(1, fatalities="x"), acled(2, event_date="")])
    before = bytes_of(home)
    told = run("import", "acled", file, "--into", home, code=1)
    assert [line.split(": ")[0].rpartition(":")[2] for line in told.stdout.splitlines()] == [
        "2",
        "3",
    ]
    assert "nothing was written: the errors refuse the whole file" in told.stderr
    assert bytes_of(home) == before
    french = run("import", "acled", file, "--into", home, "--language", "fr", code=1)
    assert "est vide" in french.stdout


def test_a_draft_of_a_mapping_goes_to_stdout_and_is_a_mapping(home, tmp_path):
    file = tmp_path / "bilans.csv"
    file.write_bytes(FRENCH.encode("cp1252"))
    draft = tmp_path / "bilans.toml"
    draft.write_text(run("import", "table", "--suggest", file, "--into", home).stdout, "utf-8")
    run("import", "table", file, "--mapping", draft, "--into", home)
    assert len(reconcile.read(home).tables["figures"]) == 5
    assert "would be read as" in run("import", "table", "--suggest", file).stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["import"], "name a format and a file"),
        (["import", "acled"], "name a format and a file"),
        (["import", "nothing", "x.csv"], "no format 'nothing' is imported"),
        (["import", "acled", "none.csv"], "cannot be read"),
        (["import", "acled", "x.csv", "--mapping", "m.toml"], "for the format table"),
        (["import", "acled", "x.csv", "--suggest"], "for the format table"),
        (["export", "package"], "name a file with -o"),
        (["export", "nothing", "-o", "x"], "no format 'nothing' is exported"),
        (["export", "acled", "-o", "x"], "no format 'acled' is exported"),
        (["export", "csv"], "is of one table or view"),
        (["export", "csv", "event_gaps"], "did you mean event_gap?"),
        (["export", "geojson", "events"], "of the whole ledger"),
        (["export", "csv", "events", "--licence", "x"], "--licence is for a package"),
        (["verify", "none.zip"], "cannot be read"),
    ],
)
def test_misuse_is_said(home, arguments, says):
    where = {"import": ["--into", home], "export": ["-w", home], "verify": []}[arguments[0]]
    try:
        told = CliRunner().invoke(app, [str(one) for one in (*arguments, *where)])
        said = str(told.exception) if isinstance(told.exception, ReconcileError) else told.stderr
    except ReconcileError as fault:
        said = str(fault)
    plain = re.sub(r"[│╭╮╰╯─\s]+", " ", said)
    assert says in plain
    assert told.exit_code in (1, 2)


def test_no_workspace_is_said_with_what_makes_one(tmp_path):
    file = acled_file(tmp_path / "a.csv", [acled(1)])
    with pytest.raises(ReconcileError, match="reconcile init makes one"):
        run("import", "acled", file, "--into", tmp_path / "none")


def test_every_table_and_view_goes_out_as_csv_and_parquet_with_the_same_rows(tmp_path):
    ledger = reconcile.read(ledger_at(tmp_path / "home"))
    database = reconcile.connect(ledger)
    reconcile.check(ledger, database, expectations=False)
    from reconcile.exchange import export

    for name in (*TABLES, *views(), "finding"):
        told = export("csv", ledger, lambda: database, name).decode()
        rows = list(csv.reader(io.StringIO(told)))
        file = tmp_path / "x.parquet"
        file.write_bytes(export("parquet", ledger, lambda: database, name))
        found = duckdb.execute("SELECT * FROM read_parquet($file)", {"file": str(file)})
        assert [column[0] for column in found.description] == rows[0], name
        typed = found.fetchall()
        assert len(typed) == len(rows) - 1
        (held,) = database.execute(f"SELECT COUNT(*) FROM {name}").fetchone()
        assert len(typed) == held
        for row, cells in zip(typed, rows[1:], strict=True):
            for value, cell in zip(row, cells, strict=True):
                if isinstance(value, int) and not isinstance(value, bool):
                    assert cell == str(value)
                if value is None:
                    assert cell == ""


def test_no_formula_goes_out_in_any_format(tmp_path):
    texts = ["=1+1", "+cmd|x", "@SUM(A1)", "-2+3", "＝1"]
    rows = [claim(f"c{at}", stated=text, best=at) for at, text in enumerate(texts)]
    home = ledger_at(tmp_path / "home", figures=rows, attributions=[])
    told = run("export", "csv", "figures", "-w", home).stdout
    for row in csv.DictReader(io.StringIO(told)):
        assert row["stated"].startswith("'")
    run("export", "xlsx", "claim", "-w", home, "-o", tmp_path / "claim.xlsx")
    book = openpyxl.load_workbook(tmp_path / "claim.xlsx")
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds


def test_the_events_go_out_on_a_map_with_what_each_side_says(tmp_path):
    told = json.loads(run("export", "geojson", "-w", SAHEL).stdout)
    assert told["type"] == "FeatureCollection"
    features = {one["id"]: one for one in told["features"]}
    events = reconcile.read(SAHEL).tables["events"]
    assert len(features) == len(events)
    for one in events.to_dict("records"):
        point = features[one["event"]]["geometry"]
        placed = one["latitude"] == one["latitude"]
        assert (point is not None) == placed
        if placed:
            assert point["coordinates"] == [one["longitude"], one["latitude"]]
    said = features["boulikessi-2025-06-01"]["properties"]["said_by_security"]
    assert "soldiers killed: 30 to 101 or more" in said


def test_the_figures_of_a_feature_are_those_of_the_view(tmp_path):
    ledger = reconcile.read(ledger_at(tmp_path / "home"))
    database = reconcile.connect(ledger)
    keys = ("side", "measure", "victims", "low", "high", "silent")
    held = database.execute(f"SELECT event, {', '.join(keys)} FROM event_side").fetchall()
    told = {
        (one["id"], *(figure[key] for key in keys))
        for one in json.loads(geojson.export(database))["features"]
        for figure in one["properties"]["figures"]
    }
    assert told == set(held) and len(held) > 5


def test_all_views_go_out_as_json_and_one_by_name(tmp_path):
    home = ledger_at(tmp_path / "home")
    everything = json.loads(run("export", "json", "-w", home, "--as-of", "2025-06-12").stdout)
    assert everything["as_of"] == "2025-06-12"
    assert set(views()) <= set(everything["relations"])
    one = json.loads(run("export", "json", "events", "-w", home).stdout)
    assert [row["event"] for row in one["relations"]["events"]["rows"]] == [
        "bridge-2025-06-01",
        "market-2025-06-10",
        "june-2025",
    ]


@pytest.mark.parametrize("name", ["p", "p.zip"])
def test_a_package_is_verified_by_its_seal_and_its_digest(tmp_path, name):
    home, path = ledger_at(tmp_path / "home"), tmp_path / name
    told = run("export", "package", "-w", home, "-o", path)
    digest = told.stdout.strip().removeprefix("digest sha256:")
    assert digest in run("verify", path).stdout
    run("verify", path, "--digest", digest)
    assert "not the one expected" in run("verify", path, "--digest", "0" * 64, code=1).stdout
    if path.is_dir():
        with pytest.raises(ReconcileError, match="is there already"):
            run("export", "package", "-w", home, "-o", path)
        (path / "claims" / "events.csv").write_bytes(b"x")
        told = run("verify", path, "--language", "fr", code=1)
        assert "claims/events.csv : ses octets" in told.stdout


def test_the_template_comes_from_the_ledger_and_goes_back_in(tmp_path):
    home = ledger_at(tmp_path / "home")
    run("export", "template", "-w", home, "-o", tmp_path / "t.xlsx")
    told = run("import", "xlsx", tmp_path / "t.xlsx", "--into", home)
    assert "added 0 rows" in told.stderr
    with pytest.raises(ReconcileError, match="cannot be written"):
        run("export", "template", "-w", home, "-o", tmp_path / "none" / Path("t.xlsx"))
