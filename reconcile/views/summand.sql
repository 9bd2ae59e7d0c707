-- One row is a cell and the voices asked about it, who give a figure there: whether that figure counts in a sum
-- key: event, measure, victims, voices
WITH cell AS (
  SELECT
    event,
    measure,
    victims,
    MAX(row) AS row,
    ARRAY_SORT(ARRAY_AGG(row)) AS rows,
    COUNT_IF(side = 'government') > 0 AS official,
    COUNT_IF(side = 'insurgent') > 0 AS insurgent
  FROM standing
  WHERE stance = 'figure'
  GROUP BY event, measure, victims
),

spoken AS (
  SELECT c.*, 'anyone' AS voices FROM cell AS c
  UNION ALL
  SELECT c.*, 'official' AS voices FROM cell AS c WHERE c.official
  UNION ALL
  SELECT c.*, 'insurgent' AS voices FROM cell AS c WHERE c.insurgent
  UNION ALL
  SELECT c.*, 'both' AS voices FROM cell AS c WHERE c.official AND c.insurgent
),

addable AS (
  SELECT s.event, s.measure, s.victims, s.voices
  FROM spoken AS s
  INNER JOIN events AS e ON e.event = s.event AND COALESCE(e.kind, '') <> 'period-total'
  INNER JOIN measures AS m ON m.measure = s.measure AND NOT m.stock
),

in_parts AS (
  SELECT DISTINCT p.part_of AS event, a.measure, a.victims, a.voices
  FROM event_closure AS p
  INNER JOIN addable AS a ON a.event = p.event
),

smallest AS (
  SELECT a.*
  FROM addable AS a
  LEFT JOIN in_parts AS p
    ON p.event = a.event AND p.measure = a.measure AND p.victims = a.victims AND p.voices = a.voices
  WHERE p.event IS NULL
),

beside AS (
  SELECT DISTINCT a.event, a.measure, a.victims, a.voices, o.other
  FROM smallest AS a
  INNER JOIN event_overlap AS o ON o.event = a.event AND o.other < a.event
),

overlapped AS (
  SELECT DISTINCT a.event, a.measure, a.victims, a.voices
  FROM beside AS a
  INNER JOIN smallest AS b
    ON b.event = a.other AND b.measure = a.measure AND b.victims = a.victims AND b.voices = a.voices
)

SELECT
  s.row, -- the newest row it rests on
  s.rows, -- the rows it rests on
  s.event, -- the event
  s.measure, -- what is counted
  s.victims, -- whose dead, wounded, ...
  s.voices, -- who gives a figure: anyone, official, insurgent, or both of these
  a.event IS NOT NULL AND o.event IS NULL AS adds -- whether it counts: no stock, no period total, nothing of which they tell a part or an overlapping whole
FROM spoken AS s
LEFT JOIN smallest AS a
  ON a.event = s.event AND a.measure = s.measure AND a.victims = s.victims AND a.voices = s.voices
LEFT JOIN overlapped AS o
  ON o.event = s.event AND o.measure = s.measure AND o.victims = s.victims AND o.voices = s.voices
