"""The journal: which claims count, which acts may follow, and that no byte changes unseen."""

import hashlib
import json

import pytest
from conftest import SOAKING
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import Connected, base, claim, csv_text, ledger_at, ledger_of

import reconcile
from reconcile.formats import render
from reconcile.formats.run import Checked, Run
from reconcile.journal import digest, history
from reconcile.tables import TABLES

pytestmark = pytest.mark.untraced

FIGURES = [column.name for column in TABLES["figures"].columns]
LEGAL = {
    None: ["draft", "submitted", "retracted"],
    "draft": ["submitted"],
    "submitted": ["accepted", "returned"],
    "returned": ["submitted"],
    "accepted": ["retracted"],
    "retracted": [],
}
"""The moves as the format tells them; None is a claim without a line."""


def sha(text):
    return hashlib.sha256(text.encode()).hexdigest()


def sealed(row):
    """The seal of a row of texts, as claims/README.md describes it."""
    return sha("".join(f"{name}={row[name]}\x1f" for name in FIGURES if row.get(name)))


def journal(acts, rows):
    """Lines from (claim, act, by), chained as claims/README.md describes it."""
    seals = {row["claim"]: sealed(row) for row in rows}
    lines, last = [], {}
    for at, (name, act, by) in enumerate(acts):
        on, because = f"2025-07-01T09:{at // 60:02}:{at % 60:02}Z", f"Reason {at}"
        told = [last.get(name, ""), seals[name], name, act, by, on, because]
        last[name] = f"{seals[name]}:{sha(chr(31).join(told))}"
        line = {"claim": name, "act": act, "by": by, "on": on, "because": because}
        lines.append(line | {"chain": last[name]})
    return lines


def base_with(home, acts, **tables):
    return ledger_at(home, journal=journal(acts, base("figures")), **tables)


def found(ledger):
    return [one.rule.name for one in ledger.findings]


def counted(ledger):
    return set(ledger.tables["figures"]["claim"])


ALL = {row["claim"] for row in base("figures")}
MONITORS, SECURITY = "market--monitors--1", "bridge--security--1"


@pytest.mark.parametrize(
    ("acts", "counts"),
    [
        ("", True),
        ("draft", False),
        ("submitted", False),
        ("submitted returned", False),
        ("submitted returned submitted", False),
        ("draft submitted accepted", True),
        ("submitted accepted retracted", False),
        ("retracted", False),
    ],
)
def test_only_an_accepted_claim_counts(tmp_path, acts, counts):
    people = {"accepted": "Ibrahim", "returned": "Ibrahim"}
    told = [(MONITORS, act, people.get(act, "Awa")) for act in acts.split()]
    ledger = reconcile.read(base_with(tmp_path, told))

    assert found(ledger) == []
    assert counted(ledger) == (ALL if counts else ALL - {MONITORS})
    assert list(ledger.withheld["state"]) == ([] if counts else [acts.split()[-1]])
    assert (ledger.refused, ledger.left_out) == (0, {})
    database = Connected(ledger)
    for relation in ("claim", "standing"):
        query = f"SELECT COUNT(*) FROM {relation} WHERE claim = '{MONITORS}'"
        assert database.execute(query).fetchone() == (int(counts),), relation
    review = database.execute('SELECT claim, state, "by", stated FROM review').fetchall()
    words = "12 civilians"
    assert review == ([] if counts else [(MONITORS, acts.split()[-1], told[-1][2], words)])


def test_a_ledger_without_a_journal_is_as_it_was(tmp_path):
    with_none, empty = (
        ledger_at(tmp_path / "a", journal=None),
        ledger_at(tmp_path / "b", journal=[]),
    )
    for home in (with_none, empty):
        ledger = reconcile.read(home)
        assert counted(ledger) == ALL and ledger.withheld.empty and found(ledger) == []


def test_the_history_of_a_claim_says_who_did_what_and_where(tmp_path):
    acts = [(MONITORS, "draft", "Awa"), (SECURITY, "draft", "Awa"), (MONITORS, "submitted", "Bâ")]
    ledger = reconcile.read(base_with(tmp_path, acts))
    told = history(ledger, MONITORS)
    assert [(one.act, one.by, str(one.at)) for one in told] == [
        ("draft", "Awa", "claims/journal.csv:2"),
        ("submitted", "Bâ", "claims/journal.csv:4"),
    ]
    assert told[1].on == "2025-07-01T09:00:02Z" and told[1].because == "Reason 2"
    assert history(ledger, "bridge--army--1") == ()


def test_what_repeats_a_claim_that_does_not_count_does_not_count_either(tmp_path):
    root, repeat = "bridge--jnim--1", "bridge--jnim--2"
    ledger = reconcile.read(base_with(tmp_path, [(root, "retracted", "Awa")]))
    assert counted(ledger) == ALL - {root, repeat}
    assert dict(zip(ledger.withheld["claim"], ledger.withheld["state"], strict=True)) == {
        root: "retracted",
        repeat: "accepted",
    }
    other = reconcile.read(base_with(tmp_path, [(repeat, "retracted", "Awa")]))
    assert counted(other) == ALL - {repeat}


def test_a_correction_that_does_not_count_retires_nothing(tmp_path):
    earlier, later = "bridge--army--1", "bridge--army--2"

    def standing(acts):
        database = Connected(reconcile.read(base_with(tmp_path, acts)))
        query = "SELECT claim FROM standing WHERE source = 'army' AND measure = 'killed'"
        told = database.execute(f"{query} AND event LIKE 'bridge%'").fetchall()
        return {claim for (claim,) in told}

    assert standing([]) == {later}
    assert standing([(later, "submitted", "Awa")]) == {earlier}
    assert standing([(earlier, "retracted", "Awa")]) == {later}


def test_a_denial_stands_when_what_it_answers_does_not_count(tmp_path):
    ledger = reconcile.read(base_with(tmp_path, [("market--residents--1", "retracted", "Awa")]))
    assert "market--jnim--1" in counted(ledger)
    assert [one for one in reconcile.check(ledger) if one.rule.name == "unknown-reference"] == []


def test_a_claim_that_waits_is_held_to_the_laws(tmp_path):
    rows = [*base("figures"), claim("new", low="60", high="40")]
    told = journal([("new", "draft", "Awa")], rows)
    ledger = reconcile.read(ledger_at(tmp_path, figures=rows, journal=told))
    assert found(ledger) == ["reversed-interval"]
    assert ledger.left_out == {"journal": 1} and ledger.withheld.empty


def test_a_statement_that_was_retracted_may_be_made_anew(tmp_path):
    anew = [*base("figures")]
    (again,) = [row | {"claim": "anew"} for row in anew if row["claim"] == MONITORS]
    told = journal([(MONITORS, "retracted", "Awa")], anew)
    rows = [*anew, again]
    assert found(reconcile.read(ledger_at(tmp_path, figures=rows))) == ["claim-twice"]
    ledger = reconcile.read(ledger_at(tmp_path, figures=rows, journal=told))
    assert found(ledger) == [] and "anew" in counted(ledger)
    twice = [*rows, again | {"claim": "thrice"}]
    (finding,) = reconcile.read(ledger_at(tmp_path, figures=twice, journal=told)).findings
    assert finding.rule.name == "claim-twice" and "claims/figures.csv:14" in finding.message


def test_a_reader_is_told_what_does_not_count(tmp_path):
    acts = [("bridge--jnim--1", "submitted", "Awa"), (SECURITY, "draft", "Awa")]
    acts += [(MONITORS, "retracted", "Awa"), ("june--army--1", "accepted", "Awa")]
    ledger = reconcile.read(base_with(tmp_path, acts))
    checked = Checked(ledger, reconcile.check(ledger, expectations=False))
    assert (
        "claims that do not count: 2 to be reviewed, 1 retracted, 1 whose journal is broken,"
        " 1 repeating one of these\n" in render("text", Run((checked,)))
    )
    assert "affirmations qui ne comptent pas : 2 à examiner" in render(
        "text", Run((checked,), "fr")
    )
    told = json.loads(render("json", Run((checked, checked))))
    reasons = {"waiting": 2, "retracted": 1, "in-doubt": 1, "repeating": 1}
    assert told["workspaces"][0]["withheld"] == reasons
    assert told["summary"]["withheld"] == {name: 2 * count for name, count in reasons.items()}
    report = reconcile.report(ledger, reconcile.check(ledger), form="md")
    assert "5 claims do not count, by the journal: not in this report." in report


SEVERAL = settings(max_examples=1000 if SOAKING else 8)
PEOPLE = ["Awa", "Ibrahim", "awa"]


@SEVERAL
@given(st.data())
def test_any_lawful_acts_read_back_as_the_state_they_lead_to(tmp_path, data):
    names = sorted(ALL)[:4]
    state, submitter, people, acts = dict.fromkeys(names), {}, set(), []
    for _ in range(data.draw(st.integers(0, 14))):
        name = data.draw(st.sampled_from(names))
        if not LEGAL[state[name]]:
            continue
        act = data.draw(st.sampled_from(LEGAL[state[name]]))
        by = data.draw(st.sampled_from(PEOPLE))
        alone = len(people | {by.lower()}) == 1
        if act == "accepted" and submitter[name].lower() == by.lower() and not alone:
            continue
        acts.append((name, act, by))
        people.add(by.lower())
        state[name] = act
        if act == "submitted":
            submitter[name] = by
    ledger = reconcile.read(base_with(tmp_path, acts))

    assert found(ledger) == []
    own = ledger.withheld[ledger.withheld["state"] != "accepted"]
    told = dict(zip(own["claim"], own["state"], strict=True))
    assert told == {name: one for name, one in state.items() if one not in (None, "accepted")}
    assert [one.act for name in names for one in history(ledger, name)] == [
        act for name in names for other, act, _ in acts if other == name
    ]


@SEVERAL
@given(st.data())
def test_the_first_act_out_of_turn_is_found_where_it_stands(tmp_path, data):
    acts = data.draw(st.lists(st.sampled_from([*LEGAL][1:]), min_size=1, max_size=6))
    before = [None, *acts]
    wrong = [at for at, act in enumerate(acts) if act not in LEGAL[before[at]]]
    ledger = reconcile.read(base_with(tmp_path, [(MONITORS, act, "Awa") for act in acts]))
    assert set(found(ledger)) == ({"act-out-of-turn"} if wrong else set())
    assert [one.at.line for one in ledger.findings] == [at + 2 for at in wrong]
    if wrong:
        assert list(ledger.withheld["state"]) == ["in-doubt"]


def test_whoever_is_alone_accepts_and_no_longer_when_a_second_comes(tmp_path):
    alone = [(MONITORS, "submitted", "Awa"), (MONITORS, "accepted", "Awa")]
    second = [(SECURITY, "submitted", "Ibrahim"), (SECURITY, "accepted", "IBRAHIM")]
    assert found(reconcile.read(base_with(tmp_path, alone))) == []
    ledger = reconcile.read(base_with(tmp_path, [*alone, *second]))
    assert [(one.rule.name, one.at.line) for one in ledger.findings] == [
        ("accepted-by-its-submitter", 5)
    ]
    assert counted(ledger) == ALL - {SECURITY}


ACTS = [
    (MONITORS, "draft", "Awa"),
    (SECURITY, "submitted", "Awa"),
    (MONITORS, "submitted", "Awa"),
    (SECURITY, "returned", "Ibrahim"),
    (MONITORS, "accepted", "Ibrahim"),
    (SECURITY, "submitted", "Awa"),
    ("june--army--1", "retracted", "Ibrahim"),
]


def same(one, other):
    return all(
        one.tables[name].reset_index(drop=True).equals(other.tables[name].reset_index(drop=True))
        for name in TABLES
    ) and one.withheld.reset_index(drop=True).equals(other.withheld.reset_index(drop=True))


@pytest.mark.parametrize("name", ["journal", "figures"])
@SEVERAL
@given(data=st.data())
def test_no_byte_is_altered_unseen(tmp_path, name, data):
    home = base_with(tmp_path, ACTS)
    before = reconcile.read(home)
    assert found(before) == []
    file = home / "claims" / f"{name}.csv"
    raw = file.read_bytes()
    places = range(len(raw))
    if name == "figures":
        lines = raw.decode().splitlines(keepends=True)
        ids = {name for name, _, _ in ACTS}
        places, start = [], 0
        for line in lines:
            if line.partition(",")[0] in ids:
                places += range(start, start + len(line.encode()))
            start += len(line.encode())
    at = data.draw(st.sampled_from(list(places)))
    byte = data.draw(st.integers(0, 255).filter(lambda one: one != raw[at]))
    file.write_bytes(raw[:at] + bytes([byte]) + raw[at + 1 :])
    after = reconcile.read(home)
    assert after.findings or same(after, before)


@pytest.mark.parametrize(
    ("spoil", "line"),
    [
        (lambda lines: lines.pop(2), 5),
        (lambda lines: lines.pop(0), 3),
        (lambda lines: lines.insert(3, lines[2]), 5),
        (lambda lines: lines[0].update(because="Another reason"), 2),
        (lambda lines: lines[2].update(chain="0" * 64 + ":" + "0" * 64), 4),
        (lambda lines: lines[4].update(by="Moussa"), 6),
        (lambda lines: lines[4].update(chain="none"), 6),
    ],
)
def test_a_broken_chain_is_found_once_where_it_breaks(tmp_path, spoil, line):
    lines = journal(ACTS, base("figures"))
    spoil(lines)
    ledger = reconcile.read(ledger_at(tmp_path, journal=lines))
    told = [(one.rule.name, str(one.at)) for one in ledger.findings]
    assert told == [("journal-altered", f"claims/journal.csv:{line}")]
    assert MONITORS not in counted(ledger)
    state = ledger.withheld.set_index("claim")["state"]
    assert (state[MONITORS], state[SECURITY]) == ("in-doubt", "submitted")


def test_a_row_that_changed_after_the_last_act_is_a_warning_that_names_both_lines(tmp_path):
    rows = [row | ({"high": "13"} if row["claim"] == MONITORS else {}) for row in base("figures")]
    acts = [(MONITORS, "submitted", "Awa"), (MONITORS, "accepted", "Ibrahim")]
    told = journal(acts, base("figures"))
    (finding,) = reconcile.read(ledger_at(tmp_path, figures=rows, journal=told)).findings
    assert (finding.rule.name, str(finding.severity)) == ("claim-changed-since", "warning")
    assert str(finding.at) == "claims/figures.csv:9"
    assert [str(one) for one in finding.also] == ["claims/journal.csv:3"]
    again = {row["claim"]: row for row in rows}[MONITORS] | {"high": "14"}
    others = [again if row["claim"] == MONITORS else row for row in rows]
    (other,) = reconcile.read(ledger_at(tmp_path, figures=others, journal=told)).findings
    assert other.fingerprint != finding.fingerprint


def test_how_the_file_is_written_does_not_change_a_seal(tmp_path):
    told = journal(ACTS, base("figures"))
    home = ledger_at(tmp_path, journal=told)
    rows = base("figures")
    columns = [*reversed(FIGURES)]
    lines = [",".join(columns)]
    for row in rows:
        cells = (row.get(name, "").replace('"', '""') for name in columns)
        lines.append(",".join(f' "{cell}" '.strip() for cell in cells))
    (home / "claims" / "figures.csv").write_bytes("\r\n".join(lines).encode("utf-8-sig"))
    ledger = reconcile.read(home)
    assert found(ledger) == []


def test_a_claim_taken_out_from_under_its_journal_is_an_error(tmp_path):
    rows = [row for row in base("figures") if row["claim"] != MONITORS]
    told = journal([(MONITORS, "retracted", "Awa")], base("figures"))
    ledger = reconcile.read(ledger_at(tmp_path, figures=rows, journal=told))
    assert found(ledger) == ["unknown-reference"]


def test_the_digest_changes_when_the_last_line_is_taken_away(tmp_path):
    told = journal(ACTS, base("figures"))
    digests = {
        digest(reconcile.read(ledger_at(tmp_path, journal=told[:length])).tables["journal"])
        for length in range(len(told) + 1)
    }
    assert len(digests) == len(told) + 1


def test_an_export_of_a_journal_names_its_columns_and_a_package_brings_it_back(tmp_path):
    from reconcile.exchange import package, xlsx

    home = base_with(tmp_path / "old", ACTS)
    ledger = reconcile.read(home)
    files = package.export(ledger)
    assert files["claims/journal.csv"] == (home / "claims" / "journal.csv").read_bytes()
    assert csv_text("journal", []).startswith("claim,act,by,on,because,chain")
    assert xlsx.export(ledger)
    new = ledger_of(tmp_path / "new")
    for name, told in files.items():
        if name.startswith("claims/"):
            (new / name).write_bytes(told)
    assert same(reconcile.read(new), ledger)
