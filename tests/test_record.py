"""The writer of a ledger: whole or not at all, and every byte that is there stays."""

import datetime as dt
import os
import threading
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledgers import base, claim, ledger_at, source

import reconcile
from reconcile.finding import Address, ReconcileError
from reconcile.reading import characters
from reconcile.reading.records import records, stripped
from reconcile.reading.text import lines
from reconcile.record import append, remove

PARTY = {"party": "niger", "side": "government", "country": "NE", "name": "Niger"}
WAIVER = {"rule": "r", "relation": "figures", "because": "so", "accepted_by": "an analyst"}
WAIVER |= {"accepted_on": dt.date(2025, 7, 1)}


def file(home, name="parties"):
    return home / "claims" / f"{name}.csv"


def everything(home):
    return {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}


def refused(home, rows):
    """What `append` says of rows that it refuses; nothing may have changed."""
    before = everything(home)
    with pytest.raises(ReconcileError) as fault:
        append(home, rows)
    assert everything(home) == before
    return str(fault.value)


def test_a_row_stands_below_the_others_and_is_read_from_the_address_told(tmp_path):
    home = ledger_at(tmp_path)
    before = file(home, "figures").read_bytes()
    told = append(home, {"figures": [claim("new-1"), claim("new-2", stated="12, then “15”")]})

    after = file(home, "figures").read_bytes()
    assert after.startswith(before)
    told_lines = after.decode().split("\n")
    for address, identity in zip(told["figures"], ("new-1", "new-2"), strict=True):
        assert address.file == "claims/figures.csv"
        assert told_lines[address.line - 1].startswith(f"{identity},")
    ledger = reconcile.read(home)
    assert not ledger.findings
    figures = ledger.tables["figures"].set_index("claim")
    assert figures.loc["new-2", "stated"] == "12, then “15”"


@pytest.mark.parametrize(("ending", "bom"), [("\n", ""), ("\r\n", "\ufeff"), ("\r", "")])
@pytest.mark.parametrize("tail", ["", "{}", "{0}{0}", "{0} , ,{0}", "{0} , ,"])
def test_the_ending_of_lines_and_what_stands_behind_them_stay(tmp_path, ending, bom, tail):
    text = f"{bom}name,party,side,country{ending}Mali,mali,government,ML{tail.format(ending)}"
    home = ledger_at(tmp_path, parties=text.encode())
    append(home, {"parties": [PARTY]})

    joint = "" if text.endswith(ending) else ending
    wanted = f"{text}{joint}Niger,niger,government,NE{ending}"
    assert file(home).read_bytes() == wanted.encode()
    assert set(reconcile.read(home).tables["parties"]["party"]) == {"mali", "niger"}


@pytest.mark.parametrize("content", [None, b"", b"\n", b"\xef\xbb\xbf\r\n"])
def test_a_file_that_is_missing_or_empty_gets_its_header(tmp_path, content):
    home = ledger_at(tmp_path, waivers=content)
    (address,) = append(home, {"waivers": [WAIVER | {"key": "a;b"}]})["waivers"]

    raw = file(home, "waivers").read_bytes()
    assert raw.startswith(content or b"rule,relation,key,")
    ledger = reconcile.read(home)
    assert not ledger.findings
    (row,) = ledger.tables["waivers"].index
    assert ledger.address(row) == address
    assert ledger.tables["waivers"].loc[row, "key"] == "a;b"
    assert ledger.tables["waivers"].loc[row, "accepted_on"] == dt.datetime(2025, 7, 1)


def test_one_of_several_files_is_named_and_made(tmp_path):
    home = ledger_at(tmp_path, figures={"2024": [claim("a")], "2025": [claim("b")]})
    said = refused(home, {"figures": [claim("c")]})
    assert "say which of figures/2024, figures/2025" in said

    told = append(home, {"figures/2025": [claim("c")], "figures/2026": [claim("d")]})
    assert told["figures/2025"] == (Address("claims/figures/2025.csv", 3),)
    assert told["figures/2026"] == (Address("claims/figures/2026.csv", 2),)
    assert set(reconcile.read(home).tables["figures"]["claim"]) == {"a", "b", "c", "d"}


def test_one_file_has_one_key(tmp_path):
    home = ledger_at(tmp_path, figures={"2025": [claim("a")]})
    rows = {"figures": [claim("b")], "figures/2025": [claim("c")]}
    assert "another key means claims/figures/2025.csv too" in refused(home, rows)


def test_values_are_written_as_the_format_has_them(tmp_path):
    home = ledger_at(tmp_path, sources=base("sources"))
    row = source("clinic", "local", collective=True, note=None, reliability=3)
    event = {"event": "e", "name": "An e\u0301vent ", "starts_on": dt.datetime(2025, 6, 1, 9)}
    event |= {"date_precision": "day", "latitude": 12.5, "longitude": -3}
    append(home, {"events": [event], "sources": [row, source("other", "local", collective=False)]})
    append(home, {"figures": [claim("x"), claim("y", supersedes=["x"], low=4)]})

    ledger = reconcile.read(home)
    assert not ledger.findings
    assert file(home, "events").read_text("utf-8").splitlines()[-1].startswith("e,An évent,")
    assert ledger.tables["sources"].set_index("source").loc["clinic", "reliability"] == "3"
    assert ledger.tables["sources"].set_index("source").loc["clinic", "collective"]
    assert not ledger.tables["sources"].set_index("source").loc["other", "collective"]
    assert ledger.tables["figures"].set_index("claim").loc["y", "supersedes"] == "x"


def test_a_filled_column_that_the_header_lacks_is_named_and_an_empty_one_is_not(tmp_path):
    home = ledger_at(tmp_path, parties="party,side,name,country\nmali,government,Mali,ML\n")
    rows = [PARTY | {"colour": ""}, PARTY | {"colour": "red"}, PARTY | {"colour": "blue"}]
    said = refused(home, {"parties": rows})
    assert "parties: the table knows no column 'colour', which 2 rows fill" in said

    home = ledger_at(tmp_path, figures="claim,event,source,document,asserted_on,measure,victims\n")
    said = refused(home, {"figures": [claim("a")]})
    assert "the header has no column stated, which 1 row fills; add it to the header" in said


@pytest.mark.parametrize(
    "cell",
    [
        "two\nlines",
        "a\rb",
        "a\tb",
        "\x1b[2J",
        "a\x00",
        "a\x85b",
        "a\u2028b",
        "\ud800",
        "x" * 200_000,
    ],
)
def test_a_cell_that_would_break_the_format_is_refused(tmp_path, cell):
    home = ledger_at(tmp_path)
    said = refused(home, {"parties": [PARTY, PARTY | {"name": cell}]})
    assert said.startswith("nothing was written:\nparties: row 2: name ")
    assert len(said) < 200


def test_all_faults_of_all_tables_are_said_at_once_and_none_is_written(tmp_path):
    home = ledger_at(tmp_path)
    rows = {
        "sources": [source("clinic", "local")],
        "parties": [PARTY | {"name": "a\nb"}, {}, {"colour": "red"}],
        "waivers/../../stolen": [WAIVER],
        "figures": [claim("a", note="\x07")],
    }
    said = refused(home, rows).splitlines()
    assert len(said) == 6
    assert sum(line.startswith("parties: ") for line in said) == 3


def test_a_table_that_is_not_there_is_named(tmp_path):
    assert "there is no table 'fugures'" in refused(ledger_at(tmp_path), {"fugures": []})
    with pytest.raises(ReconcileError, match="is no workspace"):
        append(tmp_path / "nowhere", {"parties": [PARTY]})


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("party,side,country,name\nmali,government,ML,Malí\n".encode("latin-1"), "is not UTF-8"),
        (b'party,"side,country,name\nmali,government,ML,Mali\n', "the header cannot be split"),
        (b"party,side,country,name,name\n", "the column name 2 times"),
    ],
)
def test_a_file_that_cannot_be_read_is_not_added_to(tmp_path, content, why):
    assert why in refused(ledger_at(tmp_path, parties=content), {"parties": [PARTY]})


def test_a_quotation_mark_left_open_above_swallows_no_new_row(tmp_path):
    text = 'party,side,country,name\nbenin,government,BJ,Benin\nmali,government,ML,"Mali'
    home = ledger_at(tmp_path, parties=text)
    row = PARTY | {"name": 'The "Republic", of Niger'}
    assert append(home, {"parties": [row]})["parties"] == (Address("claims/parties.csv", 4),)
    parties = reconcile.read(home).tables["parties"].set_index("party")
    assert dict(parties["name"]) == {"benin": "Benin", "niger": 'The "Republic", of Niger'}


@pytest.mark.parametrize("dying", [1, 2])
def test_a_disk_that_fails_midway_leaves_every_file_as_it_was(tmp_path, monkeypatch, dying):
    home = ledger_at(tmp_path, waivers=None)
    renamed = os.replace
    calls = []

    def fail(old, new):
        calls.append(new)
        if len(calls) == dying + 1:
            raise OSError(28, "No space left on device", str(new))
        renamed(old, new)

    monkeypatch.setattr(os, "replace", fail)
    rows = {
        "waivers": [WAIVER | {"key": "k"}],
        "parties": [PARTY],
        "sources": [source("a", "local")],
    }
    assert "No space left on device" in refused(home, rows)
    assert len(calls) > dying


def test_what_others_refer_to_is_written_first(tmp_path, monkeypatch):
    home = ledger_at(tmp_path)
    renamed, order = os.replace, []
    monkeypatch.setattr(os, "replace", lambda old, new: (order.append(new.stem), renamed(old, new)))
    append(home, {"figures": [claim("a")], "parties": [PARTY], "sources": [source("a", "local")]})
    assert order == ["parties", "sources", "figures"]


def test_the_rights_of_a_file_and_a_link_to_it_stay(tmp_path):
    home = ledger_at(tmp_path)
    kept = tmp_path / "kept.csv"
    file(home).rename(kept)
    kept.chmod(0o640)
    file(home).symlink_to(kept)
    append(home, {"parties": [PARTY], "waivers": [WAIVER | {"key": "k"}]})

    assert file(home).is_symlink()
    assert kept.read_text("utf-8").endswith("niger,government,NE,Niger\n")
    assert kept.stat().st_mode & 0o777 == 0o640
    mask = os.umask(0)
    os.umask(mask)
    assert file(home, "waivers").stat().st_mode & 0o777 == 0o666 & ~mask


def test_several_writers_at_once_lose_no_row(tmp_path):
    home = ledger_at(tmp_path)

    def write(name):
        for at in range(5):
            append(home, {"parties": [PARTY | {"party": f"{name}-{at}"}]})

    writers = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(reconcile.read(home).tables["parties"]) == len(base("parties")) + 20
    assert not list(home.rglob("*.new"))


CELLS = st.one_of(
    st.text(max_size=12), st.text(st.sampled_from("\",;= x'\ufeff\u200bé"), max_size=8)
)


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=4))
def test_what_is_written_is_what_is_read_or_it_is_refused(tmp_path, told):
    home = ledger_at(tmp_path, waivers=None)
    rows = [WAIVER | {"key": key, "because": because} for key, because in told]
    bad = any(characters.control(stripped(cell)) for pair in told for cell in pair)
    try:
        append(home, {"waivers": rows})
    except ReconcileError:
        assert bad and not file(home, "waivers").exists()
        return
    assert not bad
    read = list(records(lines(file(home, "waivers").read_bytes()), 2, 7))
    wanted = [tuple(unicodedata.normalize("NFC", stripped(cell)) for cell in pair) for pair in told]
    assert [(one.cells[2], one.cells[3]) for one in read] == wanted


def test_a_waiver_is_removed_and_its_neighbours_stay_byte_for_byte(tmp_path):
    parts = [b"rule,relation,key,because,accepted_by,accepted_on,expires_on\r\n", b"\r\n"]
    parts += [f'r,figures,k{at},"so, so",me,2025-07-01,\r\n'.encode() for at in range(4)]
    parts[-1] = parts[-1].rstrip()
    home = ledger_at(tmp_path, waivers=b"".join(parts))
    told = {Address("claims/waivers.csv", at + 3): {"key": f"k{at}", "rule": "r"} for at in (1, 3)}
    remove(home, told)
    assert file(home, "waivers").read_bytes() == b"".join([*parts[:3], parts[4]])


@pytest.mark.parametrize(
    ("address", "cells", "why"),
    [
        (Address("claims/figures.csv", 2), {"key": "k"}, "holds no waivers"),
        (Address("../claims/waivers.csv", 2), {"key": "k"}, "holds no waivers"),
        (Address("claims/waivers.csv", 0), {"key": "k"}, "has not that waiver"),
        (Address("claims/waivers.csv", 1), {"key": "key"}, "has not that waiver"),
        (Address("claims/waivers.csv", 4), {"key": "k"}, "has not that waiver"),
        (Address("claims/waivers.csv", 3), {"key": "another"}, "has not that waiver"),
    ],
)
def test_nothing_but_the_waiver_meant_is_ever_removed(tmp_path, address, cells, why):
    home = ledger_at(tmp_path, waivers=[WAIVER | {"key": "j"}, WAIVER | {"key": "k"}])
    before = everything(home)
    with pytest.raises(ReconcileError, match=why):
        remove(home, {Address("claims/waivers.csv", 2): {"key": "j"}, address: cells})
    assert everything(home) == before
