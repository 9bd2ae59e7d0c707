-- One row is an event on which there is a claim: how much is said of it and how far that agrees
-- key: event
WITH voiced AS (
  SELECT
    event,
    side,
    source,
    COUNT(*) AS standing,
    COUNT_IF(stance = 'figure') AS figures,
    COUNT_IF(stance = 'denies-figure' AND answers IS NOT NULL) AS denied
  FROM standing
  GROUP BY event, side, source
),

said AS (
  SELECT
    event,
    CAST(SUM(standing) AS BIGINT) AS standing,
    COUNT(*) AS sources,
    COUNT(DISTINCT CASE WHEN figures > 0 THEN side END) AS sides_with_figures,
    SUM(figures) FILTER (WHERE side = 'government') AS official_figures,
    SUM(figures) FILTER (WHERE side = 'insurgent') AS insurgent_figures,
    MIN(CASE WHEN figures > 0 THEN side END) AS first_side,
    CAST(SUM(denied) AS BIGINT) AS denied
  FROM voiced
  GROUP BY event
),

repeated AS (
  SELECT
    event,
    MAX(row) AS row,
    ARRAY_SORT(ARRAY_AGG(row)) AS rows,
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

whole AS (
  SELECT event, COUNT(DISTINCT whole_claim) AS wholes FROM part_whole WHERE gap > 0 GROUP BY event
),

heard AS (
  SELECT event, source, MIN(original) AS original, MIN(original) < MAX(original) AS in_several
  FROM sourced_figure
  GROUP BY event, source
),

spread AS (
  SELECT f.event, COUNT(DISTINCT f.original) AS originals
  FROM (SELECT DISTINCT event FROM heard WHERE in_several) AS h
  INNER JOIN sourced_figure AS f ON f.event = h.event
  GROUP BY f.event
),

voice AS (
  SELECT
    h.event,
    LEAST(
      MAX(s.originals),
      COUNT_IF(h.in_several) + COUNT(DISTINCT CASE WHEN NOT h.in_several THEN h.original END)
    ) AS voices
  FROM heard AS h
  LEFT JOIN spread AS s ON s.event = h.event
  GROUP BY h.event
),

unanswered AS (
  SELECT event, SUM(unanswered_by_government) AS unanswered
  FROM event_coverage
  WHERE unanswered_by_government > 0
  GROUP BY event
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
  COALESCE(s.denied, 0) AS denied, -- claims whose figure another source denies
  COALESCE(w.wholes, 0) AS wholes_below_parts, -- claims on a whole that are smaller than what is said of its parts
  COALESCE(c.conflicting, 0) + COALESCE(s.denied, 0) + COALESCE(w.wholes, 0) > 0
    AS contested, -- whether two sources share no number, one denies a figure of another, or a whole is smaller than its parts
  c.widest_gap, -- people between the two claims furthest apart
  COALESCE(u.unanswered, 0) AS unanswered -- insurgent figures that the government concerned does not answer
FROM events AS e
INNER JOIN repeated AS r ON r.event = e.event
LEFT JOIN said AS s ON s.event = e.event
LEFT JOIN contested AS c ON c.event = e.event
LEFT JOIN whole AS w ON w.event = e.event
LEFT JOIN voice AS v ON v.event = e.event
LEFT JOIN unanswered AS u ON u.event = e.event
