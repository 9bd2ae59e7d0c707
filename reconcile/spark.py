"""Spark: the views run there, word for word, over the tables that DuckDB holds.

The tables go over as Parquet in a folder of their own, each view is written beside them, and what
is asked for comes back as a table of the database.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import tempfile
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING

from reconcile.engine import PARQUET
from reconcile.filling import fillable, tables_of
from reconcile.finding import ReconcileError
from reconcile.scratch import scratch_folder
from reconcile.view import View, needed

if TYPE_CHECKING:
    import duckdb
    from pyspark.sql import DataFrame, SparkSession
    from pyspark.sql.types import StructType

_PRELUDE = (
    "CREATE TEMPORARY FUNCTION days_between(earlier DATE, later DATE) RETURNS BIGINT"
    " RETURN DATEDIFF(later, earlier)",
    "CREATE TEMPORARY FUNCTION row_pair(one BIGINT, other BIGINT) RETURNS ARRAY<BIGINT>"
    " RETURN ARRAY_SORT(ARRAY(one, other))",
)
_CONTEXT = {
    "spark.app.name": "reconcile",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
}
_ALONE = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "4",
}
_MEMORY = "2g"
_FEW = 50_000
"""Claims for which writing and compiling Java code takes longer than going without it."""
_HASTY = {
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.debug.maxToStringFields": "1",
    "spark.sql.ui.explainMode": "simple",
}
_BEYOND = re.compile(r"\b(?:(?:try_)?reflect|java_method|identifier)\b", re.IGNORECASE)
"""What calls any method of Java, and what can spell its name in pieces."""
_PROGRAM = "ScriptTransformation"
"""What Spark calls a step of a plan in which a program of the system is run."""


def started(master: str | None = None) -> SparkSession:
    """A session of Spark at `master`; without it as Spark is configured, else on this machine.

    On this machine it listens on the loopback alone and says nothing. Raises ReconcileError with
    what to install where Spark or Java is lacking, and with Spark's words where it does not start.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pyspark import SparkConf
            from pyspark.errors import PySparkException
            from pyspark.sql import SparkSession
    except ImportError:
        raise ReconcileError(
            "Spark is not installed; install it with: pip install 'claims-reconcile[spark]'"
        ) from None
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java", path=f"{home}/bin" if home else None) is None:
        raise ReconcileError(
            "Spark needs Java 17 or later, which is not on this machine; install it (on Debian:"
            " apt install openjdk-17-jre-headless), or name its folder in JAVA_HOME"
        )
    os.environ.setdefault("SPARK_DRIVER_MEMORY", _MEMORY)
    # It writes the whole trace of every query that Spark refuses, which we tell in one line.
    logging.getLogger("SQLQueryContextLogger").disabled = True
    with _hushed(master) as said, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            settings = SparkConf()
            if master is not None:
                settings.setMaster(master)
            alone = settings.get("spark.master", "local").startswith("local")
            for name, value in {**_CONTEXT, **(_ALONE if alone else {})}.items():
                settings.setIfMissing(name, value)
            return SparkSession.builder.config(conf=settings).getOrCreate()
        except _faults(PySparkException) as fault:
            raise ReconcileError(f"Spark does not start: {said() or _first(fault)}") from None


def fill(
    database: duckdb.DuckDBPyConnection,
    session: SparkSession,
    wanted: Iterable[str] | None = None,
) -> None:
    """Have Spark fill the views `wanted`, all of them without it, and bring them back.

    They are tables of `database` then, as if it had filled them itself; one that is there already
    stays. Raises ReconcileError with Spark's own words where a view cannot be made.
    """
    names = fillable().keys() if wanted is None else fillable().keys() & set(wanted)
    with _bench(database, session) as bench:
        bench.make(names)
        for name in sorted(names):
            bench.bring_back(name)


def ask(
    database: duckdb.DuckDBPyConnection, session: SparkSession, query: str
) -> tuple[list[str], list[tuple[object, ...]]]:
    """The columns and rows of a query from outside, answered by Spark.

    It is one SELECT, over the tables and views by their names; files, methods of Java and programs
    of the system are refused. Raises ReconcileError with Spark's own words where it fails.
    """
    from pyspark.errors import PySparkException

    if (beyond := _BEYOND.search(query)) is not None:
        raise ReconcileError(f"the query leaves the ledger: {beyond[0]}")
    with _bench(database, session) as bench:
        named = set(re.findall(r"\w+", query.lower()))
        bench.make(named)
        bench.hand_over(named)
        try:
            # In brackets Spark reads a query alone: what writes or sets something is none.
            told = bench.session.sql(f"SELECT * FROM (\n{query}\n)")
            if _PROGRAM in _plan(told):
                raise ReconcileError("the query leaves the ledger: TRANSFORM … USING")
            return told.columns, [tuple(row) for row in told.collect()]
        except _faults(PySparkException) as fault:
            raise ReconcileError(_first(fault)) from None


class _Bench:
    """A session of its own and a folder, in which tables and views lie as Parquet."""

    def __init__(
        self, database: duckdb.DuckDBPyConnection, session: SparkSession, folder: Path
    ) -> None:
        self._database = database
        self._folder = folder
        self._there: set[str] = set()
        self.session = session.newSession()
        counted = database.execute("SELECT COUNT(*) FROM figures").fetchone() or (0,)
        alone = str(session.sparkContext.master).startswith("local")
        ours = {"spark.sql.session.timeZone": "UTC", "spark.sql.runSQLOnFiles": "false"}
        for name, value in {**ours, **(_HASTY if alone and counted[0] < _FEW else {})}.items():
            self.session.conf.set(name, value)
        for function in _PRELUDE:
            self.session.sql(function)

    def make(self, wanted: Iterable[str]) -> None:
        """Make the views wanted and all that they read.

        What no SELECT can make is made by DuckDB, of views brought back to it for that.
        """
        for one in needed(fillable(), wanted):
            if isinstance(one, View):
                self.hand_over(one.reads)
                self._write(one)
            elif one.name not in tables_of(self._database):
                for name in sorted(one.reads):
                    self.bring_back(name)
                one.make(self._database)

    def hand_over(self, names: Iterable[str]) -> None:
        """Let Spark see these tables of the database, where it does not yet."""
        for name in sorted(set(names) & tables_of(self._database) - self._there):
            path = self._folder / f"{name}.parquet"
            self._database.execute(f"COPY {name} TO '{path}' (FORMAT parquet)")
            told = self._database.execute(f"DESCRIBE {name}").fetchall()
            kinds = ", ".join(
                f"`{one}` {kind.replace('VARCHAR', 'STRING')}" for one, kind, *_ in told
            )
            self._show(name, path, kinds)

    def bring_back(self, name: str) -> None:
        """Make a view that Spark wrote a table of the database, where it is none yet."""
        if name not in tables_of(self._database):
            files = self._folder / name / "*.parquet"
            self._database.execute(
                f"CREATE TABLE {name} AS SELECT * FROM {PARQUET}", {"path": str(files)}
            )

    def _write(self, view: View) -> None:
        from pyspark.errors import PySparkException

        path = self._folder / view.name
        try:
            told = self.session.sql(view.select)
            told.write.parquet(path.as_uri())
        except _faults(PySparkException) as fault:
            why = f"the view {view.name} is broken on Spark: {_first(fault)}"
            raise ReconcileError(why) from fault
        self._show(view.name, path, told.schema)

    def _show(self, name: str, path: Path, columns: str | StructType) -> None:
        """Let Spark see what lies at a path, wherever its configuration looks for other paths."""
        from pyspark.errors import PySparkException

        try:
            written = self.session.read.schema(columns).parquet(path.as_uri())
            written.createOrReplaceTempView(name)
        except _faults(PySparkException) as fault:
            raise ReconcileError(f"Spark cannot read {name}: {_first(fault)}") from fault
        self._there.add(name)


@contextmanager
def _bench(database: duckdb.DuckDBPyConnection, session: SparkSession) -> Iterator[_Bench]:
    with scratch_folder() as folder:
        yield _Bench(database, session, folder)


@contextmanager
def _hushed(master: str | None) -> Iterator[partial[str]]:
    """Keep what Java says from stderr, unless a cluster is named; gives how to read its last line.

    Java keeps the stream with which it was started, so this holds for as long as it runs.
    """
    if master is not None and not master.startswith("local"):
        yield partial(str, "")
        return
    with tempfile.TemporaryFile("w+", errors="replace") as heard:
        before = os.dup(2)
        os.dup2(heard.fileno(), 2)
        try:
            yield partial(_last, heard)
        finally:
            os.dup2(before, 2)
            os.close(before)


def _last(heard: IO[str]) -> str:
    heard.seek(0)
    return next((line.strip() for line in reversed(heard.readlines()) if line.strip()), "")


def _plan(told: DataFrame) -> str:
    return str(told._jdf.queryExecution().analyzed().treeString())


def _faults(of_spark: type[Exception]) -> tuple[type[Exception], ...]:
    from py4j.protocol import Py4JError

    return of_spark, Py4JError


def _first(fault: Exception) -> str:
    """What Spark says, without the trace of Java."""
    return str(fault).partition("\n\nJVM stacktrace")[0].strip()
