"""Any table by a mapping of its columns, and the mapping drafted from the table."""

import csv
import tomllib
from pathlib import Path

import pytest
import xlsxwriter
from ledgers import ledger_at
from test_exchange_data_sets import bytes_of, empty, found

import reconcile
from reconcile.exchange import propose
from reconcile.exchange.mapping import own, parse
from reconcile.exchange.plan import carry_out, plan
from reconcile.exchange.suggest import suggest
from reconcile.finding import ReconcileError

FRENCH = """Date;Lieu;Pays;Source;Camp;Militaires tués;Civils tués;Lat;Long;Lien;Vu par
03/04/2019;Gao;Mali;Armée malienne;Gouvernement;12;;16,27;-0,04;https://example.org/1;A
15/04/2019;Gao;Mali;JNIM;Insurgés;plus de 30;2;16,27;-0,04;https://example.org/2;B
16/05/2019;Dori;Burkina Faso;Réseau local;Local;une dizaine;1 200;14,03;-0,03;https://example.org/3;
"""
ENGLISH = """\
date,place,country,source,source side,killed,wounded min,wounded max,headline,outlet,published
2019-04-15,Gao,Mali,Malian army,government,12 soldiers,3,5,A headline,A Daily,2019-04-16
"2019-04-17",Ménaka,ML,Residents,local,"more than 20, people say",,,Another,A Daily,2019-04-18
"""


def file_of(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def mapping_of(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


def taken(home: Path, file: Path, how: Path | None = None):
    told = plan(home, "table", propose("table", [file], reconcile.read(home), how))
    if not told.refused:
        carry_out(told)
    return told


def test_a_french_table_of_windows_is_drafted_and_taken_in_as_its_reader_would(tmp_path):
    home = empty(tmp_path / "home")
    file = file_of(tmp_path / "bilans.csv", FRENCH, "cp1252")
    draft = suggest(file, reconcile.read(home))
    told = tomllib.loads(draft)
    assert told["read"] == {"separator": ";", "encoding": "cp1252", "day_first": True}
    assert told["words"]["sources.side"]["Insurgés"] == "insurgent"
    assert "not taken: Vu par" in draft
    done = taken(home, file, mapping_of(tmp_path / "m.toml", draft))
    assert not done.refused and not done.findings
    tables = reconcile.read(home).tables
    events = tables["events"].set_index("event")
    assert list(events.index) == ["gao-2019-04-03", "gao-2019-04-15", "dori-2019-05-16"]
    assert (events.loc["gao-2019-04-03", "latitude"], events.loc["dori-2019-05-16", "country"]) == (
        16.27,
        "BF",
    )
    figures = tables["figures"]
    stated = list(zip(figures["victims"], figures["stated"], strict=True))
    assert stated == [
        ("soldiers", "12"),
        ("soldiers", "plus de 30"),
        ("civilians", "2"),
        ("soldiers", "une dizaine"),
        ("civilians", "1 200"),
    ]
    database = reconcile.connect(reconcile.read(home))
    query = "SELECT low, high FROM standing WHERE victims = 'civilians' ORDER BY low"
    assert database.execute(query).fetchall() == [(2, 2), (1200, 1200)]


def test_the_preview_shows_the_first_records_as_they_are_then_read(tmp_path):
    home = empty(tmp_path / "home")
    file = file_of(tmp_path / "reports.csv", ENGLISH)
    draft = suggest(file, reconcile.read(home))
    done = taken(home, file, mapping_of(tmp_path / "m.toml", draft))
    assert not done.refused, [one.message for one in done.findings]
    shown = draft.partition("would be read as")[2]
    for rows in done.new.values():
        for row in rows:
            for cell in row.cells.values():
                assert cell[:50] in shown
    figures = reconcile.read(home).tables["figures"]
    (wounded,) = figures[figures["measure"] == "wounded"].to_dict("records")
    assert (wounded["stated"], wounded["low"], wounded["high"]) == ("3 to 5", 3, 5)


@pytest.mark.parametrize(
    ("header", "measure", "victims"),
    [
        ("Terroristes neutralisés", "killed", "insurgents"),
        ("Militants neutralised", "killed", "insurgents"),
        ("Soldats abattus", "killed", "soldiers"),
    ],
)
def test_what_armies_call_their_enemys_dead_is_offered_as_such(tmp_path, header, measure, victims):
    file = file_of(tmp_path / "told.csv", f"Date;Lieu;Source;{header}\n13/06/2025;Gao;FAMa;12\n")
    draft = tomllib.loads(suggest(file, reconcile.read(empty(tmp_path / "home"))))
    (told,) = draft["figures"]
    assert told["measure"] == {"always": measure} and told["victims"] == {"always": victims}
    assert told["stated"] == header


def test_a_day_that_may_be_two_is_asked_and_not_guessed(tmp_path):
    home = empty(tmp_path / "home")
    text = FRENCH.replace("15/04", "05/04").replace("16/05", "06/05")
    file = file_of(tmp_path / "bilans.csv", text)
    draft = suggest(file, reconcile.read(home))
    assert "day_first" not in tomllib.loads(draft)["read"]
    assert "# day_first = true  # 03/04/2019 may be two days" in draft
    before = bytes_of(home)
    refused = taken(home, file, mapping_of(tmp_path / "m.toml", draft))
    assert {rule for rule, _ in found(refused)} == {"date-ambiguous"}
    assert bytes_of(home) == before
    for answer, day in (("true", "2019-04-03"), ("false", "2019-03-04")):
        told = draft.replace("# day_first = true  #", f"day_first = {answer}  #")
        other = empty(tmp_path / answer)
        taken(other, file, mapping_of(tmp_path / "m.toml", told))
        events = reconcile.read(other).tables["events"]
        assert f"gao-{day}" in set(events["event"])


def test_what_a_file_does_not_tell_is_a_question_in_the_draft(tmp_path):
    file = file_of(tmp_path / "bare.csv", "Town,Number\nGao,12\n")
    draft = suggest(file, reconcile.read(empty(tmp_path / "home")))
    for question in ("who says these figures?", "on which day?", "on which side?"):
        assert question in draft


@pytest.mark.parametrize("form", ["xlsx", "parquet"])
def test_a_workbook_and_a_parquet_file_are_taken_in_like_a_csv(tmp_path, form):
    import datetime as dt

    import duckdb

    day = dt.date(2019, 4, 15)
    file = tmp_path / f"reports.{form}"
    if form == "xlsx":
        with xlsxwriter.Workbook(file) as book:
            first, sheet = book.add_worksheet("Lisez-moi"), book.add_worksheet("Données")
            first.write_string(0, 0, "Ce classeur")
            sheet.write_row(1, 0, ["Date", "Lieu", "Source", "Tués"])
            date = book.add_format({"num_format": "dd/mm/yy"})
            sheet.write_datetime(2, 0, dt.datetime(2019, 4, 15), date)
            sheet.write_row(2, 1, ["Gao", "JNIM"])
            sheet.write_number(2, 3, 12.0)
    else:
        duckdb.execute(
            "COPY (SELECT $day::DATE AS Date, 'Gao' AS Lieu, 'JNIM' AS Source, 12.0 AS Tués)"
            f" TO '{file}' (FORMAT parquet)",
            {"day": day},
        )
    home = empty(tmp_path / "home")
    draft = suggest(file, reconcile.read(home))
    how = mapping_of(tmp_path / "m.toml", draft.replace("# country", "country"))
    told = taken(home, file, how)
    assert not told.refused, [one.message for one in told.findings]
    (one,) = reconcile.read(home).tables["figures"].to_dict("records")
    assert (one["event"], one["source"], one["stated"]) == ("gao-2019-04-15", "jnim", "12")


def test_the_same_table_twice_adds_nothing_also_with_lines_between(tmp_path):
    home = empty(tmp_path / "home")
    file = file_of(tmp_path / "reports.csv", ENGLISH)
    how = mapping_of(tmp_path / "m.toml", suggest(file, reconcile.read(home)))
    taken(home, file, how)
    assert taken(home, file, how).added == 0
    head, *lines = ENGLISH.splitlines(keepends=True)
    between = (
        "2019-04-15,Gao,Mali,Malian army,government,13 soldiers,,,A headline,A Daily,2019-04-16\n"
    )
    file_of(file, "".join([head, between, *lines]))
    told = taken(home, file, how)
    assert {table: len(new) for table, new in told.new.items() if new} == {"figures": 1}
    assert len(reconcile.read(home).tables["figures"]) == 4


def test_a_source_of_the_ledger_is_known_by_its_name(tmp_path):
    home = ledger_at(tmp_path / "home", figures=[], attributions=[], event_parts=[])
    file = file_of(tmp_path / "reports.csv", ENGLISH)
    how = mapping_of(tmp_path / "m.toml", suggest(file, reconcile.read(home)))
    told = taken(home, file, how)
    assert "army" in told.matched["sources"]


def test_headers_of_a_ledger_need_no_mapping(tmp_path):
    home = empty(tmp_path / "home")
    text = (
        "claim,event,source,document,measure,victims,stated,sources.name,sources.side,"
        "documents.publisher,documents.title,events.name,events.starts_on,events.date_precision\n"
        "c1,e1,s1,d1,killed,soldiers,12,A voice,local,A Daily,A title,An event,2019-04-15,day\n"
    )
    told = taken(home, file_of(tmp_path / "flat.csv", text))
    assert not told.refused, [one.message for one in told.findings]
    ledger = reconcile.read(home)
    assert {table: len(ledger.tables[table]) for table in ("figures", "events", "sources")} == {
        "figures": 1,
        "events": 1,
        "sources": 1,
    }
    assert own(["event", "name", "starts_on", "date_precision"]).blocks[0].table == "events"
    assert own(["Lieu", "Date"]) is None
    with pytest.raises(ReconcileError, match="--suggest"):
        taken(home, file_of(tmp_path / "other.csv", ENGLISH))


def test_a_vocabulary_that_the_ledger_lacks_comes_with_the_claims(tmp_path):
    home = ledger_at(tmp_path / "home")
    text = "claim,event,source,document,measure,victims,stated\n"
    text += "c1,bridge-2025-06-01,army,gazette-2025-06-02,captured,gendarmes,2 gendarmes\n"
    told = taken(home, file_of(tmp_path / "flat.csv", text))
    assert not told.refused, [one.message for one in told.findings]
    ledger = reconcile.read(home)
    assert ledger.findings == ()
    assert {"captured", "losses"} <= set(ledger.tables["measures"]["measure"])
    assert "gendarmes" in set(ledger.tables["victims"]["victims"])


def test_laws_are_told_with_the_line_of_the_file_all_at_once(tmp_path):
    home = ledger_at(tmp_path / "home")
    before = bytes_of(home)
    text = (
        "claim,event,source,document,measure,victims,stated,low,high\n"
        "c1,nowhere,army,gazette-2025-06-02,killed,soldiers,some,,\n"
        "c2,bridge-2025-06-01,army,gazette-2025-06-02,killed,soldiers,x y,9,3\n"
        "c3,bridge-2025-06-01,army,gazette-2025-06-02,killed,soldiers,,,\n"
        "c3,bridge-2025-06-01,army,gazette-2025-06-02,killed,soldiers,z,,\n"
    )
    told = taken(home, file_of(tmp_path / "flat.csv", text))
    assert found(told) == [
        ("unknown-reference", "2"),
        ("reversed-interval", "3"),
        ("empty-required-cell", "4"),
        ("duplicate-id", "5"),
    ]
    assert bytes_of(home) == before


def test_rows_that_tell_of_one_thing_fill_each_other_in_and_may_not_differ(tmp_path):
    home = ledger_at(tmp_path / "home")
    head = "claim,event,source,document,measure,victims,stated,events.name,events.starts_on"
    row = "{},e1,army,gazette-2025-06-02,killed,soldiers,{},{},2025-06-01\n"
    text = f"{head},events.date_precision\n".replace(",events.date_precision", "")
    filled = text + row.format("c1", "x y", "") + row.format("c2", "z z", "A name")
    told = plan(
        home,
        "table",
        propose("table", [file_of(tmp_path / "a.csv", filled)], reconcile.read(home)),
    )
    assert not told.refused, [one.message for one in told.findings]
    (event,) = told.new["events"]
    assert event.cells["name"] == "A name"
    other = text + row.format("c1", "x y", "A name") + row.format("c2", "z z", "Another")
    told = taken(home, file_of(tmp_path / "a.csv", other))
    assert found(told) == [("duplicate-id", "3")]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[events", "no TOML"),
        ("[event]\nplace = 'x'", "event is unknown; did you mean events?"),
        ("[events]\nplaces = 'x'", "[events] places is unknown; did you mean place?"),
        ("[events]\nplace = 3", '[events] place is to be "Header" or { always = "text" }'),
        ("[events]\nplace = { often = 'x' }", "[events] place is to be"),
        ("[read]\nday_first = 'yes'\n[events]\nplace = 'x'", "day_first is to be true or false"),
        ("[read]\nseparator = '#'\n[events]\nplace = 'x'", "separator is one of"),
        ("[words.side]\na = 'b'\n[events]\nplace = 'x'", '[words."side"] is no column'),
        ("events = 3", "events is no section"),
        ("[[events]]\nplace = 'x'\n[[events]]\nplace = 'y'", "only figures may be several"),
        ("", "it maps no column"),
    ],
)
def test_a_mapping_that_is_none_says_what_is_wrong(text, says):
    with pytest.raises(ReconcileError) as told:
        parse(text, "m.toml")
    assert says in str(told.value)


def test_all_that_is_wrong_with_a_mapping_is_said_at_once(tmp_path):
    with pytest.raises(ReconcileError) as told:
        parse("[evnts]\n[events]\nplaces = 'x'\nnme = 3\n", "m.toml")
    assert len(str(told.value).splitlines()) == 5


def test_a_mapping_that_does_not_fit_names_the_column_that_is_not_there(tmp_path):
    home = empty(tmp_path / "home")
    how = mapping_of(tmp_path / "m.toml", "[events]\nplace = 'Plce'\nstarts_on = 'date'\n")
    with pytest.raises(ReconcileError, match="no column Plce; did you mean place"):
        taken(home, file_of(tmp_path / "a.csv", ENGLISH), how)


def test_hostile_headers_and_cells_stay_texts_in_the_draft(tmp_path):
    header = 'date,"pl""ace\n[words]",source,killed'
    file = file_of(tmp_path / "a.csv", f"{header}\n2019-04-15,Gao,\"= '''\x07]\",3\n")
    told = tomllib.loads(suggest(file, reconcile.read(empty(tmp_path / "home"))))
    assert set(told) <= {"read", "sources", "documents", "events", "figures", "words"}


def test_a_table_exported_is_taken_in_again(tmp_path):
    home = ledger_at(tmp_path / "home")
    from reconcile.exchange import export

    ledger = reconcile.read(home)
    for table in ("events", "sources", "figures"):
        told = export("csv", ledger, lambda: reconcile.connect(ledger), table)
        file = tmp_path / f"{table}.csv"
        file.write_bytes(told)
        done = taken(home, file)
        assert done.added == 0 and not done.findings
        with file.open(encoding="utf-8", newline="") as opened:
            assert len(list(csv.DictReader(opened))) == len(ledger.tables[table])
