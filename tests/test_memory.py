"""What a database may hold in memory, and where the rest lies meanwhile."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from commands import reconcile as command
from conftest import SOAKING
from ledgers import BASE

import reconcile
from benchmarks.speed.generate import generate
from reconcile import engine, scratch
from reconcile.database import shut
from reconcile.reading.file import read_file
from reconcile.reading.kept import Store
from reconcile.tables import TABLES

pytestmark = pytest.mark.untraced

ROOT = Path(__file__).parents[1]
CLAIMS = 200_000 if SOAKING else 20_000
LIMIT = "500MB" if SOAKING else "130MB"
VIEWS = ("claim", "standing", "event_overview", "event_conflict", "event_gap", "event_coverage")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return generate(tmp_path_factory.mktemp("made") / "ledger", CLAIMS, 0.1, "expectations")


def run(*arguments, **told):
    return subprocess.run(
        [sys.executable, "-m", "reconcile", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        **told,
    )


def spilt(database):
    return database.execute("SELECT SUM(size) FROM duckdb_temporary_files()").fetchall()[0][0] or 0


def test_what_is_more_than_allowed_lies_in_files_and_every_view_is_the_same(made, monkeypatch):
    ledger = reconcile.read(made)
    whole = reconcile.connect(ledger)
    assert spilt(whole) == 0
    monkeypatch.setattr(engine, "_LIMITS", {})
    engine.limit_memory(LIMIT)

    database = reconcile.connect(ledger)

    assert spilt(database) > 0
    (held,) = database.execute("SELECT SUM(memory_usage_bytes) FROM duckdb_memory()").fetchone()
    assert held <= int(LIMIT[:-2]) * 1_000_000
    for view in VIEWS:
        query = f"SELECT COUNT(*), SUM(HASH(v)::HUGEINT) FROM {view} AS v"
        assert database.execute(query).fetchall() == whole.execute(query).fetchall(), view
    shut(database)
    (count,) = database.execute(
        "SELECT COUNT(*) FROM (SELECT * FROM claim ORDER BY url)"
    ).fetchone()
    assert count == CLAIMS


def test_files_of_the_database_go_with_the_command(made, tmp_path):
    told = run(
        "check",
        str(made),
        "--no-expectations",
        "--memory-limit",
        LIMIT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    assert told.returncode == 0, told.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_check_finds_the_same_within_a_limit(monkeypatch):
    monkeypatch.setattr(engine, "_LIMITS", {})
    free, bound = (
        command("check", str(BASE), "--format", "json", *limit)
        for limit in ([], ["--memory-limit", "100MB"])
    )
    assert engine._LIMITS == {"memory_limit": "100MB"}
    assert free.returncode == bound.returncode == 0
    assert json.loads(free.stdout) == json.loads(bound.stdout)


@pytest.mark.parametrize("amount", ["much", "", "2 elephants", "-1", "none", "10%", "5"])
def test_what_is_no_amount_of_memory_is_refused(amount):
    told = command("check", str(BASE), "--memory-limit", amount)
    assert told.returncode == 2
    assert told.stderr == (
        f"reconcile: {amount!r} is no amount of memory; write it as 500MB or 2GB\n"
    )


def test_a_limit_that_is_too_small_is_named():
    told = run("check", str(BASE), "--memory-limit", "2MB")
    assert told.returncode == 2
    assert told.stderr.count("\n") == 1
    assert "--memory-limit allows too little" in told.stderr


def test_a_large_file_is_not_read_row_by_row_because_memory_is_short(tmp_path, monkeypatch):
    path = tmp_path / "sources.csv"
    header = ",".join(column.name for column in TABLES["sources"].columns)
    line = f"s-%d,Voice,local,,,,,,{'x' * 400}\n"
    path.write_text(header + "\n" + "".join(line % at for at in range(100_000)))
    monkeypatch.setattr(engine, "_LIMITS", {"memory_limit": "10MB"})
    with pytest.raises(engine.OutOfMemory):
        read_file(path, "sources.csv", TABLES["sources"], Store())


def test_each_database_lays_down_what_is_too_much_in_a_place_of_its_own():
    query = "SELECT CURRENT_SETTING('temp_directory')"
    places = [Path(engine.opened().execute(query).fetchall()[0][0]) for _ in range(2)]
    assert places[0] != places[1]
    (home,) = {place.parent for place in places}
    assert home.stat().st_mode & 0o077 == 0


def test_a_connection_aside_is_held_to_the_same_limit_and_is_as_silent(monkeypatch):
    monkeypatch.setattr(engine, "_LIMITS", {})
    query = "SELECT CURRENT_SETTING('memory_limit'), CURRENT_SETTING('enable_progress_bar')"
    before = engine.aside().execute(query).fetchall()[0][0]
    engine.limit_memory("77MiB")
    told = engine.aside().execute(query).fetchall()
    assert told == [("77.0 MiB", False)] and before != "77.0 MiB"


def test_what_is_temporary_is_the_own_of_each_connection_aside():
    one, other = engine.aside(), engine.aside()
    one.execute("CREATE TEMP TABLE told AS SELECT 1 AS n")
    with pytest.raises(engine.Refused, match="told does not exist"):
        other.execute("FROM told")
    assert one.execute("FROM told").fetchall() == [(1,)]


def test_a_child_that_was_forked_ends_well():
    code = (
        "import os, sys; from reconcile.engine import aside\n"
        "aside().execute('SELECT 1').fetchall()\n"
        "if os.fork() == 0: sys.exit(0)\n"
        "print(os.wait()[1], aside().execute('SELECT 7').fetchall())"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert told.stdout == "0 [(7,)]\n"


def test_a_child_uses_no_database_of_its_parent(monkeypatch):
    parent = engine.aside()
    parent.execute("CREATE TABLE of_the_parent AS SELECT 1 AS n")
    try:
        assert engine.aside().execute("FROM of_the_parent").fetchall() == [(1,)]
        monkeypatch.setattr(engine.os, "getpid", lambda: -1)
        with pytest.raises(engine.Refused, match="of_the_parent does not exist"):
            engine.aside().execute("FROM of_the_parent")
    finally:
        parent.execute("DROP TABLE of_the_parent")


def test_where_no_temporary_file_can_be_the_run_says_so(monkeypatch):
    def full(**_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(scratch, "mkdtemp", full)
    scratch._folder.cache_clear()
    try:
        with pytest.raises(reconcile.ReconcileError, match=r"No space left on device.*TMPDIR"):
            engine.opened()
    finally:
        scratch._folder.cache_clear()


def test_a_child_leaves_the_files_of_its_parent(tmp_path):
    (tmp_path / "kept").mkdir()
    scratch.remove(tmp_path / "kept", os.getpid() + 1)
    assert (tmp_path / "kept").is_dir()
    scratch.remove(tmp_path / "kept", os.getpid())
    assert not (tmp_path / "kept").exists()


def test_a_command_that_is_told_to_end_leaves_no_file(made, tmp_path):
    asked = [sys.executable, "-m", "reconcile", "report", str(made), "-o", str(tmp_path / "r.html")]
    folder = tmp_path / "temporary"
    folder.mkdir()
    running = subprocess.Popen(
        asked, cwd=ROOT, env={**os.environ, "TMPDIR": str(folder)}, stderr=subprocess.DEVNULL
    )
    while not list(folder.rglob("*.parquet")):
        assert running.poll() is None
        time.sleep(0.02)
    running.terminate()
    assert running.wait(60) == -signal.SIGTERM
    assert list(folder.iterdir()) == []


@pytest.mark.soak
@pytest.mark.skipif(not SOAKING, reason="a long run: set RECONCILE_SOAK")
def test_a_check_of_many_claims_stays_small(made):
    code = (
        "import sys\nfrom reconcile.cli import main\n"
        "try:\n    main()\nfinally:\n"
        "    sys.path.insert(0, 'tests')\n"
        "    from mutants import most_memory\n"
        "    print(most_memory(), file=sys.stderr)"
    )
    asked = [sys.executable, "-c", code, "check", str(made), "-q", "--memory-limit", LIMIT]
    told = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0
    assert int(told.stderr.splitlines()[-1]) < 1_200
