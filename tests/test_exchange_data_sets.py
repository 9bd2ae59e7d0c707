"""Data sets of others into a ledger: the files as they are given away, with their real defects."""

import csv
import random
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from ledgers import event, ledger_at

import reconcile
from reconcile.bundled import empty_ledger
from reconcile.exchange import FORMATS, propose
from reconcile.exchange.plan import carry_out, plan
from reconcile.finding import ReconcileError

pytestmark = pytest.mark.untraced

DATA = Path(__file__).parent / "data"
UCDP = DATA / "ucdp-candidate-sahel-2021.csv"
MAVERICK = DATA / "maverick-kenya.csv"
ACW = DATA / "acw-claims.csv"
RADFORD = DATA / "radford-2023-claims-to-day-180.csv"


def empty(home: Path) -> Path:
    """A workspace as `reconcile init` makes it."""
    (home / "claims").mkdir(parents=True)
    for name, told in empty_ledger().items():
        (home / "claims" / name).write_bytes(told)
    return home


def taken(home: Path, name: str, *files: Path):
    """The plan of an import after it was carried out."""
    told = plan(home, name, propose(name, files, reconcile.read(home)))
    if not told.refused:
        carry_out(told)
    return told


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def bytes_of(home: Path) -> dict[str, bytes]:
    return {p.relative_to(home).as_posix(): p.read_bytes() for p in home.rglob("*") if p.is_file()}


def found(told) -> list[tuple[str, str]]:
    return [(one.rule.name, str(one.at).rpartition(":")[2]) for one in told.findings]


FILES = {"ucdp-ged": UCDP, "eventreport": MAVERICK, "acw": ACW, "radford": RADFORD}


@pytest.fixture(scope="module")
def imported(tmp_path_factory):
    """A workspace, the plan that filled it, its ledger: by format, each imported once."""
    made = {}

    def of(name: str):
        if name not in made:
            home = empty(tmp_path_factory.mktemp(name))
            told = taken(home, name, FILES[name])
            made[name] = home, told, reconcile.read(home)
        return made[name]

    return of


@pytest.fixture(scope="module")
def ucdp(imported):
    home, told, ledger = imported("ucdp-ged")
    return home, told, ledger, reconcile.connect(ledger)


def test_ucdp_makes_a_lawful_ledger_and_names_the_seven_defective_rows(ucdp):
    _, told, ledger, _ = ucdp
    assert ledger.findings == ()
    assert len(ledger.tables["events"]) == 517
    defective = {
        one["id"]
        for one in rows(UCDP)
        if not int(one["low"]) <= int(one["best"]) <= int(one["high"])
    }
    assert len(defective) == 7
    named = {one.key[0].removeprefix("ucdp-"): one for one in told.findings}
    assert set(named) == defective
    lines = UCDP.read_text("utf-8").split("\n")
    for identity, one in named.items():
        assert one.rule.name == "numbers-out-of-order"
        assert lines[one.at.line - 1].startswith(f"{identity},")


def test_totals_of_ucdp_by_country_are_those_of_the_file(ucdp):
    *_, database = ucdp
    wanted = Counter()
    for one in rows(UCDP):
        wanted[{"Mali": "ML", "Burkina Faso": "BF", "Niger": "NE"}[one["country"]]] += int(
            one["best"]
        )
    totals = (
        "SELECT country, SUM(named) FROM standing WHERE source = 'ucdp' AND measure = 'killed'"
        " AND victims = 'people' GROUP BY country"
    )
    assert dict(database.execute(totals).fetchall()) == wanted


def test_groups_of_ucdp_are_claims_of_their_own_and_no_voice_against_itself(ucdp):
    *_, database = ucdp
    count = "SELECT COUNT(*), SUM(best) FROM figures WHERE victims = $victims"
    given = rows(UCDP)
    for victims, column in (
        ("civilians", "deaths_civilians"),
        ("unknown-status", "deaths_unknown"),
    ):
        numbers = [int(one[column]) for one in given if int(one[column])]
        assert database.execute(count, {"victims": victims}).fetchone() == (
            len(numbers),
            sum(numbers),
        )
    soldiers = [one for one in given if one["side_a"].startswith("Government of")]
    numbers = [int(one["deaths_a"]) for one in soldiers if int(one["deaths_a"])]
    told = database.execute(count, {"victims": "government-forces"}).fetchone()
    assert told == (len(numbers), sum(numbers))
    unnamed = sum(
        int(one[f"deaths_{side}"])
        for one in given
        for side in "ab"
        if one[f"side_{side}"].startswith("XXX")
    )
    every = "SELECT SUM(best) FROM figures WHERE victims <> 'people'"
    (held,) = database.execute(every).fetchone()
    assert held == sum(int(one["best"]) for one in given) - unnamed
    assert database.execute("SELECT COUNT(*) FROM self_contradiction").fetchone() == (0,)


def test_the_estimate_of_a_row_keeps_its_range_and_its_best_number(ucdp):
    *_, database = ucdp
    wanted = {
        f"ucdp-{one['id']}": tuple(int(one[name]) for name in ("low", "best", "high"))
        for one in rows(UCDP)
    }
    query = "SELECT event, low, named, high FROM standing WHERE victims = 'people'"
    for identity, *numbers in database.execute(query).fetchall():
        low, best, high = wanted[identity]
        if low <= best <= high:
            assert tuple(numbers) == (low, best, high)
        else:
            assert tuple(numbers) == (best, best, best)


def test_who_is_named_in_source_original_is_a_draft_and_no_claim(ucdp):
    home, told, ledger, _ = ucdp
    assert set(ledger.tables["figures"]["source"]) == {"ucdp"}
    assert not (home / "drafts").exists()
    by_event = defaultdict(set)
    for one in told.drafts:
        assert one["stated"] == ""
        by_event[one["event"]].add((one["source"], one["sources.side"]))
    for one in rows(UCDP):
        drafts = by_event[f"ucdp-{one['id']}"]
        if one["source_original"] == "FAMa; JNIM":
            assert drafts == {("mali-army", "government"), ("jnim", "insurgent")}
        if one["source_original"] == "Ministère des Armées":
            assert {source for source, _ in drafts} == {"france-defence-ministry"}
        if not one["source_original"]:
            assert drafts == set()


@pytest.mark.parametrize("name", FILES)
def test_the_same_file_twice_adds_nothing(imported, name):
    home, first, _ = imported(name)
    assert first.added > 400 and not first.refused
    before = bytes_of(home)
    second = taken(home, name, FILES[name])
    assert second.added == 0 and second.drafts == ()
    assert bytes_of(home) == before
    assert {table: len(ids) for table, ids in second.matched.items() if ids} == {
        table: count for table, count in second.proposed.items() if count
    }


def test_events_whose_reports_disagree_are_the_conflicts(imported):
    database = reconcile.connect(imported("eventreport")[2])
    for measure, what in (("killed", "deaths"), ("wounded", "injuries")):
        intervals = defaultdict(list)
        for one in rows(MAVERICK):
            low, best, high = (int(one[f"{what}_{bound}"]) for bound in ("low", "best", "high"))
            told = (low, high) if low <= best <= high else (best, best)
            intervals[f"report-{one['event_id'].lower()}"].append(told)
        wanted = {
            event
            for event, told in intervals.items()
            if max(low for low, _ in told) > min(high for _, high in told)
        }
        query = (
            "SELECT event FROM event_conflict WHERE measure = $measure"
            " AND status IN ('conflicting', 'self-contradicted')"
        )
        conflicts = {event for (event,) in database.execute(query, {"measure": measure}).fetchall()}
        assert len(wanted) > 50
        assert conflicts == wanted


def test_a_report_has_its_document_with_its_day_and_its_source_a_side(imported):
    tables = imported("eventreport")[2].tables
    documents = tables["documents"]
    waki = documents[documents["title"] == "Waki Report"].iloc[0]
    assert (waki["publisher"], str(waki["published_on"].date())) == ("CIPEV", "2008-10-15")
    assert documents["document"].is_unique
    sources = tables["sources"].set_index("source")["side"]
    assert (sources["reuters"], sources["cipev"]) == ("media", "observer")


def test_daily_and_cumulative_losses_never_meet_in_a_cell(imported):
    _, told, ledger = imported("radford")
    figures, events = ledger.tables["figures"], ledger.tables["events"].set_index("event")
    given = [one for one in rows(RADFORD) if one["category"].endswith(("Deaths", "Injuries"))]
    people = len(given) + sum(one["category"].endswith("Casualties") for one in rows(RADFORD))
    assert sum(told.left.values()) == len(rows(RADFORD)) - people
    twice = sum(one.rule.name == "statement-twice" for one in told.findings)
    assert len(figures) == people - twice
    for identity in figures["event"].unique():
        one = events.loc[identity]
        spans = not bool(one.isna()["ends_on"])
        assert spans == (identity.startswith("radford-to-day") and identity[-3:] != "001")
        if spans:
            assert str(one["starts_on"].date()) == "2022-02-24"
    bounds = figures[figures["stated"].str.startswith("at least")]
    assert len(bounds) and bounds["high"].isna().all()


def test_a_cumulative_figure_that_falls_is_a_whole_smaller_than_its_part(tmp_path):
    home = empty(tmp_path / "home")
    head, *lines = RADFORD.read_text("utf-8").splitlines(keepends=True)
    days = [line for line in lines if line.split(",")[0].strip('"') in ("80", "81", "82")]
    (tmp_path / "days.csv").write_text("".join([head, *days]), "utf-8")
    taken(home, "radford", tmp_path / "days.csv")
    database = reconcile.connect(reconcile.read(home))
    (count,) = database.execute(
        "SELECT COUNT(*) FROM part_whole WHERE event LIKE 'radford-to-day-081'"
    ).fetchone()
    assert count


def test_the_civil_war_keeps_its_authors_and_measures_apart(imported):
    figures = imported("acw")[2].tables["figures"]
    wanted = Counter(one["measure"] for one in rows(ACW))
    told = Counter(figures["measure"])
    assert told["killed"] == wanted["killed"]
    assert told["losses"] == wanted["casualties"]
    assert told["casualties"] == wanted["killed_wounded"]
    (one,) = figures[figures["claim"] == "acw-va036--wikipedia--losses--csa-forces"].to_dict(
        "records"
    )
    assert (one["stated"], one["low"], one["high"]) == ("110 to 119", 110, 119)


# ACLED: rows that are invented, in the shape of its exports.

NEW = [
    "event_id_cnty",
    "event_date",
    "year",
    "time_precision",
    "disorder_type",
    "event_type",
    "sub_event_type",
    "actor1",
    "assoc_actor_1",
    "inter1",
    "actor2",
    "assoc_actor_2",
    "inter2",
    "interaction",
    "civilian_targeting",
    "iso",
    "region",
    "country",
    "admin1",
    "admin2",
    "admin3",
    "location",
    "latitude",
    "longitude",
    "geo_precision",
    "source",
    "source_scale",
    "notes",
    "fatalities",
    "tags",
    "timestamp",
]
OLD = ["data_id", "iso", "event_id_cnty", "event_id_no_cnty", *NEW[1:-1], "timestamp", "iso3"]
OLD = list(dict.fromkeys(one for one in OLD if one not in ("disorder_type", "civilian_targeting")))
DAYS = ("2020-10-31", "2021-02-16", "2022-09-12", "2020-05-03")


def acled(number: int, **cells: str) -> dict[str, str]:
    told = dict.fromkeys([*NEW, *OLD], "") | {
        "event_id_cnty": f"MLI{9000 + number}",
        "event_date": DAYS[number % len(DAYS)],
        "year": DAYS[number % len(DAYS)][:4],
        "time_precision": "1",
        "event_type": "Battles",
        "sub_event_type": "Armed clash",
        "actor1": "JNIM: invented",
        "actor2": "Military Forces of Mali",
        "iso": "466",
        "country": "Mali",
        "admin1": "Mopti",
        "location": f"Ville imaginée {number}",
        "latitude": "14.5",
        "longitude": "-4.25",
        "geo_precision": "1",
        "source": "RFI; Invented Daily",
        "source_scale": "National",
        "notes": f"Invented clash, with a comma and «accents» {number}.",
        "fatalities": str(number),
        "timestamp": "1661990400",
    }
    return told | cells


def acled_file(
    path: Path,
    told,
    columns=NEW,
    *,
    encoding="utf-8",
    separator=",",
    index=False,
    change=lambda name, cell: cell,
) -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=separator)
        writer.writerow([*([""] if index else []), *columns])
        for number, one in enumerate(told):
            cells = [change(name, one[name]) for name in columns]
            writer.writerow([*([str(number)] if index else []), *cells])
    return path


def day_as(form: str):
    from datetime import date

    def change(name: str, cell: str) -> str:
        return date.fromisoformat(cell).strftime(form) if name == "event_date" else cell

    return change


def floats(name: str, cell: str) -> str:
    return f"{cell}.0" if cell.isdigit() and name != "timestamp" else cell


WRITINGS = {
    "as the newest export": {},
    "older columns": {"columns": OLD},
    "with an index": {"index": True},
    "with a byte-order mark": {"encoding": "utf-8-sig"},
    "numbers with a point": {"change": floats},
    "days in short": {"change": day_as("%d-%b-%y")},
    "days in full": {"change": day_as("%d %B %Y")},
    "days with a full month and a short year": {"change": day_as("%d-%B-%y")},
    "semicolons": {"separator": ";"},
    "tabs": {"separator": "\t"},
    "in capitals": {"columns": [one.upper() for one in NEW]},
    "Windows": {"encoding": "cp1252"},
    "everything old at once": {
        "columns": OLD,
        "index": True,
        "encoding": "utf-8-sig",
        "change": lambda name, cell: floats(name, day_as("%d-%b-%y")(name, cell)),
    },
}


@pytest.fixture(scope="module")
def newest(tmp_path_factory):
    home = empty(tmp_path_factory.mktemp("acled"))
    told = [acled(number) for number in range(8)]
    taken(home, "acled", acled_file(home / "new.csv", told))
    return {table: frame.to_dict("list") for table, frame in reconcile.read(home).tables.items()}


@pytest.mark.parametrize("writing", WRITINGS)
def test_acled_in_every_writing_gives_the_same_ledger(tmp_path, newest, writing):
    home = empty(tmp_path / "home")
    told = [acled(number) for number in range(8)]
    if writing == "in capitals":
        told = [{**one, **{name.upper(): cell for name, cell in one.items()}} for one in told]
    done = taken(home, "acled", acled_file(tmp_path / "a.csv", told, **WRITINGS[writing]))
    assert not done.refused
    ledger = reconcile.read(home)
    assert ledger.findings == ()
    same = {table: frame.to_dict("list") for table, frame in ledger.tables.items()}
    assert str(same) == str(newest)
    assert len(same["events"]["event"]) == 8


def test_acled_keeps_notes_sources_and_its_own_number_as_its_claim(tmp_path):
    home = empty(tmp_path / "home")
    notes = "An invented clash.\nWith a second line."
    file = acled_file(tmp_path / "a.csv", [acled(5, notes=notes, source="RFI; Undisclosed Source")])
    taken(home, "acled", file)
    tables = reconcile.read(home).tables
    (one,) = tables["events"].to_dict("records")
    assert one["event"] == "acled-mli9005"
    assert "An invented clash. With a second line." in one["note"]
    assert "RFI; Undisclosed Source" in one["note"]
    sides = dict(zip(tables["sources"]["source"], tables["sources"]["side"], strict=True))
    assert sides["rfi"] == "media" and sides["acled"] == "observer"
    (claim,) = tables["figures"].to_dict("records")
    assert (claim["source"], claim["measure"], claim["victims"]) == ("acled", "killed", "people")
    assert (claim["stated"], claim["best"]) == ("5", 5)
    assert str(claim["asserted_on"].date()) == "2022-09-01"


def test_a_later_export_with_another_number_corrects_and_an_older_one_adds_nothing(tmp_path):
    home = empty(tmp_path / "home")
    first = acled_file(tmp_path / "1.csv", [acled(5)])
    second = acled_file(tmp_path / "2.csv", [acled(5, fatalities="9", timestamp="1693526400")])
    taken(home, "acled", first)
    before = bytes_of(home)
    told = taken(home, "acled", second)
    assert {table: len(new) for table, new in told.new.items() if new} == {"figures": 1}
    for name, content in bytes_of(home).items():
        assert content.startswith(before[name])
    database = reconcile.connect(reconcile.read(home))
    assert database.execute("SELECT low FROM standing").fetchall() == [(9,)]
    for file in (first, second):
        assert taken(home, "acled", file).added == 0
    between = acled_file(tmp_path / "b.csv", [acled(5, fatalities="7", timestamp="1672527600")])
    told = taken(home, "acled", between)
    assert told.added == 0
    assert [str(why.en) for why in told.left] == ["figures older than those of the ledger"]


def test_an_import_merges_with_the_sources_and_events_that_are_there(tmp_path):
    home = ledger_at(
        tmp_path / "home",
        sources="source,name,side,party,collective,affiliation,country,note\n"
        "rfi,Radio France Internationale,media,,,,,\n"
        "chiefs,Malian general staff,government,mali,,,ML,\n",
        events=[event("acled-mli9005", country="ML", starts_on="2021-02-16")],
        figures=[],
        attributions=[],
        event_parts=[],
    )
    notes = "The Malian army said that it killed 3 militants."
    told = taken(home, "acled", acled_file(tmp_path / "a.csv", [acled(5, notes=notes)]))
    assert told.matched["sources"] == ("rfi",)
    assert told.matched["events"] == ("acled-mli9005",)
    assert not told.refused
    (draft,) = propose("acled", [tmp_path / "a.csv"], reconcile.read(home)).drafts
    assert draft["source"] == "chiefs"


@pytest.mark.parametrize(
    ("cells", "rule"),
    [
        ({"event_date": "03/04/2019"}, "date-ambiguous"),
        ({"event_date": "31 February 2020"}, "date-not-iso"),
        ({"fatalities": "some"}, "not-a-whole-number"),
        ({"event_id_cnty": ""}, "empty-required-cell"),
        ({"latitude": "north"}, "not-a-number"),
        ({"latitude": "95.0"}, "coordinates-outside-the-world"),
    ],
)
def test_a_fault_in_a_row_refuses_the_file_with_its_line_and_writes_nothing(tmp_path, cells, rule):
    home = empty(tmp_path / "home")
    before = bytes_of(home)
    told = taken(home, "acled", acled_file(tmp_path / "a.csv", [acled(1), acled(2, **cells)]))
    assert told.refused
    assert found(told) == [(rule, "3")]
    assert bytes_of(home) == before


def test_errors_come_back_all_at_once(tmp_path):
    faulty = [acled(number, fatalities="x", event_date="03/04/2019") for number in range(20)]
    told = taken(empty(tmp_path / "home"), "acled", acled_file(tmp_path / "a.csv", faulty))
    assert Counter(found(told)) == Counter(
        (rule, str(line))
        for line in range(2, 22)
        for rule in ("date-ambiguous", "not-a-whole-number")
    )


def test_a_workbook_of_acled_reads_like_its_csv(tmp_path, newest):
    import datetime as dt

    import xlsxwriter

    home = empty(tmp_path / "home")
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, NEW)
        for line, one in enumerate([acled(number) for number in range(8)], 1):
            for at, name in enumerate(NEW):
                if name == "event_date":
                    sheet.write_datetime(line, at, dt.datetime.fromisoformat(one[name]), day)
                elif one[name].isdigit():
                    sheet.write_number(line, at, int(one[name]))
                else:
                    sheet.write_string(line, at, one[name])
    taken(home, "acled", tmp_path / "a.xlsx")
    same = {table: frame.to_dict("list") for table, frame in reconcile.read(home).tables.items()}
    assert str(same) == str(newest)


def test_rows_in_another_order_make_the_same_plan_but_for_their_order(tmp_path):
    told = [acled(number) for number in range(20)]
    shuffled = random.Random(0).sample(told, len(told))
    plans = [
        taken(empty(tmp_path / name), "acled", acled_file(tmp_path / f"{name}.csv", given))
        for name, given in (("a", told), ("b", shuffled))
    ]
    one, other = (
        {row.key: row.cells for rows in each.new.values() for row in rows} for each in plans
    )
    assert one == other


def test_what_is_no_format_or_no_file_is_said(tmp_path):
    home = empty(tmp_path)
    ledger = reconcile.read(home)
    with pytest.raises(ReconcileError, match="no format 'geojson' is imported"):
        propose("geojson", [UCDP], ledger)
    for one in FORMATS.values():
        if one.comes_in:
            with pytest.raises(ReconcileError, match="cannot be read"):
                propose(one.name, [tmp_path / "none.csv"], ledger)
