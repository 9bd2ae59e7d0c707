"""Wholes and parts: closures over the trees, and the lower bounds that parts force on wholes.

A cell (event, measure, victims) is part of another where its event is that event or part of it, its
measure that measure or within it, its victims those victims or within them. Nobody is in a part who
is not in the whole, so a part's lower bound is one of the whole; siblings that share nobody add up.
The least number that fits every claim from below is found level by level, parts before wholes,
since an aggregate cannot stand in a recursion everywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

_REACH = """
CREATE TABLE {one}_reach AS
WITH RECURSIVE up AS (
  SELECT {one}, {one} AS whole, 0 AS steps FROM {many}
  UNION ALL
  SELECT u.{one}, t.within, u.steps + 1
  FROM up AS u INNER JOIN {many} AS t ON t.{one} = u.whole WHERE t.within IS NOT NULL
)
SELECT {one}, whole, steps FROM up;
CREATE TABLE {one}_adds AS
WITH RECURSIVE up AS (
  SELECT {one}, within AS whole FROM {many} WHERE adds AND within IS NOT NULL
  UNION ALL
  SELECT u.{one}, t.within
  FROM up AS u INNER JOIN {many} AS t ON t.{one} = u.whole WHERE t.adds AND t.within IS NOT NULL
)
SELECT {one}, whole FROM up;
"""
_TREES = """
CREATE TABLE event_closure AS
WITH RECURSIVE part AS (
  SELECT event, part_of FROM event_parts
  UNION
  SELECT p.event, e.part_of FROM part AS p INNER JOIN event_parts AS e ON e.event = p.part_of
)
SELECT event, part_of FROM part;
CREATE TABLE event_reach AS
SELECT event, event AS whole FROM events UNION ALL SELECT event, part_of FROM event_closure;
CREATE TABLE event_overlap AS
SELECT DISTINCT one.whole AS event, other.whole AS other
FROM event_reach AS one
INNER JOIN event_reach AS other ON other.event = one.event AND other.whole <> one.whole;
"""
_CELL_PART = """
CREATE TABLE cell_part AS
WITH cell AS (
  SELECT DISTINCT event, measure, victims FROM standing
  WHERE stance IN ('figure', 'vague') AND low IS NOT NULL
)
SELECT
  p.event, p.measure, p.victims,
  w.event AS whole_event, w.measure AS whole_measure, w.victims AS whole_victims
FROM cell AS p
INNER JOIN event_reach AS e ON e.event = p.event
INNER JOIN cell AS w ON w.event = e.whole
INNER JOIN measures AS counted ON counted.measure = w.measure
INNER JOIN measure_reach AS m ON m.measure = p.measure AND m.whole = w.measure
INNER JOIN victims_reach AS v ON v.victims = p.victims AND v.whole = w.victims
WHERE (p.event <> w.event OR p.measure <> w.measure OR p.victims <> w.victims)
  AND (p.event = w.event OR NOT counted.stock);
"""
_NODES = """
CREATE TABLE bounding AS
SELECT claim, event, measure, victims, COALESCE(victims_party, '') AS party, source, collective, low
FROM standing WHERE stance IN ('figure', 'vague') AND low > 0;
CREATE TABLE node AS
WITH part AS (SELECT DISTINCT event, measure, victims FROM bounding),
bounded AS (
  SELECT DISTINCT event, measure, victims, COALESCE(victims_party, '') AS party
  FROM standing WHERE stance = 'figure' AND high IS NOT NULL
),
asked AS MATERIALIZED (
  SELECT DISTINCT p.event, p.measure, p.victims, t.party, counted.stock AS alone,
    t.event AS top_event, t.measure AS top_measure, t.victims AS top_victims
  FROM part AS p
  INNER JOIN cell_part AS c
    ON c.event = p.event AND c.measure = p.measure AND c.victims = p.victims
  INNER JOIN bounded AS t
    ON t.event = c.whole_event AND t.measure = c.whole_measure AND t.victims = c.whole_victims
  INNER JOIN measures AS counted ON counted.measure = t.measure
),
between AS (
  SELECT DISTINCT a.party, a.alone, e.whole AS event, m.whole AS measure, v.whole AS victims
  FROM asked AS a
  INNER JOIN event_reach AS e ON e.event = a.event
  INNER JOIN event_reach AS e_top ON e_top.event = e.whole AND e_top.whole = a.top_event
  INNER JOIN measure_reach AS m ON m.measure = a.measure
  INNER JOIN measure_reach AS m_top ON m_top.measure = m.whole AND m_top.whole = a.top_measure
  INNER JOIN victims_reach AS v ON v.victims = a.victims
  INNER JOIN victims_reach AS v_top ON v_top.victims = v.whole AND v_top.whole = a.top_victims
)
SELECT ROW_NUMBER() OVER (ORDER BY event, measure, victims, party, alone) AS node, *
FROM between;
CREATE TABLE step AS
SELECT p.node AS part, w.node AS whole, 'measures' AS tree, m.adds
FROM node AS p
INNER JOIN measures AS m ON m.measure = p.measure
INNER JOIN node AS w
  ON w.measure = m.within AND w.event = p.event AND w.victims = p.victims
  AND w.party = p.party AND w.alone = p.alone
UNION ALL
SELECT p.node, w.node, 'victims', v.adds
FROM node AS p
INNER JOIN victims AS v ON v.victims = p.victims
INNER JOIN node AS w
  ON w.victims = v.within AND w.event = p.event AND w.measure = p.measure
  AND w.party = p.party AND w.alone = p.alone
UNION ALL
SELECT p.node, w.node, 'events', TRUE
FROM node AS p
INNER JOIN measures AS m ON m.measure = p.measure AND NOT m.stock
INNER JOIN event_parts AS e ON e.event = p.event
INNER JOIN node AS w
  ON w.event = e.part_of AND w.measure = p.measure AND w.victims = p.victims
  AND w.party = p.party AND w.alone = p.alone
WHERE NOT p.alone;
CREATE TABLE height AS
WITH RECURSIVE above AS (
  SELECT n.node, 0 AS height
  FROM node AS n LEFT JOIN step AS s ON s.whole = n.node
  WHERE s.whole IS NULL
  UNION
  SELECT s.whole, a.height + 1 FROM above AS a INNER JOIN step AS s ON s.part = a.node
)
SELECT node, MAX(height) AS height FROM above GROUP BY node;
CREATE TABLE own AS
WITH heard AS (
  SELECT '' AS voice, * FROM bounding
  UNION ALL
  SELECT source AS voice, * FROM bounding WHERE NOT collective
)
SELECT h.voice, n.node, h.claim, h.low
FROM heard AS h
INNER JOIN node AS n
  ON n.event = h.event AND n.measure = h.measure AND n.victims = h.victims
  AND (n.party = h.party OR n.party = '' OR h.party = '')
QUALIFY ROW_NUMBER() OVER (PARTITION BY h.voice, n.node ORDER BY h.low DESC, h.claim) = 1;
CREATE TABLE below (
  voice VARCHAR, node BIGINT, low HUGEINT, claims HUGEINT, tree VARCHAR, part BIGINT
);
CREATE TABLE below_claim (voice VARCHAR, node BIGINT, claim VARCHAR, low BIGINT);
CREATE TABLE reached_claim AS
SELECT o.voice, o.node, o.claim, o.low
FROM own AS o INNER JOIN height AS h ON h.node = o.node AND h.height = 0;
CREATE TABLE reached AS
SELECT voice, node, CAST(low AS HUGEINT) AS low, CAST(1 AS HUGEINT) AS claims FROM reached_claim;
"""
_LEVEL = """
CREATE OR REPLACE TEMP TABLE child AS
SELECT f.voice, s.whole, s.part, s.tree, s.adds, f.low, f.claims, p.event
FROM height AS w
INNER JOIN step AS s ON s.whole = w.node
INNER JOIN reached AS f ON f.node = s.part
INNER JOIN node AS p ON p.node = s.part
WHERE w.height = $height;
CREATE OR REPLACE TEMP TABLE addend AS
SELECT c.* FROM child AS c
LEFT JOIN (
  SELECT c.voice, c.whole, c.part
  FROM child AS c
  INNER JOIN event_overlap AS v ON v.event = c.event
  INNER JOIN child AS o
    ON o.voice = c.voice AND o.whole = c.whole AND o.tree = 'events' AND o.event = v.other
    AND (o.low > c.low OR (o.low = c.low AND o.event < c.event))
  WHERE c.tree = 'events'
) AS twice ON twice.voice = c.voice AND twice.whole = c.whole AND twice.part = c.part
  AND c.tree = 'events'
WHERE c.adds AND twice.part IS NULL;
INSERT INTO below
SELECT voice, whole, low, claims, tree, part FROM (
  SELECT voice, whole, low, claims, tree, part FROM child
  UNION ALL
  SELECT voice, whole, SUM(low), SUM(claims), tree, NULL FROM addend
  GROUP BY voice, whole, tree HAVING COUNT(*) > 1
)
QUALIFY ROW_NUMBER() OVER (
  PARTITION BY voice, whole ORDER BY low DESC, claims, tree, part NULLS LAST
) = 1;
INSERT INTO below_claim
SELECT b.voice, b.node, f.claim, f.low
FROM below AS b
INNER JOIN height AS h ON h.node = b.node AND h.height = $height
INNER JOIN reached_claim AS f ON f.voice = b.voice AND f.node = b.part
UNION ALL
SELECT b.voice, b.node, f.claim, f.low
FROM below AS b
INNER JOIN height AS h ON h.node = b.node AND h.height = $height
INNER JOIN addend AS a ON a.voice = b.voice AND a.whole = b.node AND a.tree = b.tree
INNER JOIN reached_claim AS f ON f.voice = b.voice AND f.node = a.part
WHERE b.part IS NULL;
INSERT INTO reached_claim
SELECT o.voice, o.node, o.claim, o.low
FROM own AS o
INNER JOIN height AS h ON h.node = o.node AND h.height = $height
LEFT JOIN below AS b ON b.voice = o.voice AND b.node = o.node
WHERE o.low >= COALESCE(b.low, 0)
UNION ALL
SELECT c.voice, c.node, c.claim, c.low
FROM below_claim AS c
INNER JOIN height AS h ON h.node = c.node AND h.height = $height
INNER JOIN below AS b ON b.voice = c.voice AND b.node = c.node
LEFT JOIN own AS o ON o.voice = c.voice AND o.node = c.node
WHERE b.low > COALESCE(o.low, 0);
INSERT INTO reached
SELECT c.voice, c.node, SUM(c.low), COUNT(*)
FROM reached_claim AS c
INNER JOIN height AS h ON h.node = c.node AND h.height = $height
GROUP BY c.voice, c.node;
"""
_BOUNDS = """
CREATE TABLE forced_bound AS
SELECT NULLIF(b.voice, '') AS voice, n.node AS bound, n.event, n.measure, n.victims,
  NULLIF(n.party, '') AS party, CAST(b.low AS BIGINT) AS low
FROM below AS b INNER JOIN node AS n ON n.node = b.node;
CREATE TABLE forced_claim AS
SELECT NULLIF(voice, '') AS voice, node AS bound, claim, low FROM below_claim;
"""
_SCAFFOLD = (
    *("bounding", "node", "step", "height", "own"),
    *("below", "below_claim", "reached", "reached_claim", "child", "addend"),
)


def close_trees(database: duckdb.DuckDBPyConnection) -> None:
    """Fill what lies within what.

    `event_closure` (an event and a larger one), `event_reach`, `measure_reach`, `victims_reach`
    (each thing and everything that contains it, itself included), `measure_adds` and `victims_adds`
    (a thing and each larger one that it is an addend of), `event_overlap` (two events that share a
    part, or of which one is part of the other).
    """
    database.execute(_REACH.format(one="measure", many="measures"))
    database.execute(_REACH.format(one="victims", many="victims"))
    database.execute(_TREES)


def fill_cell_parts(database: duckdb.DuckDBPyConnection) -> None:
    """Fill `cell_part`: each cell with a number and each larger one with a number.

    A measure that is a stock is held to the parts of its own event only: it stands at one moment,
    and those who fell in a part may have been counted at another.
    """
    database.execute(_CELL_PART)


def force_bounds(database: duckdb.DuckDBPyConnection) -> None:
    """Fill what parts force on wholes.

    `forced_bound`: for each cell, the fewest people that its parts leave it, by the statements of
    one `voice` or (NULL) of all of them; `party` NULL is everybody, else what can be of that party.
    `forced_claim`: the claims that each bound rests on, with what each adds; no two of them count
    the same people.
    """
    database.execute(_NODES)
    ((top,),) = database.execute("SELECT COALESCE(MAX(height), 0) FROM height").fetchall()
    for height in range(1, top + 1):
        for statement in _LEVEL.split(";\n"):
            if statement.strip():
                named = {"height": height} if "$height" in statement else None
                database.execute(statement, named)
    database.execute(_BOUNDS)
    for name in _SCAFFOLD:
        database.execute(f"DROP TABLE IF EXISTS {name}")
