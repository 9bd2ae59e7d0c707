-- One row is a pair of named sources and whose people the victims are to each: how often they speak of one cell, and how far apart
-- key: source, other_source, interest, other_interest
WITH beside AS (
  SELECT * FROM figure_beside WHERE NOT other_collective AND source < other_source
),

cell AS (
  SELECT
    source,
    other_source,
    interest,
    other_interest,
    event,
    measure,
    victims,
    MIN(gap) > 0 AS disjoint,
    MEDIAN(log_ratio) AS log_ratio
  FROM beside
  GROUP BY source, other_source, interest, other_interest, event, measure, victims
),

resting AS (
  SELECT source, other_source, interest, other_interest, source_row AS row FROM beside
  UNION ALL
  SELECT source, other_source, interest, other_interest, other_row FROM beside
),

rested AS (
  SELECT
    source,
    other_source,
    interest,
    other_interest,
    MAX(row) AS row,
    ARRAY_SORT(ARRAY_AGG(DISTINCT row)) AS rows
  FROM resting
  GROUP BY source, other_source, interest, other_interest
),

counted AS (
  SELECT
    source,
    other_source,
    interest,
    other_interest,
    COUNT(DISTINCT event) AS events,
    COUNT(*) AS cells,
    COUNT_IF(disjoint) AS disjoint,
    COUNT(DISTINCT CASE WHEN log_ratio IS NOT NULL THEN event END) AS named_events,
    COUNT(CASE WHEN log_ratio > 0 THEN 1 END) AS higher,
    COUNT(CASE WHEN log_ratio = 0 THEN 1 END) AS same,
    COUNT(CASE WHEN log_ratio < 0 THEN 1 END) AS other_higher,
    MEDIAN(log_ratio) AS log_ratio
  FROM cell
  GROUP BY source, other_source, interest, other_interest
)

SELECT
  r.row, -- the newest row it rests on
  r.rows, -- the rows it rests on
  c.source, -- one source, the first by its id
  s.name AS source_name, -- its name
  s.side, -- its side
  c.interest, -- whose people the victims are to it
  c.other_source, -- the other source
  o.name AS other_source_name, -- the name of the other
  o.side AS other_side, -- the side of the other
  c.other_interest, -- whose people the victims are to the other
  c.events, -- events on which both give a figure of one cell
  c.cells, -- cells of which both give a figure
  c.disjoint, -- cells on which no figure of one shares a number with one of the other
  CASE WHEN c.events >= h.events THEN c.disjoint / NULLIF(c.cells, 0) END AS disjoint_share, -- their share; empty for fewer than a handful of events
  c.named_events, -- events on which both name a number above 0
  c.higher, -- cells on which the first names more
  c.same, -- cells on which both name the same number
  c.other_higher, -- cells on which the other names more
  CASE WHEN c.named_events >= h.events THEN c.log_ratio END AS log_ratio -- median over cells of the logarithm of the number named by the first as a multiple of the other's; empty for fewer than a handful of events
FROM counted AS c
INNER JOIN rested AS r
  ON
    r.source = c.source
    AND r.other_source = c.other_source
    AND r.interest = c.interest
    AND r.other_interest = c.other_interest
INNER JOIN sources AS s ON s.source = c.source
INNER JOIN sources AS o ON o.source = c.other_source
CROSS JOIN handful AS h
