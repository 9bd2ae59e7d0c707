"""A made ledger of many claims: lawful and without a finding, or with a share of it failing.

The same for the same seed, whatever the version of DuckDB: chance is a part of an MD5 sum.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from reconcile.tables import TABLES

FAILING = ("nothing", "laws", "expectations", "cells")
"""What the failing claims break: a law in turn, an expectation, or the form of a cell."""

_CHANCE = """
CREATE MACRO chance(what, nth, sides) AS
  CAST(md5_number_lower(what || ':' || nth || ':' || {seed}) % CAST(sides AS UBIGINT) AS BIGINT);
CREATE MACRO sometimes(what, nth, share) AS chance(what, nth, 1000000) < share * 1000000;
"""
_EVENT = """
CREATE TABLE event AS
SELECT
  n, CAST(DATE '2015-01-01' + CAST(chance('day', n, 3800) AS INTEGER) AS DATE) AS day,
  chance('country', n, 4) AS country, chance('voices', n, 3) AS voices,
  chance('dead', n, 18) + 2 AS dead
FROM (SELECT UNNEST(RANGE({claims} // 10 * 4)) AS n);
"""
# Ten claims on four events: three of two claims and one of four, each of another side.
_CLAIM = """
CREATE TABLE said AS
SELECT
  c.n, e.n AS event, e.day, 6 * (e.country + 4 * e.voices) + c.side AS voice, e.dead,
  sometimes('fails', c.n, {share}) AS fails, c.n % 5 AS law
FROM (
  SELECT
    n, n // 10 * 4 + [0, 0, 1, 1, 2, 2, 3, 3, 3, 3][n % 10 + 1] AS event,
    [0, 1, 0, 1, 0, 1, 0, 1, 2, 3][n % 10 + 1] AS side
  FROM (SELECT UNNEST(RANGE({claims})) AS n)
) AS c INNER JOIN event AS e ON e.n = c.event ORDER BY c.n;
"""
_TABLES = {
    "victims": "SELECT * FROM (VALUES ('people', NULL, 'People'),"
    " ('soldiers', 'people', 'Soldiers')) AS t(victims, within, name)",
    "measures": "SELECT 'killed' AS measure, 'Killed' AS name",
    "parties": "SELECT * FROM (VALUES ('mali', 'government', 'ML', 'Mali'),"
    " ('burkina-faso', 'government', 'BF', 'Burkina Faso'), ('niger', 'government', 'NE', 'Niger'),"
    " ('benin', 'government', 'BJ', 'Benin'), ('jnim', 'insurgent', NULL, 'JNIM'))"
    " AS t(party, side, country, name)",
    "sources": "SELECT 's' || n AS source, 'Voice ' || n AS name,"
    " ['government', 'insurgent', 'security', 'local', 'observer', 'media'][n % 6 + 1] AS side,"
    " CASE n % 6 WHEN 0 THEN ['mali', 'burkina-faso', 'niger', 'benin'][n // 6 % 4 + 1]"
    " WHEN 1 THEN 'jnim' END AS party FROM (SELECT UNNEST(RANGE(72)) AS n) ORDER BY n",
    "documents": "SELECT 'd' || n AS document, 'Gazette' AS publisher, 'Report ' || n AS title,"
    " 'https://example.org/news/2025/report-' || n || '.html' AS url, DATE '2025-06-09' AS"
    " published_on, 'fr' AS language FROM (SELECT UNNEST(RANGE({claims} // 6 + 1)) AS n)"
    " ORDER BY n",
    "events": "SELECT 'e' || n || '-' || day AS event, 'Attack on place ' || n AS name,"
    " day AS starts_on, 'day' AS date_precision, ['ML', 'BF', 'NE', 'BJ'][country + 1] AS country,"
    " 11 + chance('north', n, 7000) / 1000 AS latitude,"
    " chance('east', n, 8000) / 1000 AS longitude, 'base-attack' AS kind FROM event ORDER BY n",
    "figures": """
SELECT
  'e' || event || '-' || day || '--s' || voice
    || CASE WHEN {twice} THEN '-again' ELSE '' END AS claim,
  'e' || event || '-' || day AS event,
  CASE WHEN {laws} AND law = 1 THEN 'nobody-' || n ELSE 's' || voice END AS source,
  'd' || chance('document', CASE WHEN {twice} THEN n - 1 ELSE n END, {claims} // 6 + 1)
    AS document,
  CASE WHEN {cells} THEN strftime(day, '%d/%m/%Y') ELSE CAST(day
    + CAST(CASE WHEN {expectations} THEN -1 ELSE chance('late', event, 5) END AS INTEGER)
    AS VARCHAR) END AS asserted_on,
  'killed' AS measure, 'soldiers' AS victims,
  [dead || ' soldats', dead || ' soldats tués', dead || ' morts', 'environ ' || dead || ' soldats',
   'au moins ' || dead || ' soldats', 'jusqu''à ' || dead || ' soldats tués']
    [chance('words', CASE WHEN {twice} THEN n - 1 ELSE n END, 6) + 1] AS stated,
  CASE WHEN {laws} AND law = 3 THEN 'rumour' WHEN {numbered} THEN 'silence' END AS stance,
  CASE WHEN {numbered} THEN dead WHEN {laws} AND law = 0 THEN -1 END AS low,
  'statement' AS evidence
FROM (
  SELECT * REPLACE (CASE WHEN {twice} THEN before ELSE voice END AS voice)
  FROM (SELECT *, LAG(voice) OVER (ORDER BY n) AS before FROM said)
) ORDER BY n""",
}


def generate(
    home: Path, claims: int, share: float = 0.0, failing: str = "nothing", seed: int = 1
) -> Path:
    """A workspace at `home` of `claims` claims (a multiple of ten), the share `share` failing."""
    (home / "claims").mkdir(parents=True)
    asked = {name: "fails" if failing == name else "FALSE" for name in FAILING}
    asked["twice"] = f"{asked['laws']} AND n % 10 = 9"
    asked["numbered"] = f"{asked['laws']} AND law IN (2, 4) AND n % 10 <> 9"
    database = duckdb.connect()
    database.execute("SET enable_progress_bar = false")
    for statement in (_CHANCE, _EVENT, _CLAIM):
        database.execute(statement.format(seed=seed, claims=claims, share=share))
    for name, table in TABLES.items():
        if name in _TABLES:
            select = _TABLES[name].format(claims=claims, **asked)
            told = {column[0] for column in database.execute(f"DESCRIBE {select}").fetchall()}
            columns = [
                column.name if column.name in told else f"NULL AS {column.name}"
                for column in table.columns
            ]
            file = home / "claims" / f"{name}.csv"
            database.execute(
                f"COPY (SELECT {', '.join(columns)} FROM ({select})) TO '{file}' (HEADER)"
            )
    return home
