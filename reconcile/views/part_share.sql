-- One row is a figure for a whole in one tree: how much of it the figures for its parts explain, whoever gives them
-- key: claim, tree
WITH figure AS (
  SELECT * FROM standing WHERE stance = 'figure' AND low IS NOT NULL
),

inside AS (
  SELECT c.*, 'events' AS tree
  FROM cell_part AS c
  WHERE c.measure = c.whole_measure AND c.victims = c.whole_victims
  UNION ALL
  SELECT c.*, 'measures' AS tree
  FROM cell_part AS c
  INNER JOIN measure_adds AS a ON a.measure = c.measure AND a.whole = c.whole_measure
  WHERE c.event = c.whole_event AND c.victims = c.whole_victims
  UNION ALL
  SELECT c.*, 'victims' AS tree
  FROM cell_part AS c
  INNER JOIN victims_adds AS a ON a.victims = c.victims AND a.whole = c.whole_victims
  WHERE c.event = c.whole_event AND c.measure = c.whole_measure
),

part AS (
  SELECT
    w.claim,
    i.tree,
    i.event,
    i.measure,
    i.victims,
    MIN(f.low) AS low,
    CASE WHEN COUNT_IF(f.high IS NULL) = 0 AND COUNT(DISTINCT f.victims_party) <= 1 THEN MAX(f.high) END AS high,
    MAX(f.row) AS row,
    ARRAY_AGG(DISTINCT f.row) AS rows
  FROM figure AS w
  INNER JOIN inside AS i
    ON i.whole_event = w.event AND i.whole_measure = w.measure AND i.whole_victims = w.victims
  INNER JOIN figure AS f
    ON
      f.event = i.event
      AND f.measure = i.measure
      AND f.victims = i.victims
      AND COALESCE(f.victims_party = w.victims_party, TRUE)
  GROUP BY w.claim, i.tree, i.event, i.measure, i.victims
),

under_another AS (
  SELECT DISTINCT p.claim, p.tree, p.event, p.measure, p.victims
  FROM part AS p
  INNER JOIN inside AS i ON i.tree = p.tree AND i.event = p.event AND i.measure = p.measure AND i.victims = p.victims
  INNER JOIN part AS larger
    ON
      larger.claim = p.claim
      AND larger.tree = p.tree
      AND larger.event = i.whole_event
      AND larger.measure = i.whole_measure
      AND larger.victims = i.whole_victims
),

outermost AS (
  SELECT p.*
  FROM part AS p
  LEFT JOIN under_another AS u
    ON
      u.claim = p.claim AND u.tree = p.tree AND u.event = p.event AND u.measure = p.measure AND u.victims = p.victims
  WHERE u.claim IS NULL
),

twice AS (
  SELECT DISTINCT p.claim, p.event
  FROM outermost AS p
  INNER JOIN event_overlap AS v ON v.event = p.event
  INNER JOIN outermost AS o
    ON
      o.claim = p.claim
      AND o.tree = 'events'
      AND o.event = v.other
      AND (o.low > p.low OR (o.low = p.low AND o.event < p.event))
  WHERE p.tree = 'events'
),

explained AS (
  SELECT
    p.claim,
    p.tree,
    COUNT(*) AS parts,
    SUM(CASE WHEN p.tree = 'events' AND t.claim IS NOT NULL THEN 0 ELSE p.low END) AS low,
    CASE WHEN COUNT_IF(p.high IS NULL) = 0 THEN SUM(p.high) END AS high,
    MAX(p.row) AS row,
    FLATTEN(ARRAY_AGG(p.rows)) AS rows
  FROM outermost AS p
  LEFT JOIN twice AS t ON t.claim = p.claim AND t.event = p.event
  GROUP BY p.claim, p.tree
),

recorded AS (
  SELECT part_of AS event, COUNT(*) AS events FROM event_closure GROUP BY part_of
)

SELECT
  GREATEST(e.row, w.row) AS row, -- the newest row it rests on
  ARRAY_SORT(ARRAY_DISTINCT(ARRAY_APPEND(e.rows, w.row))) AS rows, -- the rows it rests on
  w.event, -- the event of the whole
  w.country, -- the country of the event
  w.measure, -- what is counted
  w.victims, -- whom it counts
  w.claim, -- the figure for the whole
  w.source, -- who gives it
  w.source_name, -- the name of who gives it
  w.side, -- the side of who gives it
  w.low, -- the fewest in the whole
  w.high, -- the most in the whole; empty where no bound was claimed
  e.tree, -- in what they are parts: events, measures, victims
  e.parts, -- parts with a figure, none inside another
  CASE WHEN e.tree = 'events' THEN r.events END AS recorded_events, -- events recorded as parts, with or without such a figure
  CAST(e.low AS BIGINT) AS explained_low, -- the fewest that the parts come to, each by its lowest figure; of overlapping events the larger alone
  CAST(e.high AS BIGINT) AS explained_high, -- the most, each by its highest figure; empty where one has no bound or is of several parties
  e.low / NULLIF(w.high, 0) AS share_low, -- the smallest share of the whole that they explain; empty without a bound
  e.high / NULLIF(w.low, 0) AS share_high, -- the largest share; empty without a bound
  CASE WHEN e.high IS NULL THEN 0 ELSE GREATEST(CAST(w.low - e.high AS BIGINT), 0) END AS unexplained_low, -- the fewest people of the whole who are in no part
  CASE WHEN w.high IS NOT NULL THEN GREATEST(CAST(w.high - e.low AS BIGINT), 0) END
    AS unexplained_high -- the most; empty without a bound
FROM explained AS e
INNER JOIN figure AS w ON w.claim = e.claim
LEFT JOIN recorded AS r ON r.event = w.event
