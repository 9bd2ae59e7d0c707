"""A ledger as a package: byte for byte there and back, described for others, sealed."""

import json
import random
import shutil
import zipfile
from pathlib import Path

import pytest
from frictionless import Package
from ledgers import BASE, claim, event, ledger_at
from test_exchange_data_sets import bytes_of, empty
from typer.testing import CliRunner

import reconcile
from reconcile.bundled import content
from reconcile.cli import app
from reconcile.exchange import seal
from reconcile.exchange.package import export, files_in, plan
from reconcile.exchange.plan import carry_out
from reconcile.finding import ReconcileError
from reconcile.tables import TABLES

SAHEL = content("claims").parent
ODD = (
    "\ufeffparty,side,country,name\r\n"
    'mali,government,ML,"Mali"\r\n'
    "niger,government,NE, Niger \r\n\r\n"
    "jnim,insurgent,,«Jamâ'at» جماعة نصرة"
)


def folder_of(files: dict[str, bytes], home: Path) -> Path:
    for name, told in files.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_bytes(told)
    return home


def archive_of(files: dict[str, bytes], path: Path) -> Path:
    path.write_bytes(seal.zipped(files))
    return path


def ledger_bytes(home: Path) -> dict[str, bytes]:
    told = bytes_of(home / "claims")
    return {name: file for name, file in told.items() if name.endswith((".csv", ".md"))}


@pytest.fixture(scope="module")
def sahel():
    return export(reconcile.read(SAHEL), licence="CC-BY-4.0")


@pytest.fixture
def odd(tmp_path):
    """A ledger whose bytes are not those that we would write: a mark, carriage returns, spaces."""
    figures = {"2024": [claim("a", best=4, note="=1+1")], "more/2025": [claim("b", best=5)]}
    home = ledger_at(tmp_path / "odd", parties=ODD.encode(), figures=figures, waivers=[])
    assert reconcile.read(home).findings == ()
    return home


@pytest.mark.parametrize(
    ("form", "into"),
    [("folder", "a folder that is not there"), ("archive", "a new workspace")],
)
def test_there_and_back_is_the_same_ledger_byte_for_byte(tmp_path, sahel, form, into):
    package = (
        folder_of(sahel, tmp_path / "p")
        if form == "folder"
        else archive_of(sahel, tmp_path / "p.zip")
    )
    home = tmp_path / "home"
    if into == "a new workspace":
        empty(home)
    told = plan(home, [package])
    assert not told.refused
    carry_out(told)
    assert ledger_bytes(home) == ledger_bytes(SAHEL)
    assert export(reconcile.read(home), licence="CC-BY-4.0") == sahel
    again = plan(home, [package])
    assert again.added == 0 and not again.findings


def test_bytes_that_we_would_not_write_come_back_as_they_were(tmp_path, odd):
    package = archive_of(export(reconcile.read(odd)), tmp_path / "p.zip")
    carry_out(plan(tmp_path / "home", [package]))
    assert ledger_bytes(tmp_path / "home") == ledger_bytes(odd)


def test_a_package_goes_into_a_ledger_that_has_rows_without_changing_them(tmp_path, odd):
    home = ledger_at(tmp_path / "home", events=[event("bridge-2025-06-01"), event("own")])
    for table in ("figures", "attributions", "event_parts"):
        (home / "claims" / f"{table}.csv").write_text(
            ",".join(column.name for column in TABLES[table].columns) + "\n", "utf-8"
        )
    before = bytes_of(home)
    told = plan(home, [archive_of(export(reconcile.read(odd)), tmp_path / "p.zip")])
    assert not told.refused
    carry_out(told)
    for name, file in bytes_of(home).items():
        assert file.startswith(before[name])
    ledger = reconcile.read(home)
    assert ledger.findings == ()
    assert {"a", "b"} <= set(ledger.tables["figures"]["claim"])
    assert "own" in set(ledger.tables["events"]["event"])


def test_others_read_the_package_and_find_it_valid(tmp_path, sahel, odd):
    file = odd / "claims" / "parties.csv"
    file.write_bytes(file.read_bytes().replace(b"\r\n\r\n", b"\r\n"))  # they bear no empty line
    for files in (sahel, export(reconcile.read(odd))):
        home = folder_of(files, tmp_path / str(len(files)))
        report = Package(str(home / "datapackage.json")).validate()
        assert report.valid, report.flatten(["name", "fieldName", "type", "note"])
        described = json.loads(files["datapackage.json"])
        names = {one["table"] for one in described["resources"]}
        assert {"figures", "events", "sources", "documents"} <= names


@pytest.mark.parametrize(
    ("table", "old", "new"),
    [
        ("sources", ",insurgent,jnim", ",insurgent,jnim"),
        ("sources", ",insurgent,jnim", ",insurgent,nobody"),
        ("parties", "ML,Mali", "Mali,Mali"),
        ("parties", "niger,government", "mali,government"),
        ("events", ",day,", ",daily,"),
        ("events", ",14.5,", ",95.0,"),
        ("figures", ",31,31,31,", ",31,-31,31,"),
        ("victims", "soldiers,people", ",people"),
    ],
)
def test_the_schema_holds_the_laws_of_a_table(tmp_path, table, old, new):
    home = folder_of(export(reconcile.read(BASE)), tmp_path / "p")
    file = home / "claims" / f"{table}.csv"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")
    described = json.loads((home / "datapackage.json").read_text("utf-8"))
    for one in described["resources"]:
        del one["hash"], one["bytes"]
    (home / "datapackage.json").write_text(json.dumps(described), "utf-8")
    package = Package(str(home / "datapackage.json"))
    assert package.validate().valid == (old == new)


def test_a_package_names_its_licence_and_what_others_ask(sahel):
    described = json.loads(sahel["datapackage.json"])
    assert described["licenses"] == [{"name": "CC-BY-4.0"}]
    readme = sahel["README.md"].decode()
    assert "CC-BY-4.0" in readme and "name GeoNames" in readme and "ACLED" not in readme


def test_rows_of_acled_are_warned_of(tmp_path):
    note = "Notes [coordinates: ACLED, precision 1]"
    home = ledger_at(
        tmp_path,
        events=[event("acled-x", note=note)],
        figures=[],
        attributions=[],
        event_parts=[],
    )
    assert "forbid passing its rows on" in export(reconcile.read(home))["README.md"].decode()


def test_the_same_ledger_gives_the_same_bytes(tmp_path):
    shutil.copytree(BASE, tmp_path / "elsewhere")
    here, there = (export(reconcile.read(home)) for home in (BASE, tmp_path / "elsewhere"))
    assert here == there
    assert seal.zipped(here) == seal.zipped(dict(reversed(there.items())))


def names_of(findings) -> set[str]:
    return {one.values["value"] for one in findings}


def test_what_was_not_touched_is_as_it_was_sealed(tmp_path, sahel):
    folder, archive = folder_of(sahel, tmp_path / "p"), archive_of(sahel, tmp_path / "p.zip")
    assert seal.verify(folder) == ([], seal.digest(sahel["SHA256SUMS"]))
    assert seal.verify(archive) == seal.verify(folder)


def test_a_byte_altered_anywhere_in_a_folder_is_found_in_its_file(tmp_path, odd):
    files = export(reconcile.read(odd))
    for name, told in files.items():
        for at in {0, len(told) // 2, len(told) - 1}:
            home = folder_of(files, tmp_path / "p")
            changed = bytearray(told)
            changed[at] ^= 1
            (home / name).write_bytes(bytes(changed))
            findings, _ = seal.verify(home)
            assert findings, (name, at)
            if name != "SHA256SUMS":
                assert names_of(findings) == {name}
        for changed in (told + b"\n", told[:-1]):
            (home / name).write_bytes(changed)
            assert seal.verify(home)[0], name


def test_a_byte_altered_anywhere_in_an_archive_is_found(tmp_path):
    files = export(reconcile.read(BASE))
    raw = seal.zipped(files)
    chosen = random.Random(7)
    places = {*chosen.sample(range(len(raw)), 150), *range(40), *range(len(raw) - 60, len(raw))}
    at_its_edges = []
    for at in places:
        changed = bytearray(raw)
        changed[at] ^= 1 << chosen.randrange(8)
        path = tmp_path / "p.zip"
        path.write_bytes(bytes(changed))
        try:
            assert seal.verify(path)[0], at
        except ReconcileError:  # what is no archive any more was altered too
            at_its_edges.append(at)
    assert len(at_its_edges) < len(places) / 4


def test_an_archive_with_a_damaged_file_is_an_altered_one_and_no_failed_run(tmp_path):
    path = tmp_path / "p.zip"
    raw = bytearray(seal.zipped(export(reconcile.read(BASE))))
    raw[len(raw) // 2] ^= 1
    path.write_bytes(bytes(raw))
    told = CliRunner().invoke(app, ["verify", str(path)])
    assert told.exit_code == 1 and "the archive is damaged" in told.stdout


def test_what_is_missing_or_added_is_named(tmp_path, sahel):
    home = folder_of(sahel, tmp_path / "p")
    (home / "claims" / "events.csv").unlink()
    (home / "claims" / "extra.csv").write_text("x", "utf-8")
    findings, _ = seal.verify(home)
    assert {one.values["value"]: str(one.values["why"].en) for one in findings} == {
        "claims/events.csv": "the file is missing",
        "claims/extra.csv": "the file was added",
    }


def test_an_altered_package_is_not_taken_in(tmp_path):
    home = folder_of(export(reconcile.read(BASE)), tmp_path / "p")
    file = home / "claims" / "figures.csv"
    file.write_bytes(file.read_bytes().replace(b"31", b"13"))
    told = plan(tmp_path / "home", [home])
    assert told.refused and names_of(told.findings) == {"claims/figures.csv"}
    assert not (tmp_path / "home").exists()


def test_an_unlawful_package_is_refused_with_its_lines(tmp_path):
    home = ledger_at(tmp_path / "home", parties="party,side,country,name\nmali,goverment,ML,Mali\n")
    package = archive_of(export(reconcile.read(home)), tmp_path / "p.zip")
    told = plan(tmp_path / "new", [package])
    assert told.refused
    assert ("claims/parties.csv:2", "unknown-word") in {
        (str(one.at), one.rule.name) for one in told.findings
    }


def described_as(tmp_path: Path, *resources: object, **files: str) -> Path:
    home = tmp_path / "p"
    home.mkdir()
    (home / "datapackage.json").write_text(json.dumps({"resources": resources}), "utf-8")
    for name, text in files.items():
        (home / name).write_text(text, "utf-8")
    return home


@pytest.mark.parametrize(
    "resource",
    [
        {"name": "parties", "path": "../outside.csv"},
        {"name": "parties", "path": "/etc/passwd"},
        {"name": "parties", "path": "https://example.org/parties.csv"},
        {"name": "parties", "path": ["a.csv", "b.csv"]},
        {"name": "parties", "path": "missing.csv"},
        {"name": "people", "path": "a.csv"},
        {"path": "a.csv"},
        "parties",
        None,
    ],
)
def test_a_description_leads_nowhere_outside_the_package(tmp_path, resource):
    (tmp_path / "outside.csv").write_text("party,side,country,name\n", "utf-8")
    home = described_as(tmp_path, resource, **{"a.csv": "x"})
    with pytest.raises(ReconcileError, match=r"taken in|cannot be read"):
        files_in(home)


def test_the_package_of_somebody_else_is_taken_by_the_names_of_its_resources(tmp_path):
    resource = {"name": "parties", "path": "who.csv"}
    told = "party,side,country,name\nchad,government,TD,Tchad\n"
    home = described_as(tmp_path, resource, **{"who.csv": told})
    into = empty(tmp_path / "home")
    (into / "claims" / "parties.csv").write_text("party,side,country,name\nx,insurgent,,X\n")
    done = plan(into, [home / "datapackage.json"])
    assert not done.refused
    carry_out(done)
    assert list(reconcile.read(into).tables["parties"]["party"]) == ["x", "chad"]


def test_a_link_out_of_a_package_is_not_followed(tmp_path):
    home = folder_of(export(reconcile.read(BASE)), tmp_path / "p")
    (home / "claims" / "secret.csv").symlink_to("/etc/passwd")
    with pytest.raises(ReconcileError, match="holds a link"):
        seal.verify(home)


@pytest.mark.parametrize("name", ["../out.csv", "/out.csv", "claims/../../out.csv", "a\\..\\b"])
def test_an_archive_that_leads_out_of_itself_is_not_unpacked(tmp_path, name):
    path = tmp_path / "p.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, "x")
    with pytest.raises(ReconcileError, match="leads out"):
        files_in(path)


def test_a_bomb_is_not_unpacked(tmp_path):
    path = tmp_path / "p.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("datapackage.json", b"0" * (100 << 20))
    with pytest.raises(ReconcileError, match="unpacks to 100 MB"):
        seal.verify(path)
