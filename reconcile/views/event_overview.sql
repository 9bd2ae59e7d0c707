-- One row is an event on which there is a claim: how much is said of it and how far that agrees
-- key: event
WITH said AS (
  SELECT
    event,
    COUNT(*) AS standing,
    COUNT(DISTINCT source) AS sources,
    COUNT(DISTINCT CASE WHEN stance = 'figure' THEN side END) AS sides_with_figures,
    COUNT_IF(stance = 'figure' AND side = 'government') AS official_figures,
    COUNT_IF(stance = 'figure' AND side = 'insurgent') AS insurgent_figures,
    MIN(CASE WHEN stance = 'figure' THEN side END) AS first_side
  FROM standing
  GROUP BY event
),

repeated AS (
  SELECT
    event,
    MAX(row) AS row,
    ARRAY_SORT(ARRAY_AGG(DISTINCT row)) AS rows,
    COUNT(*) AS claims,
    COUNT(DISTINCT document) AS documents
  FROM claim
  GROUP BY event
),

contested AS (
  SELECT
    event,
    COUNT(*) AS cells,
    COUNT_IF(status = 'conflicting') AS conflicting,
    COUNT_IF(status = 'self-contradicted') AS self_contradicted,
    MAX(gap) AS widest_gap
  FROM event_conflict
  GROUP BY event
),

denied AS (
  SELECT s.event, COUNT(*) AS denied
  FROM standing AS s
  WHERE s.stance = 'denies-figure' AND s.answers IS NOT NULL
  GROUP BY s.event
),

whole AS (
  SELECT event, COUNT(DISTINCT whole_claim) AS wholes FROM part_whole WHERE gap > 0 GROUP BY event
),

heard AS (
  SELECT event, source, COUNT(DISTINCT original) AS originals, MIN(original) AS original
  FROM sourced_figure
  GROUP BY event, source
),

voice AS (
  SELECT
    h.event,
    LEAST(
      MAX(f.originals),
      COUNT_IF(h.originals > 1) + COUNT(DISTINCT CASE WHEN h.originals = 1 THEN h.original END)
    ) AS voices
  FROM heard AS h
  INNER JOIN (SELECT event, COUNT(DISTINCT original) AS originals FROM sourced_figure GROUP BY event) AS f
    ON f.event = h.event
  GROUP BY h.event
),

unanswered AS (
  SELECT event, SUM(unanswered_by_government) AS unanswered FROM event_coverage GROUP BY event
)

SELECT
  r.row, -- the newest row it rests on
  r.rows, -- the rows it rests on
  e.event, -- the event
  e.name, -- its name
  e.country, -- its country
  e.starts_on, -- the day it began
  e.kind, -- what kind of event
  r.claims, -- claims, repeats and superseded ones included
  r.documents, -- documents they were read in
  COALESCE(s.standing, 0) AS standing, -- standing claims
  COALESCE(s.sources, 0) AS sources, -- sources of the standing claims
  COALESCE(v.voices, 0) AS voices, -- independent voices with a figure, at most one for each source and for each original document
  NULLIF(s.sides_with_figures, 0) AS sides_with_figures, -- sides that give a figure; empty where none does
  CASE WHEN s.sides_with_figures = 1 THEN s.first_side END AS only_side, -- the side that alone gives figures
  COALESCE(s.official_figures, 0) AS official_figures, -- figures of a government
  COALESCE(s.insurgent_figures, 0) AS insurgent_figures, -- figures of an insurgent group
  COALESCE(c.cells, 0) AS cells, -- measures and victim groups with a figure
  COALESCE(c.conflicting, 0) AS conflicting, -- of these, where two sources share no number
  COALESCE(c.self_contradicted, 0) AS self_contradicted, -- of these, where only one source contradicts itself
  COALESCE(d.denied, 0) AS denied, -- claims whose figure another source denies
  COALESCE(w.wholes, 0) AS wholes_below_parts, -- claims on a whole that are smaller than what is said of its parts
  COALESCE(c.conflicting, 0) + COALESCE(d.denied, 0) + COALESCE(w.wholes, 0) > 0
    AS contested, -- whether two sources share no number, one denies a figure of another, or a whole is smaller than its parts
  c.widest_gap, -- people between the two claims furthest apart
  COALESCE(u.unanswered, 0) AS unanswered -- insurgent figures that the government concerned does not answer
FROM events AS e
INNER JOIN repeated AS r ON r.event = e.event
LEFT JOIN said AS s ON s.event = e.event
LEFT JOIN contested AS c ON c.event = e.event
LEFT JOIN denied AS d ON d.event = e.event
LEFT JOIN whole AS w ON w.event = e.event
LEFT JOIN voice AS v ON v.event = e.event
LEFT JOIN unanswered AS u ON u.event = e.event
