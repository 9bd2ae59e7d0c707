"""What is said of a row that an expectation refuses, in both languages."""

import pytest
from ledgers import claim, ledger_at
from suites_as_text import between, expectation, put

import reconcile
from reconcile.naming import Names

pytestmark = pytest.mark.untraced


def test_a_finding_names_all_rows_that_it_rests_on(tmp_path):
    text = between(column='"claims"', max_value="1", message="{event}, {cell}: {claims}, {figure}")
    figures = [claim("a", low=8, high=9), claim("b", low=12, high=14), claim("c", source="jnim")]
    home = ledger_at(tmp_path, figures=figures, suites={"event_side": text})
    (told,) = [one for one in reconcile.check(reconcile.read(home)) if one.rule.name == "my-rule"]
    assert told.message == "bridge-2025-06-01, soldiers killed: 2, 8 to 14"
    assert told.message_in("fr") == "bridge-2025-06-01, soldats tués: 2, 8 à 14"
    lines = sorted(one.line for one in (told.at, *told.also))
    assert (told.at.line, lines) == (3, [2, 3])


@pytest.mark.parametrize(
    ("relation", "message", "key", "english", "french"),
    [
        ("sources", "{party}, {note}", ("gazette",), "–, Its own tally", "–, Its own tally"),
        ("sources", "{party}, {collective}", ("army",), "Mali, False", "Mali, False"),
        ("standing", "{figure}", ("market--army--1",), "silence", "aucun bilan"),
        ("figures", "{figure}: {stated}", ("bridge--army--3",), "–: several soldiers", None),
        (
            "wording",
            "{coder}, {figure}",
            ("bridge--army--3",),
            "vague, 3 or more",
            "sans nombre, 3 ou plus",
        ),
        ("standing", "{figure}, {known_on}", ("june--army--1",), "48, 2025-07-01", None),
        (
            "event_gap",
            "{higher_side}, {ratio}, {low}",
            ("june--monitors--1", "june--army--1"),
            "government, 1.0, 46 or more",
            "gouvernement, 1,0, 46 ou plus",
        ),
        (
            "event_gap",
            "{higher_side}, {ratio}",
            ("bridge--jnim--1", "bridge--security--1"),
            "–, –",
            "–, –",
        ),
        (
            "event_gap",
            "{higher_side}, {ratio}",
            ("market--residents--1", "market--monitors--1"),
            "observer, 1",
            "observateurs, 1",
        ),
        (
            "event_party",
            "{party}: {accusers}, {denies_authorship}",
            ("market-2025-06-10", "jnim", "residents"),
            "JNIM: residents, 1",
            None,
        ),
        ("event_party", "{party}: {accusers}", ("june-2025", "mali", ""), "Mali: –", None),
        (
            "relay",
            "{from_cell}; {cell}; {from}",
            ("bridge--jnim--2", "bridge--jnim--1"),
            "soldiers killed; soldiers killed; 30 or more",
            "soldats tués; soldats tués; 30 ou plus",
        ),
    ],
)
def test_a_message_tells_a_row_in_words(
    relation, message, key, english, french, known_base, tmp_path
):
    refusing = expectation("expect_column_values_to_be_null", column='"row"', message=message)
    (told,) = [one for one in put(tmp_path, known_base, refusing, relation) if one.key == key]
    assert told.message == english
    assert told.message_in("fr") == (french or english)


def test_a_finding_has_its_event_also_where_no_message_names_it(known_base, tmp_path):
    refusing = expectation("expect_column_values_to_be_null", column='"row"', message="{gap}")
    told = {
        one.key: one.values["event"] for one in put(tmp_path, known_base, refusing, "event_gap")
    }
    assert told["june--monitors--1", "june--army--1"] == "june-2025"
    assert set(told.values()) == {"bridge-2025-06-01", "market-2025-06-10", "june-2025"}


def test_words_without_a_number_are_quoted_as_the_language_quotes(known_base):
    names = Names(known_base[1])
    told = names.sayings(["bridge--army--3"], "bridge-2025-06-01")
    assert told.en == "Malian army says 3 or more (“several soldiers”, soldiers wounded)"
    assert told.fr == "3 ou plus selon Malian army (« several soldiers », soldats blessés)"
