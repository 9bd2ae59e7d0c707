"""A file read in columns is what the reader that explains makes of it, or is left to that one."""

import os
import shutil
from pathlib import Path

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from ledgers import base, csv_text, ledger_at

from reconcile.ledger import load
from reconcile.reading import cells, file
from reconcile.reading.columns import _PLAIN, frame_of, read_at_once
from reconcile.reading.kept import Store
from reconcile.reading.table import FileReading, read_bytes
from reconcile.tables import TABLES

ROOT = Path(__file__).parent.parent
EVENTS = TABLES["events"]
HEADER = ",".join(column.name for column in EVENTS.columns)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("file") / "events.csv"


def explained(raw, table):
    reading = FileReading("events.csv")
    read_bytes(raw, "events.csv", table, reading)
    return reading, frame_of(reading.rows, table)


def at_once(place, raw, table):
    place.write_bytes(raw)
    reading = FileReading("events.csv")
    kept = read_at_once(place, table, reading, Store())
    return None if kept is None else (reading, kept)


def agree(place, raw, table=EVENTS):
    """Whether the file is read in columns; where it is, both readers say the same."""
    if (told := at_once(place, raw, table)) is None:
        return False
    (reading, kept), (expected, rows) = told, explained(raw, table)
    frame = kept.frame()
    assert reading.faults == expected.faults
    assert (reading.records, reading.refused) == (expected.records, expected.refused)
    assert reading.half_read == expected.half_read
    if table.identity is not None:
        assert reading.ids | set(frame[table.identity]) == expected.ids
    assert frame.dtypes.to_dict() == rows.dtypes.to_dict()
    assert list(kept.lines) == list(rows.index)
    assert frame.set_axis(rows.index).equals(rows)
    return True


def line(**told):
    """A line of events, the cells as they are written in the file."""
    row = {
        "event": "lake-2025",
        "name": "Attack at the lake",
        "starts_on": "2025-06-01",
        "date_precision": "day",
        "country": "TD",
        "latitude": "13.05",
        "longitude": "-14.5",
    } | told
    return ",".join(row.get(column.name, "") for column in EVENTS.columns)


def written(*lines, end="\n", last="\n"):
    return (end.join([HEADER, *lines]) + last).encode()


TAKEN = {
    "plain": written(line()),
    "without an end": written(line(), last=""),
    "no record": written(),
    "byte-order mark": b"\xef\xbb\xbf" + written(line()),
    "crlf": written(line(), line(event="b"), end="\r\n", last="\r\n"),
    "crlf without an end": written(line(), end="\r\n", last=""),
    "quoted cells": written(line(name='"Attack, at the ""lake"""', note='""')),
    "a quote inside a cell": written(line(note='some 12" and "so" on')),
    "spaces around cells": written(line(country=" TD ", name="  Attack "), line(event="b")),
    "wide spaces around cells": written(line(name="\u00a0Attack\u202f", note="\u3000a")),
    "accents": written(line(name="Djénné", note="« août »"), line(name="Gao – 1")),
    "other alphabets": written(line(name="乍得"), line(name="Африка", event="b")),
    "a look-alike": written(line(name="Аttack"), line(event="Ьridge")),
    "an invisible character": written(line(name="At\u200btack", note="a\u200bb")),
    "faulty cells": written(
        line(starts_on="01/06/2025"),
        line(event="Lake", latitude='"13,05"'),
        line(event="b", starts_on=""),
        line(event="c", ends_on="2025-02-30"),
        line(event="d"),
    ),
    "odd and good": written(line(latitude="-0", longitude="00.50"), line(starts_on="0999-01-01")),
    "a line of commas": written(line(), ",,,,,,,,,,,,,", line(event="b")),
    "a line of spaces and commas": written(line(), " ,,, ,,,,,,,,,,", line(event="b")),
    "words that look empty": written(line(name="NULL", place="nan", admin1="None")),
    "comments": written(line(event="#lake"), "# " + line()),
}
LEFT = {
    "nothing": b"",
    "another header": written(line()).replace(b"country", b"state"),
    "no header but a line": written(line())[len(HEADER) + 1 :],
    "an empty line": written(line(), "", line(event="b")),
    "an empty line at the end": written(line(), ""),
    "an empty line before the header": b"\n" + written(line()),
    "a line too short": written(line(), "a,b"),
    "a line too long": written(line() + ","),
    "cr": written(line(), line(event="b"), end="\r"),
    "mixed line ends": written(line(), line(event="b"), end="\r\n"),
    "a break in a cell": written(line(name='"Attack\nat the lake"')),
    "a break in a cell and an empty line": written(line(name='"a\nb"'), "", line(event="b")),
    "a quote that is not closed": written(line(note='"open'), line(event="b")),
    "a stray quote": written(line(name='"Attack" at the lake')),
    "a space before a quote": written(line(name=' "Attack, at night"')),
    "spaces before a quote": written(line(name='  "Attack"')),
    "a space behind a quote": written(line(name='"Attack" ')),
    "a space behind a quote at the end": written(line(note='"a" '), last=""),
    "quoted empty cells alone": written(line(), '"",,,,,,,,,,,,,'),
    "a tab": written(line(note="a\tb")),
    "nul": written(line(note="a\0b")),
    "a late control character": written(line(note="a\x85b")),
    "a line separator": written(line(note="a\u2028b")),
    "not normalised": written(line(name="Dje\u0301nne\u0301")),
    "latin-1": written(line(name="Djénné")).decode().encode("latin-1"),
    "utf-16": written(line()).decode().encode("utf-16"),
    "semicolons": written(line()).replace(b",", b";"),
    "a cell too long": written(line(note="x" * 131_073)),
}


@pytest.mark.parametrize("raw", TAKEN.values(), ids=TAKEN)
def test_a_plainly_built_file_is_read_in_columns(place, raw):
    assert agree(place, raw)


@pytest.mark.parametrize("raw", LEFT.values(), ids=LEFT)
def test_any_other_file_is_left_to_the_reader_that_explains(place, raw):
    assert not agree(place, raw)


WRITTEN = [
    *[
        "",
        "a-1",
        "ML",
        "yes",
        "7",
        "-7",
        "1 200",
        "12.5",
        "1e5",
        "2025-06-01",
        "2025-02-30",
        "01/06/2025",
        "a;b",
        "a;",
        " x",
        "x ",
        "day",
    ],
    *["Djénné", "0001-01-01", "٣", "a\u200bb", "Аb", "999999999999999999", "figure", "ß", "\xa0a"],
    *['"x"', '"a, ""b"""', 'a"b', '""'],
]
CELL = st.one_of(
    st.sampled_from(WRITTEN),
    st.text(st.sampled_from('",\r\n ab-;\t\u00e9\u0301\u200b\u00d7É'), max_size=4),
)


@settings(max_examples=settings().max_examples * 2)
@example("figures", [], "\n", "")
@given(
    st.sampled_from(["figures", "events", "victims", "sources"]),
    st.lists(st.lists(st.tuples(st.integers(0, 30), CELL), max_size=3), max_size=5),
    st.sampled_from(["\n", "\n", "\r\n"]),
    st.sampled_from(["", "\n", "\n\n"]),
)
def test_both_readers_see_the_same_rows_lines_and_faults(place, table, changed, end, last):
    header, *rows = csv_text(table, base(table)[: len(changed)]).splitlines()
    lines = [header]
    for row, told in zip(rows, changed, strict=False):
        written_cells = row.split(",")
        for at, cell in told:
            written_cells[at % len(written_cells)] = cell
        lines.append(",".join(written_cells))
    agree(place, (end.join(lines) + last).encode(), TABLES[table])


@pytest.mark.parametrize("kind", _PLAIN)
def test_a_plain_cell_has_the_value_that_its_parser_gives(place, kind):
    """Every character that a plain cell may hold, alone and among others."""
    table = next(
        (table, column)
        for table in TABLES.values()
        for column in table.columns
        if column.kind == kind
    )
    letters = [
        chr(at) for at in range(0x20, 0x180) if not 0x7F <= at < 0xA0 and chr(at) not in '",'
    ]
    told = [*letters, *(f"a{one}" for one in letters), *(f"{one}1" for one in letters)]
    told += ["2025-02-29T00:00:00Z", "2025-06-01T23:59:59Z", "2025-06-01T24:00:00Z"]
    told += ["2025-06-01T09:30:60Z", "2025-06-01T09:30:00+00:00", "2025-06-01 09:30:00Z"]
    told += ["1.5", "1.", "-1", "1" * 15, "1" * 16, "2024-02-29", "1999-12-31", "1900-02-29"]
    names = [column.name for column in table[0].columns]
    lines = [",".join(cell if one == table[1].name else "" for one in names) for cell in told]
    assert agree(place, "\n".join([",".join(names), *lines]).encode(), table[0])


PLAIN = {
    **dict.fromkeys(("text", "word", "name", "id", "ids"), "a"),
    **{"country": "ML", "whole": "7", "decimal": "1.5", "date": "2025-06-01", "yes": "yes"},
    "moment": "2025-06-01T09:30:00Z",
}


def test_every_kind_of_cell_has_its_plain_form():
    assert _PLAIN.keys() == PLAIN.keys() == cells.PARSERS.keys()


@pytest.mark.parametrize("name", TABLES)
def test_every_table_is_read_in_columns(place, name):
    header = [column.name for column in TABLES[name].columns]
    row = [PLAIN[column.kind] for column in TABLES[name].columns]
    odd = ["\u200bodd", *row[1:]]
    lines = [header, row, odd, row]
    assert agree(place, "\n".join(map(",".join, lines)).encode(), TABLES[name])


WRONG = sorted((ROOT / "tests" / "wrong").iterdir())


def test_the_ledgers_at_hand_are_read_alike(place):
    seen, taken = set(), 0
    homes = [ROOT / "claims", ROOT / "tests" / "base" / "claims", *WRONG]
    for path in (path for home in homes for path in sorted(home.rglob("*.csv"))):
        if not path.is_file():
            continue
        raw = path.read_bytes()
        name = path.stem if path.stem in TABLES else "figures"
        if (name, raw) not in seen:
            seen.add((name, raw))
            taken += agree(place, raw, TABLES[name])
    assert taken > 15


def test_a_large_file_of_a_ledger_is_read_in_columns(monkeypatch):
    asked = []

    def counted(path, *told):
        kept = read_at_once(path, *told)
        asked.append((path.name, kept is not None))
        return kept

    slow = load(ROOT)
    monkeypatch.setattr(file, "LARGE", 20_000)
    monkeypatch.setattr(file, "read_at_once", counted)
    fast = load(ROOT)

    assert ("2025.csv", True) in asked and ("parties.csv", True) not in asked
    assert fast.findings == slow.findings and fast.counts == slow.counts and fast.ids == slow.ids
    assert fast.addresses.equals(slow.addresses)
    assert [fast.address(at) for at in fast.addresses.index[::7]] == [
        slow.address(at) for at in slow.addresses.index[::7]
    ]
    assert all(fast.tables[name].equals(slow.tables[name]) for name in TABLES)


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_the_name_of_a_folder_says_nothing_of_what_is_in_it(tmp_path, monkeypatch, ending):
    """DuckDB takes `country=XX` in a path for a column."""
    monkeypatch.setattr(file, "LARGE", 0)
    plain = ledger_at(tmp_path / "plain")
    if ending == "parquet":
        for path in sorted((plain / "claims").glob("*.csv")):
            query = f"SELECT * FROM read_csv('{path}', all_varchar = true, header = true)"
            duckdb.execute(f"COPY ({query}) TO '{path.with_suffix('.parquet')}'")
            path.unlink()
    named = tmp_path / "country=XX" / "side=insurgent" / "year=2025"
    shutil.copytree(plain, named)
    before, after = load(plain), load(named)
    assert before.findings == after.findings == ()
    assert all(after.tables[name].equals(before.tables[name]) for name in TABLES)
    assert len(after.tables["sources"]) > 3


def test_a_file_that_changes_while_it_is_read_is_left_to_the_other_reader(place, monkeypatch):
    place.write_bytes(written(line()))

    def changed(*told):
        fetch(*told)
        place.write_bytes(written(line(), line(event="b")))
        os.utime(place, ns=(1, 1))

    from reconcile.reading import columns

    fetch = columns._fetch
    monkeypatch.setattr(columns, "_fetch", changed)
    assert read_at_once(place, EVENTS, FileReading("events.csv"), Store()) is None


@pytest.mark.parametrize("name", ["a*.csv", "a[1].csv", "a?.csv", "a\n.csv"])
def test_a_file_whose_name_could_mean_others_is_left_to_the_other_reader(tmp_path, name):
    (tmp_path / "a1.csv").write_bytes(written(line(event="b")))

    assert at_once(tmp_path / name, written(line()), EVENTS) is None


def test_a_name_of_plain_letters_is_no_look_alike():
    letters = [chr(at) for at in [*range(0x21, 0x7F), *range(0xC0, 0x100)]]
    assert all(cells.name(one) == one and cells.name(f"a{one}b") == f"a{one}b" for one in letters)
