"""Parquet beside CSV: the same rows, the same faults, `file:row` for an address."""

import csv
import datetime as dt
import io
import shutil
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from ledgers import base, claim, ledger_at

import reconcile
from reconcile.exchange.package import export
from reconcile.finding import ReconcileError
from reconcile.reading.columns import frame_of
from reconcile.reading.kept import Store
from reconcile.reading.parquet import read_parquet
from reconcile.reading.table import FileReading, read_bytes
from reconcile.record import append
from reconcile.review import retract
from reconcile.tables import TABLES

ROOT = Path(__file__).parent.parent
TYPES = {"whole": "BIGINT", "decimal": "DOUBLE", "date": "DATE"}


def as_parquet(file, table):
    """The CSV file of a lawful table as a Parquet file beside it, typed, the CSV taken away."""
    columns = {column.name: column.kind for column in TABLES[table].columns}
    database = duckdb.connect()
    database.execute(
        f"CREATE TABLE told AS SELECT * FROM read_csv('{file}', all_varchar = true, header = true)"
    )
    header = [name for name, *_ in database.execute("DESCRIBE told").fetchall()]
    values = [
        f'"{name}" = \'yes\' AS "{name}"'
        if columns[name] == "yes"
        else f'CAST("{name}" AS {TYPES.get(columns[name], "VARCHAR")}) AS "{name}"'
        for name in header
    ]
    out = file.with_suffix(".parquet")
    database.execute(f"COPY (SELECT {', '.join(values)} FROM told) TO '{out}' (FORMAT parquet)")
    file.unlink()


def written(home, table, select):
    """A workspace at `home`, one table of the base as Parquet with the rows of `select`."""
    ledger_at(home, **{table: None})
    out = home / "claims" / f"{table}.parquet"
    duckdb.connect().execute(f"COPY ({select}) TO '{out}' (FORMAT parquet)")
    return home


def found(ledger):
    return [(str(one.at), one.rule.name, one.message) for one in ledger.findings]


RETRACTED = "djibo-2025-05-11--jnim--killed--soldiers--2"
PARTIES = "SELECT 'mali' AS party, 'government' AS side, 'ML' AS country, 'Mali' AS name"


def test_a_ledger_in_parquet_is_the_ledger_in_csv(tmp_path):
    shutil.copytree(ROOT / "claims", tmp_path / "claims")
    moment = dt.datetime(2026, 6, 1, 9, 30, tzinfo=dt.UTC)
    retract(tmp_path, RETRACTED, by="Awa", because="Denied, “wholly”", on=moment)
    before = reconcile.read(tmp_path)
    assert RETRACTED in set(before.withheld["claim"])
    for file in sorted((tmp_path / "claims").rglob("*.csv")):
        as_parquet(file, file.stem if file.stem in TABLES else "figures")
    after = reconcile.read(tmp_path)

    assert found(after) == found(before) == []
    assert after.ids == before.ids
    assert all(after.tables[name].equals(before.tables[name]) for name in TABLES)
    assert {str(after.address(row)) for row in after.tables["figures"].index} == {
        f"{one.file.removesuffix('.csv')}.parquet:{one.line - 1}"
        for one in map(before.address, before.tables["figures"].index)
    }


def test_csv_and_parquet_stand_side_by_side(tmp_path):
    figures = {"a": base("figures"), "b": [claim("x"), claim("y", source="nobody")]}
    home = ledger_at(tmp_path, figures=figures)
    as_parquet(home / "claims" / "figures" / "b.csv", "figures")

    ledger = reconcile.read(home)

    assert len(ledger.tables["figures"]) == len(base("figures")) + 1
    assert [(at, rule) for at, rule, _ in found(ledger)] == [
        ("claims/figures/b.parquet:2", "unknown-reference")
    ]


@pytest.mark.parametrize(
    ("column", "value", "kind", "types"),
    [
        ("low", "1.0::DOUBLE", "DOUBLE", "VARCHAR, BIGINT, INTEGER"),
        ("asserted_on", "TIMESTAMP '2025-06-02'", "TIMESTAMP", "VARCHAR, DATE"),
        ("claim", "7", "INTEGER", "VARCHAR"),
        ("stated", "['a']", "VARCHAR[]", "VARCHAR"),
    ],
)
def test_a_mistyped_column_is_refused_and_its_types_are_named(tmp_path, column, value, kind, types):
    row = claim("x") | {column: None}
    cells = [
        f"{value} AS {name}" if name == column else f"'{cell}' AS {name}"
        for name, cell in row.items()
    ]
    home = written(tmp_path, "figures", f"SELECT {', '.join(cells)}")

    assert found(reconcile.read(home)) == [
        (
            "claims/figures.parquet",
            "mistyped-column",
            f"the column {column} is of the type {kind}; it may be {types}",
        )
    ]


def test_an_empty_column_may_be_of_any_type(tmp_path):
    row = ", ".join(f"'{cell}' AS {name}" for name, cell in claim("x").items())
    home = written(tmp_path, "figures", f"SELECT {row}, NULL::DOUBLE AS low, NULL::INT AS note")

    assert found(reconcile.read(home)) == []


@pytest.mark.parametrize(
    ("select", "rule", "message"),
    [
        (PARTIES.replace(", 'Mali' AS name", ""), "missing-column", "there is no column name"),
        (
            PARTIES.replace("AS side", "AS sied"),
            "unknown-column",
            "no column is called sied; did you mean side?",
        ),
    ],
)
def test_a_column_that_lacks_or_is_unknown_is_told(tmp_path, select, rule, message):
    told = found(reconcile.read(written(tmp_path, "parties", select)))

    assert told[0] == ("claims/parties.parquet", rule, message)


@pytest.mark.parametrize("raw", [b"", b"PAR1", b"party,side\n", b"PAR1" + b"\0" * 50 + b"PAR1"])
def test_a_damaged_file_is_told(tmp_path, raw):
    home = ledger_at(tmp_path, parties=None)
    (home / "claims" / "parties.parquet").write_bytes(raw)

    told = found(reconcile.read(home))

    assert told[0][:2] == ("claims/parties.parquet", "unreadable-file")
    assert "damaged" in told[0][2]


def test_a_cell_that_is_too_long_is_refused_at_its_row(tmp_path):
    select = f"{PARTIES} UNION ALL SELECT 'chad', 'government', 'TD', repeat('x', 131073)"
    ledger = reconcile.read(written(tmp_path, "parties", select))

    assert [(at, rule) for at, rule, _ in found(ledger)][:1] == [
        ("claims/parties.parquet:2", "cell-too-long")
    ]


def test_a_file_that_would_fill_the_memory_is_refused(tmp_path):
    long = PARTIES.replace("'Mali'", "repeat('x', 100000)")
    home = written(tmp_path, "parties", f"SELECT t.* FROM ({long}) AS t, RANGE(2000)")
    assert (home / "claims" / "parties.parquet").stat().st_size < 20_000

    told = found(reconcile.read(home))

    assert told[0][:2] == ("claims/parties.parquet", "unreadable-file")
    assert "unpacks to 190 MB" in told[0][2]


def test_a_new_row_goes_to_a_file_of_text(tmp_path):
    home = ledger_at(tmp_path)
    as_parquet(home / "claims" / "parties.csv", "parties")
    row = {"party": "chad", "side": "government", "country": "TD", "name": "Chad"}

    append(home, {"parties": [row]})

    ledger = reconcile.read(home)
    assert found(ledger) == []
    assert len(ledger.tables["parties"]) == len(base("parties")) + 1
    assert (home / "claims" / "parties.csv").read_text().startswith("party,side,country,name\n")


def test_a_package_does_not_carry_parquet(tmp_path):
    home = ledger_at(tmp_path)
    as_parquet(home / "claims" / "parties.csv", "parties")

    with pytest.raises(ReconcileError, match=r"claims/parties\.parquet.*CSV"):
        export(reconcile.read(home))


WORDS = st.one_of(
    st.sampled_from(["", "a-1", " a ", "Djénné", "De\u0301", "\u00a0a", "a\u200bb", "Аb", "a\tb"]),
    st.sampled_from(
        ["yes", "7", "1 200", "2025-06-01", "1/2/2025", "a;b", "a\u0085b", "government"]
    ),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\0"), max_size=5),
)


ODD_WORDS = ["a\tb", "De\u0301", "a\u0085b", "a\u2028b", " a", "a\u00a0", "Djénné", ""]


@settings(max_examples=settings().max_examples // 2)
@example([(f"s-{at}", "A voice", word, "", "") for at, word in enumerate(ODD_WORDS)])
@given(st.lists(st.tuples(WORDS, WORDS, WORDS, WORDS, WORDS), min_size=1, max_size=4))
def test_texts_are_read_as_they_are_in_a_file_of_text(tmp_path_factory, rows):
    header = ["source", "name", "side", "party", "collective"]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows([header, *rows])
    expected = FileReading("x")
    read_bytes(out.getvalue().encode(), "x", TABLES["sources"], expected)

    path = tmp_path_factory.getbasetemp() / "x.parquet"
    database = duckdb.connect()
    database.execute(f"CREATE TABLE t ({', '.join(f'{name} VARCHAR' for name in header)})")
    database.executemany("INSERT INTO t VALUES (?, ?, ?, ?, ?)", [list(row) for row in rows])
    database.execute(f"COPY t TO '{path}' (FORMAT parquet)")
    reading = FileReading("x")
    kept = read_parquet(path, TABLES["sources"], reading, Store())
    frame = kept.frame().set_axis(pd.Index(kept.lines, dtype="int64"))

    blank = [at for at, row in enumerate(rows, 2) if not "".join(row).strip()]
    faults = [(one.line - 1, one.rule, one.key) for one in expected.faults if one.line not in blank]
    assert [(one.line, one.rule, one.key) for one in reading.faults] == faults
    assert frame.set_axis(frame.index + 1).equals(frame_of(expected.rows, TABLES["sources"]))
    half_read = [line - 1 for line in expected.half_read.lines if line not in blank]
    assert reading.half_read.lines == half_read
    assert reading.ids | set(frame["source"]) == expected.ids
