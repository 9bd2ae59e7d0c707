"""One writer, many readers: changes on disk, broken ones, days, and no torn answer between."""

import datetime as dt
import shutil
import threading
from pathlib import Path

import pytest
from ledgers import BASE, base, claim, document, ledger_at
from serving import serving, until

from reconcile.database import connect_unfilled, execute
from reconcile.finding import ReconcileError
from reconcile.serve import files
from reconcile.serve.beside import BeingDrawnUpError
from reconcile.serve.keeper import Keeper
from reconcile.serve.snapshot import Snapshot

pytestmark = pytest.mark.untraced


@pytest.fixture
def home(tmp_path):
    shutil.copytree(BASE, tmp_path / "home")
    return tmp_path / "home"


def figures(home, *claims):
    """Write these claims in place of those of the ledger."""
    rows = [*claims]
    ledger_at(home, figures=rows, attributions=[])


# files --------------------------------------------------------------------------------------------


def test_the_digest_is_of_names_and_bytes_and_not_of_times(home, tmp_path):
    before, seen = files.digest(home), files.signature(home)
    shutil.copytree(home, tmp_path / "copy")
    assert files.digest(tmp_path / "copy") == before
    file = home / "claims" / "events.csv"
    file.write_bytes(file.read_bytes())
    assert files.digest(home) == before and files.signature(home) != seen
    file.rename(file.with_name("event.csv"))
    assert files.digest(home) != before


def test_a_pipe_is_passed_over(home):
    import os

    before = files.digest(home)
    os.mkfifo(home / "claims" / "pipe")
    assert files.digest(home) == before


# days ---------------------------------------------------------------------------------------------

DAYS = [
    (None, None),
    ("2025-06-01", dt.date.min),
    ("2025-06-02", "2025-06-02"),
    ("2025-06-03", "2025-06-02"),
    ("2025-06-04", "2025-06-04"),
    ("2025-06-05", "2025-06-04"),
    ("2025-06-07", "2025-06-07"),
    ("2030-01-01", "2025-06-07"),
]


@pytest.mark.parametrize("undated", [False, True])
def test_a_day_is_answered_as_the_last_on_which_something_was_said(undated, home):
    documents = [*base("documents"), document("bare", published_on="")]
    told = [
        claim("a", low=8),
        claim("b", low=9, source="jnim", asserted_on="2025-06-04"),
        *([claim("c", low=7, source="monitors", asserted_on="", document="bare")] * undated),
    ]
    said = {"event": "bridge-2025-06-01", "source": "jnim", "document": "bare", "party": "jnim"}
    said |= {"says": "claims", "asserted_on": "2025-06-07"}
    ledger_at(home, documents=documents, figures=told, attributions=[said])
    snapshot = Snapshot.of(home)
    for asked, wanted in DAYS:
        day = None if asked is None else dt.date.fromisoformat(asked)
        wanted = dt.date.fromisoformat(wanted) if isinstance(wanted, str) else wanted
        if not undated and wanted == dt.date(2025, 6, 7):
            wanted = None
        assert snapshot.day(day) == wanted
        basis = snapshot.basis(day)
        mine = connect_unfilled(snapshot.ledger, day)
        for view in ("claim", "standing", "attribution", "event_overview", "event_party"):
            query = f"SELECT * FROM {view} ORDER BY ALL"
            assert basis.database.execute(query).fetchall() == execute(mine, query).fetchall()
        assert basis.as_of == day and basis.without_day == int(undated)


def test_a_few_days_are_kept_and_no_more(home):
    days = [f"2025-06-{at:02}" for at in range(2, 9)]
    figures(home, *(claim(f"c{at}", low=at + 1, asserted_on=day) for at, day in enumerate(days)))
    snapshot = Snapshot.of(home)
    for day in days:
        snapshot.basis(dt.date.fromisoformat(day))
    assert len(snapshot._days) == 3
    told = snapshot.basis(dt.date(2025, 6, 7))
    assert told.database is snapshot.basis(dt.date(2025, 6, 7)).database


# changes ------------------------------------------------------------------------------------------


def test_a_change_on_disk_is_served(home):
    with serving(home) as client:
        before = client.get("/v1/claims")
        figures(home, claim("fresh", low=7))
        until(lambda: client.items("/v1/claims")[0]["claim"] == "fresh", 10)
        after = client.get("/v1/claims")
        assert after.headers["etag"] != before.headers["etag"]
        assert client.get("/claims/fresh").status_code == 200


def test_files_touched_and_not_changed_are_not_read_again(home):
    with serving(home) as client:
        before = client.service.keeper.current
        for file in (home / "claims").glob("*.csv"):
            file.touch()
        client.service.keeper.renew()
        assert client.service.keeper.current is before


def broken_header(home):
    file = home / "claims" / "events.csv"
    file.write_text("nonsense\n1\n", "utf-8")


def no_table(home):
    (home / "claims" / "sources.csv").unlink()


def no_folder(home):
    shutil.rmtree(home / "claims")


def not_utf8(home):
    (home / "claims" / "figures.csv").write_bytes(b"\xff\xfe\x00")


@pytest.mark.parametrize("broken", [broken_header, no_table, no_folder, not_utf8])
def test_a_broken_change_leaves_the_last_good_state_with_a_banner(broken, home, tmp_path):
    shutil.copytree(home, tmp_path / "kept")
    with serving(home) as client:
        rows = client.items("/v1/claims")
        page = client.get("/events").text
        assert "banner" not in page.partition("</style>\n</head>")[2]
        broken(home)
        until(lambda: client.service.keeper.trouble is not None, 10)
        assert client.items("/v1/claims") == rows and client.get("/ready").status_code == 200
        assert client.get("/ready").json()["trouble"]
        told = client.get("/events?language=en").text
        assert "the change cannot be shown" in told
        if broken is not no_folder:
            assert "<small>claims/" in told
        assert "le changement ne peut pas être montré" in client.get("/?language=fr").text
        shutil.rmtree(home)
        shutil.copytree(tmp_path / "kept", home)
        until(lambda: client.service.keeper.trouble is None, 10)
        assert "the change cannot be shown" not in client.get("/events?language=en").text


def test_a_refused_row_is_a_finding_and_the_rest_is_served(home):
    with serving(home) as client:
        figures(home, claim("good", low=7), claim("bad", low=7, event="nowhere"))
        until(lambda: [row["claim"] for row in client.items("/v1/claims")] == ["good"], 10)
        assert client.service.keeper.trouble is None
        assert "1 row of the ledger is refused" in client.get("/?language=en").text


def test_a_ledger_broken_from_the_start_says_so_until_it_is_mended(home):
    file = home / "claims" / "figures.csv"
    kept = file.read_bytes()
    shutil.move(home / "claims", home / "away")
    keeper = Keeper(home, every=0.05)
    keeper.start()
    until(lambda: keeper.trouble is not None)
    with pytest.raises(ReconcileError, match="no workspace"):
        _ = keeper.current
    shutil.move(home / "away", home / "claims")
    until(lambda: keeper.ready)
    assert file.read_bytes() == kept and keeper.trouble is None
    keeper.stop()


def test_a_fault_that_passes_is_not_the_last_word(home, monkeypatch):
    broken, usual = iter([True]), Snapshot.of

    def of(*told):
        if next(broken, False):
            raise RuntimeError("dictionary changed size")
        return usual(*told)

    monkeypatch.setattr(Snapshot, "of", of)
    keeper = Keeper(home, every=0.05)
    keeper.start()
    until(lambda: keeper.ready)
    assert keeper.trouble is None
    keeper.stop()


def test_who_writes_through_the_service_sees_it_at_once(home):
    keeper = Keeper(home, every=3600)
    keeper.renew()
    figures(home, claim("fresh", low=7))
    keeper.renew()
    told = keeper.current.basis().database.execute("SELECT claim FROM claim").fetchall()
    assert told == [("fresh",)]


def test_readers_see_no_torn_state_while_it_is_swapped(home):
    """Each answer is of one state: as many claims as the state of its ETag has, in every list."""
    known, torn, stop = {}, [], threading.Event()
    with serving(home, every=0.05) as client:

        def read():
            while not stop.is_set():
                claims, table = client.get("/v1/claims?limit=1000"), client.get("/v1/claims.csv")
                for told, count in (
                    (claims, len(claims.json()["items"])),
                    (table, len(table.content.splitlines()) - 1),
                ):
                    numbers = known.setdefault(told.headers["etag"], count)
                    if numbers != count or told.status_code != 200:
                        torn.append((told.status_code, count, numbers))
                document = claims.json()
                lows = {row["low"] for row in document["items"]}
                if len(lows) > 1 and document["items"][0]["claim"].startswith("n"):
                    torn.append(lows)

        readers = [threading.Thread(target=read) for _ in range(4)]
        for one in readers:
            one.start()
        for turn in range(1, 4):
            rows = [claim(f"n{at}", low=turn, source="army") for at in range(1)]
            rows += [
                claim(f"n{at + 1}", low=turn, source="jnim", measure="wounded", note=f"{at}")
                for at in range(1)
            ]
            fresh = home.with_name(f"fresh{turn}")
            shutil.copytree(home, fresh)
            figures(fresh, *rows)
            file = Path("claims") / "figures.csv"
            (fresh / file).replace(home / file)
            client.service.keeper.renew()
        stop.set()
        for one in readers:
            one.join()
    assert torn == []
    assert len(known) > 4


def test_what_fails_beside_the_answers_is_told_in_the_log(home, monkeypatch, capsys):
    told = Snapshot.of(home)
    monkeypatch.setattr(told, "finish", lambda: 1 / 0)
    told.begin_to_finish()
    until(lambda: not told._days.beside.busy)
    assert "ZeroDivisionError" in capsys.readouterr().err
    told.give_up()
    told.begin_to_finish()
    until(lambda: not told._days.beside.busy)
    assert capsys.readouterr().err == ""


def test_a_state_that_is_no_longer_served_draws_up_no_more_days(home):
    told = Snapshot.of(home)
    told.give_up()
    with pytest.raises(BeingDrawnUpError, match="another state"):
        told.basis(dt.date(2025, 6, 2))
