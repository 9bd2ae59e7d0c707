"""The views on Spark: the rows of DuckDB, one session for all; what leaves the machine is refused.

Spark needs Java and the extra `spark`. It compiles less and plans for one processor here, which
suits small ledgers.
"""

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from commands import reconcile as command
from conftest import SOAKING, library, program
from ledgers import base, claim, ledger_at

import reconcile
from reconcile.database import connect_unfilled
from reconcile.filling import fill, fillable, tables_of
from reconcile.view import View, views

ROOT = Path(__file__).parent.parent
CIVIL_WAR = ROOT / "tests" / "data" / "acw-claims.csv"

DISPUTED = [
    claim("many", stated="200 killed", asserted_on="2025-06-02"),
    claim("few", source="jnim", stated="three killed", asserted_on="2025-06-03"),
    claim("dozens", source="gazette", stated="dozens", event="june-2025"),
    claim("again", source="gazette", stated="thirty", repeats="few"),
]

pytestmark = pytest.mark.untraced


@pytest.fixture(scope="module")
def session():
    """Spark on this machine."""
    program("java")
    library("pyspark")
    from reconcile.spark import started

    os.environ.setdefault("SPARK_SUBMIT_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
    return started("local[2]")


@pytest.fixture(scope="module")
def messy(tmp_path_factory):
    """A ledger in which everything occurs that the views tell apart."""
    return messy_at(tmp_path_factory.mktemp("messy") / "ledger", 400)


def messy_at(home, claims):
    sys.path.insert(0, str(ROOT))
    try:
        from benchmarks.spark.messy import write
    finally:
        sys.path.remove(str(ROOT))
    return write(home, claims)


def fill_on_spark(database, session):
    """Have Spark fill every view; gives the tables that were there before."""
    from reconcile import spark

    before = tables_of(database)
    spark.fill(database, session)
    return before


def fill_beside(database, before):
    """Call what Spark filled `x_on_spark`, and have DuckDB fill `x` beside it."""
    for name in tables_of(database) - before:
        database.execute(f"ALTER TABLE {name} RENAME TO {name}_on_spark")
    fill(database)
    made = {*fillable(), "forced_claim"}
    assert tables_of(database) - before == made | {f"{name}_on_spark" for name in made}


def filled_twice(workspace, session):
    """A database whose views DuckDB filled, and beside each `x` the `x_on_spark` of Spark."""
    database = connect_unfilled(reconcile.read(workspace))
    fill_beside(database, fill_on_spark(database, session))
    return database


def apart(database, name):
    """How many rows of a relation only DuckDB has, and how many only Spark; floats to 1e-9."""
    kinds = database.execute(f"DESCRIBE {name}").fetchall()
    columns = ", ".join(
        f'ROUND("{column}", 9)' if kind == "DOUBLE" else f'"{column}"' for column, kind, *_ in kinds
    )
    ours, theirs = (f"SELECT {columns} FROM {one}" for one in (name, f"{name}_on_spark"))
    return tuple(
        database.execute(f"SELECT COUNT(*) FROM ({one} EXCEPT ALL {other})").fetchone()[0]
        for one, other in ((ours, theirs), (theirs, ours))
    )


def all_apart(database):
    told = {name: apart(database, name) for name in (*fillable(), "forced_claim")}
    return {name: counts for name, counts in told.items() if counts != (0, 0)}


def test_every_view_has_the_same_rows_of_the_shipped_ledger(session):
    database = filled_twice(ROOT, session)
    assert all_apart(database) == {}
    assert all(database.execute(f"SELECT COUNT(*) FROM {name}").fetchone()[0] for name in views())
    database.execute(
        "UPDATE standing_on_spark SET high = NULL"
        " WHERE row = (SELECT MAX(row) FROM standing WHERE high > 0)"
    )
    database.execute("DELETE FROM relay_on_spark WHERE row = (SELECT MAX(row) FROM relay)")
    database.execute("UPDATE event_gap_on_spark SET ratio = ratio + 1e-8")
    ratios = database.execute("SELECT COUNT(ratio) FROM event_gap").fetchone()[0]
    wanted = {"standing": (1, 1), "relay": (1, 0), "event_gap": (ratios, ratios)}
    assert all_apart(database) == wanted


def test_every_view_has_the_same_rows_of_a_messy_ledger(session, messy):
    ledger = reconcile.read(messy)
    database = connect_unfilled(ledger)
    before = fill_on_spark(database, session)
    found = reconcile.check(ledger, database)
    assert len(found) > 100
    assert told_of(found) == told_of(reconcile.check(ledger))
    database.execute("DROP TABLE finding")
    fill_beside(database, before)
    assert all_apart(database) == {}
    assert all(database.execute(f"SELECT COUNT(*) FROM {name}").fetchone()[0] for name in views())


def test_the_files_are_those_of_this_machine_wherever_spark_looks_for_others(session, messy):
    from reconcile import spark

    usual = session.sparkContext._jsc.hadoopConfiguration()
    before = usual.get("fs.defaultFS")
    usual.set("fs.defaultFS", "hdfs://127.0.0.1:1")
    database = connect_unfilled(reconcile.read(messy))
    try:
        spark.fill(database, session, ["relay"])
    finally:
        usual.set("fs.defaultFS", before)
    assert database.execute("SELECT COUNT(*) FROM relay").fetchone()[0]


@pytest.mark.soak
@pytest.mark.skipif(not SOAKING, reason="a long run: set RECONCILE_SOAK")
@pytest.mark.parametrize("claims", [100_000, 1_000_000])
def test_every_view_has_the_same_rows_of_many_claims(session, tmp_path, claims):
    assert all_apart(filled_twice(messy_at(tmp_path / "many", claims), session)) == {}


@pytest.mark.soak
@pytest.mark.skipif(not SOAKING, reason="a long run: set RECONCILE_SOAK")
def test_every_view_has_the_same_rows_of_the_civil_war(session, tmp_path):
    home = tmp_path / "war"
    command("init", str(home))
    done = command("import", "acw", str(CIVIL_WAR), "--into", str(home))
    assert done.returncode == 0, done.stderr
    database = filled_twice(home, session)
    assert database.execute("SELECT COUNT(*) FROM claim").fetchone()[0] > 2000
    assert all_apart(database) == {}


def told_of(findings):
    return sorted((one.fingerprint, str(one.message), str(one.at), one.also) for one in findings)


def test_a_check_asks_spark_for_the_views_of_the_suites(session, tmp_path, monkeypatch):
    from reconcile import spark

    home = str(ledger_at(tmp_path / "home", figures=[*base("figures"), *DISPUTED]))
    filled = []

    def shortened(database, given, wanted):
        filled.append((given.sparkContext.master, set(wanted)))
        spark.ask(database, given, "SELECT 1")
        fill(database, wanted)

    with monkeypatch.context() as patched:
        patched.setattr(spark, "fill", shortened)
        theirs = command("check", home, "--engine", "spark", "--master", "local[2]", "-f", "json")
    suites = {path.stem for path in (ROOT / "expectations").glob("*.toml")}
    assert filled == [("local[2]", {"standing", *suites})]
    ours = command("check", home, "-f", "json")
    assert ours.stdout.count('"gx"') > 2
    assert (theirs.returncode, theirs.stdout, theirs.stderr) == (ours.returncode, ours.stdout, "")


@pytest.mark.soak
@pytest.mark.skipif(not SOAKING, reason="a long run: set RECONCILE_SOAK")
@pytest.mark.parametrize("asked", [["check"], ["export", "json", "-w"]])
def test_a_command_says_with_spark_what_it_says_without(session, asked):
    ours, theirs = (command(*asked, ".", *more) for more in ((), ("--engine", "spark")))
    if asked[0] == "export":
        assert rounded(json.loads(theirs.stdout)) == rounded(json.loads(ours.stdout))
    else:
        assert ours.stdout and theirs.stdout == ours.stdout


def rounded(told):
    """JSON with numbers to ten digits: logarithms may differ in the last of sixteen."""
    if isinstance(told, dict):
        return {name: rounded(one) for name, one in told.items()}
    if isinstance(told, list):
        return list(map(rounded, told))
    return float(f"{told:.10g}") if isinstance(told, float) else told


def test_an_export_is_that_of_duckdb(session, tmp_path):
    home = str(ledger_at(tmp_path / "home", figures=[*base("figures"), *DISPUTED]))
    for asked in (["csv", "relay"], ["geojson"]):
        arguments = ["export", *asked, "-w", home]
        ours, theirs = (command(*arguments, *more) for more in ((), ("--engine", "spark")))
        assert ours.stdout and (theirs.stdout, theirs.stderr) == (ours.stdout, "")


def test_a_query_is_answered_by_spark_in_its_order(session, tmp_path):
    home = str(ledger_at(tmp_path / "home"))
    query = (
        "SELECT event, DAYS_BETWEEN(MIN(starts_on), MAX(known_on)) AS days,"
        " ARRAY_SORT(ARRAY_AGG(row)) AS rows, SPARK_PARTITION_ID() AS at"
        " FROM claim GROUP BY event ORDER BY event DESC -- all"
    )
    told = command("sql", query, "-w", home, "--engine", "spark")
    assert (told.returncode, told.stderr) == (0, "")
    head, *rows = csv.reader(told.stdout.splitlines())
    assert head == ["event", "days", "rows", "at"]
    assert [row[0] for row in rows] == sorted((row[0] for row in rows), reverse=True)
    plain = query.replace(", SPARK_PARTITION_ID() AS at", "")
    asked = command("sql", plain, "-w", home).stdout.splitlines()[1:]
    assert [row[:3] for row in rows] == list(csv.reader(asked))


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("SELECT * FROM text.`/etc/hostname`", "TABLE_OR_VIEW_NOT_FOUND"),
        ("SELECT * FROM parquet.`/tmp`", "TABLE_OR_VIEW_NOT_FOUND"),
        ("SELECT reflect('java.lang.System', 'getenv', 'HOME')", "leaves the ledger: reflect"),
        ("SELECT builtin.try_reflect('java.lang.System', 'getenv', 'PATH')", "leaves the ledger"),
        ("SELECT JAVA_METHOD ('java.lang.System', 'getenv', 'HOME')", "leaves the ledger"),
        ("SELECT 1 WHERE EXISTS (SELECT reflect('java.lang.System', 'exit', 1))", "leaves the"),
        ("SELECT IDENTIFIER('re' || 'flect')('java.lang.System', 'getenv', 'HOME')", "leaves the"),
        ("SELECT TRANSFORM(source) USING 'cat' AS (x) FROM sources", "leaves the ledger"),
        ("WITH a AS (SELECT TRANSFORM(1) USING 'id' AS (x)) SELECT * FROM a", "leaves the ledger"),
        ("CREATE TABLE x AS SELECT 1", "PARSE_SYNTAX_ERROR"),
        ("WITH x AS (SELECT 1) INSERT INTO y SELECT * FROM x", "PARSE_SYNTAX_ERROR"),
        ("SELECT 1; SELECT 2", "PARSE_SYNTAX_ERROR"),
        ("SET x", "TABLE_OR_VIEW_NOT_FOUND"),
        ("REFRESH x", "TABLE_OR_VIEW_NOT_FOUND"),
        ("SELECT nothing FROM sources", "UNRESOLVED_COLUMN"),
        ("SELECT 1 / 0", "DIVIDE_BY_ZERO"),
    ],
)
def test_what_is_no_query_of_the_ledger_is_refused(session, tmp_path, query, why):
    from reconcile.spark import ask

    database = connect_unfilled(reconcile.read(ledger_at(tmp_path / "home")))
    with pytest.raises(reconcile.ReconcileError, match=re.escape(why)) as refused:
        ask(database, session, query)
    assert "\tat " not in str(refused.value)


def test_a_broken_view_is_a_failed_run(session, tmp_path, monkeypatch):
    from reconcile import spark

    database = connect_unfilled(reconcile.read(ledger_at(tmp_path / "home")))
    gone = View("gone", "", (), "SELECT x FROM y")
    monkeypatch.setattr(spark, "fillable", lambda: {"gone": gone})
    with pytest.raises(reconcile.ReconcileError, match=r"the view gone is broken on Spark: .*`y`"):
        spark.fill(database, session)


def test_spark_listens_on_the_loopback_alone(session):
    java = session.sparkContext._gateway.proc.pid
    held = {os.readlink(one) for one in Path(f"/proc/{java}/fd").iterdir() if one.is_symlink()}
    listening = [
        line.split()[1].partition(":")[0]
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/{java}/net/{table}").read_text("ascii").splitlines()[1:]
        if line.split()[3] == "0A" and f"socket:[{line.split()[9]}]" in held
    ]
    assert listening
    assert {one[-8:] for one in listening} == {"0100007F"}
    assert session.sparkContext.uiWebUrl is None


def test_without_spark_or_java_it_is_said_what_to_install(monkeypatch, tmp_path):
    home = str(ledger_at(tmp_path / "home"))
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "pyspark", None)
        told = command("check", home, "--engine", "spark")
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr == (
        "reconcile: Spark is not installed;"
        " install it with: pip install 'claims-reconcile[spark]'\n"
    )
    library("pyspark")
    told = command("sql", "SELECT 1", "-w", home, "--engine", "spark", PATH="", JAVA_HOME="")
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr.startswith("reconcile: Spark needs Java 17 or later, which is not on this")


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["check", "--master", "local[1]"], "--master is for --engine spark"),
        (["check", "--no-expectations", "--engine", "spark"], "the laws alone read no view"),
        (["export", "package", "-o", "x.zip", "--engine", "spark"], "holds no view"),
    ],
)
def test_spark_that_would_do_nothing_is_refused(arguments, why):
    told = command(*arguments)
    assert told.returncode == 2
    assert why in " ".join(told.stderr.replace("│", " ").split())


def test_other_libraries_do_not_find_spark(tmp_path):
    (tmp_path / "pyspark.py").write_text("print('loaded')\nraise SystemExit(0)\n", "utf-8")
    code = (
        "import os, sys\n"
        "before = dict(os.environ)\n"
        "import reconcile.contract\n"
        "assert dict(os.environ) == before\n"
        "from reconcile.expectation import _GreatExpectations\n"
        "_GreatExpectations()\n"
        "assert 'pyspark' not in sys.modules\n"
        "print('done')\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{tmp_path}:{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (told.returncode, told.stdout, told.stderr) == (0, "done\n", "")
