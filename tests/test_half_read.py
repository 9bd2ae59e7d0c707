"""Rows with a cell that could not be read: what is wrong with the others, and no false word."""

from held import broken, claims, held, laws
from ledgers import base, claim, event


def test_every_cell_that_cannot_be_read_is_told_and_what_is_wrong_with_the_others(tmp_path):
    row = claim("A", source="nobody", low="few", best="12.5", asserted_on="03/04/2025")
    row |= {"high": "-2", "stance": "figures", "supersedes": "b;nothing", "repeats": "nothing"}

    ledger = held(tmp_path, figures=[claim("b", low=3), row])

    assert broken(ledger) == [
        (3, "date-ambiguous", "asserted_on"),
        (3, "malformed-id", "claim"),
        (3, "negative-figure", "high"),
        (3, "not-a-whole-number", "best"),
        (3, "not-a-whole-number", "low"),
        (3, "unknown-reference", "repeats"),
        (3, "unknown-reference", "source"),
        (3, "unknown-reference", "supersedes"),
        (3, "unknown-word", "stance"),
    ]
    (told,) = (one for one in ledger.findings if one.key[-1] == "supersedes")
    assert told.message == "supersedes nothing is not in figures"
    assert claims(ledger) == ["b"]
    assert (ledger.refused, sum(ledger.left_out.values())) == (1, 0)
    assert not ledger.half_read


def test_no_law_that_asks_of_several_cells_is_tried_on_a_row_that_was_half_read(tmp_path):
    rows = {
        "figures": [claim("a", low=9, high=3, asserted_on="03/04/2025")],
        "events": [*base("events"), event("e", latitude="13,5", longitude="2.1")],
    }
    assert laws(held(tmp_path, **rows)) == [(5, "not-a-number"), (2, "date-ambiguous")]


def test_what_is_wrong_beside_a_cell_that_cannot_be_read_keeps_its_mark(tmp_path):
    """So that a waiver or a baseline knows the finding again when the cell has been mended."""
    both = held(tmp_path, figures=[claim("a", source="amry", asserted_on="03/04/2025")])
    mended = held(tmp_path, figures=[claim("a", source="amry")])

    (one,) = (found for found in both.findings if found.rule.name == "unknown-reference")
    (other,) = mended.findings
    assert one.fingerprint == other.fingerprint


def test_the_half_read_rows_of_every_file_of_a_table_are_judged(tmp_path):
    row = {"source": "amry", "asserted_on": "03/04/2025"}
    files = {name: [claim(f"{name}-0", low=3), claim(name, **row)] for name in "abc"}

    found = [
        one
        for one in held(tmp_path, figures=files).findings
        if one.rule.name == "unknown-reference"
    ]

    assert [str(one.at) for one in found] == [f"claims/figures/{name}.csv:3" for name in "abc"]


def test_a_correction_by_a_half_read_row_is_judged_by_its_reference_alone(tmp_path):
    rows = [
        claim("a", source="army"),
        claim("b", source="jnim", asserted_on="03/04/2025", supersedes="a;b"),
    ]
    assert laws(held(tmp_path, figures=rows)) == [(3, "date-ambiguous")]


def test_rows_without_an_id_are_told_apart_by_the_whole_record(tmp_path):
    """So that a waiver of one accepts no other, nor a whole row whose cell is empty."""
    row = {"event": "bridge-2025-06-01", "party": "jnim", "source": "amry", "says": "claims"}
    row["document"] = "gazette-2025-06-02"
    days = ("02/06/2025", "03/06/2025", "")
    rows = [*base("attributions"), *({**row, "asserted_on": day} for day in days)]

    ledger = held(tmp_path, attributions=rows)

    found = [one for one in ledger.findings if one.rule.name == "unknown-reference"]
    assert len({one.fingerprint for one in found}) == len(found) == 3


def test_what_cannot_be_read_is_no_event(tmp_path):
    rows = {
        "figures": [claim("a", event="Bridge", low=-5), claim("b", low=-5, asserted_on="1/2/2025")],
        "events": [*base("events"), event("Bad Id", latitude="144.5")],
    }
    found = held(tmp_path, **rows).findings

    laws = ("negative-figure", "coordinates-outside-the-world")
    events = {one.key[0]: one.values["event"] for one in found if one.rule.name in laws}
    assert len(events) == 3
    assert sorted(map(str, events.values())) == ["None", "None", "bridge-2025-06-01"]


def test_rows_whose_id_cannot_be_read_are_told_apart(tmp_path):
    rows = [claim("A", source="amry"), claim("B", source="amry"), claim("a", source="army")]
    ledger = held(tmp_path, figures=rows)

    found = [one for one in ledger.findings if one.rule.name == "unknown-reference"]
    assert [one.at.line for one in found] == [2, 3]
    assert len({one.fingerprint for one in found}) == 2
