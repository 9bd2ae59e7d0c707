"""Claims inside notes: found by rule, offered as drafts, never guessed."""

import csv
import io

import pytest
from ledgers import BASE

import reconcile
from reconcile.exchange import drafts
from reconcile.exchange.claimants import Claimants, folded
from reconcile.exchange.notes import drafts_of

DOCUMENT = {"document": "notes", "publisher": "Notes", "title": "Notes", "language": "en"}


@pytest.fixture(scope="module")
def claimants():
    return Claimants(reconcile.read(BASE))


def told(notes: str, claimants: Claimants, where: str = "BF"):
    found = drafts_of(notes, "an-event", where, DOCUMENT, claimants)
    return [(one["source"], one["measure"], one["victims"], one["stated"]) for one in found]


@pytest.mark.parametrize(
    ("notes", "wanted"),
    [
        (
            "JNIM claimed to have killed 30 soldiers.",
            [("jnim", "killed", "soldiers", "30 soldiers")],
        ),
        (
            "The group attacked a post. JNIM claimed that more than 100 soldiers were killed.",
            [("jnim", "killed", "soldiers", "more than 100 soldiers")],
        ),
        (
            "JNIM claimed killing dozens of soldiers and capturing five soldiers.",
            [
                ("jnim", "killed", "soldiers", "dozens of soldiers"),
                ("jnim", "captured", "soldiers", "five soldiers"),
            ],
        ),
        (
            "The army reported that 12 terrorists were neutralized and two civilians wounded.",
            [
                ("burkina-faso-army", "killed", "insurgents", "12 terrorists"),
                ("burkina-faso-army", "wounded", "civilians", "two civilians"),
            ],
        ),
        (
            "According to security sources, at least 5 VDPs died.",
            [("security-sources-burkina-faso", "killed", "volunteers", "at least 5 VDPs")],
        ),
        (
            "JNIM claimed that it killed 8 soldiers while the Malian army said 3 soldiers died.",
            [
                ("jnim", "killed", "soldiers", "8 soldiers"),
                ("army", "killed", "soldiers", "3 soldiers"),
            ],
        ),
        (
            "The army said that it killed several militants.",
            [("burkina-faso-army", "killed", "insurgents", "several militants")],
        ),
        ("JNIM militants killed 30 soldiers.", []),
        ("JNIM claimed responsibility for the attack.", []),
        ("Somebody claimed that 30 soldiers were killed.", []),
        ("JNIM claimed to have burned 30 motorcycles.", []),
        ("JNIM claimed to have met 30 soldiers.", []),
        ("JNIM claimed to have killed soldiers.", []),
        ("30 soldiers reported killed by JNIM.", []),
        ("", []),
    ],
)
def test_what_a_note_puts_in_somebodys_mouth(claimants, notes, wanted):
    assert told(notes, claimants) == wanted


def test_the_country_of_an_army_is_the_one_named_else_that_of_the_event(claimants):
    (french,) = told("The French army said that it killed 10 terrorists.", claimants, "ML")
    assert french[0] == "france-army"
    assert told("The army said that it killed 10 terrorists.", claimants, "ML")[0][0] == "army"
    assert (
        told("The army said that it killed 10 terrorists.", claimants, "NE")[0][0] == "niger-army"
    )


@pytest.mark.parametrize(
    ("label", "source"),
    [
        ("army statement", "army"),
        ("FAMa", "army"),
        ("JNIM", "jnim"),
        ("MINUSMA", "united-nations"),
        ("security sources", "security-sources-mali"),
        ("the mayor of the town", "local-officials-mali"),
        ("IS", "islamic-state"),
        ("Ministère des Armées", "france-defence-ministry"),
        ("a passer-by", None),
        ("", None),
    ],
)
def test_a_label_of_a_data_set_is_a_known_voice_or_none(claimants, label, source):
    found = claimants.of_label(label, "ML")
    assert (found and found.source["source"]) == source


def test_words_are_compared_without_capitals_and_accents_letter_for_letter():
    for text in ("Évènement À l’Est", "ﷺ İstanbul ß", "Ⅷ ½"):
        assert len(folded(text)) == len(text)
    assert folded("L’ARMÉE") == "l'armee"


def test_drafts_are_a_file_of_figures_each_with_an_id_of_its_own(claimants):
    notes = "JNIM claimed killing 30 soldiers. Later JNIM claimed killing 31 soldiers."
    found = drafts_of(notes, "an-event", "ML", DOCUMENT, claimants)
    rows = list(csv.DictReader(io.StringIO(drafts.text_of(found))))
    assert [one["claim"] for one in rows] == [
        "an-event--jnim--killed--soldiers",
        "an-event--jnim--killed--soldiers--2",
    ]
    assert rows[0]["note"] == "JNIM claimed killing 30 soldiers."
    assert rows[0]["sources.name"] == "JNIM"


def test_drafts_that_are_there_are_not_written_over(tmp_path, claimants):
    found = drafts_of("JNIM claimed killing 30 soldiers.", "e", "ML", DOCUMENT, claimants)
    first = drafts.write(tmp_path, "acled-a", found)
    first.write_text("edited", "utf-8")
    second = drafts.write(tmp_path, "acled-a", found)
    assert (first.name, second.name) == ("acled-a.csv", "acled-a-2.csv")
    assert first.read_text("utf-8") == "edited"
