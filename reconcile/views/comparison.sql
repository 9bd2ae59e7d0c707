-- One row is a cell of which a government or an insurgent group speaks: what each says, side by side
-- key: event, measure, victims
WITH cell AS (
  SELECT
    event,
    measure,
    victims,
    MAX(row) AS row,
    ARRAY_SORT(ARRAY_AGG(row)) AS rows
  FROM standing
  WHERE side IN ('government', 'insurgent')
  GROUP BY event, measure, victims
),

apart AS (
  SELECT * FROM event_gap WHERE side = 'government' AND other_side = 'insurgent'
),

summed AS (
  SELECT
    event,
    measure,
    victims,
    COUNT_IF(voices = 'official' AND adds) > 0 AS official,
    COUNT_IF(voices = 'insurgent' AND adds) > 0 AS insurgent,
    COUNT_IF(voices = 'both' AND adds) > 0 AS both_sides
  FROM summand
  GROUP BY event, measure, victims
)

SELECT
  c.row, -- the newest row it rests on
  c.rows, -- the rows it rests on
  c.event, -- the event
  e.country, -- the country of the event
  CAST(DATE_TRUNC('month', e.starts_on) AS DATE) AS month, -- the month in which the event began
  COALESCE(e.kind = 'period-total', FALSE) AS period_total, -- whether the event is a total over others
  c.measure, -- what is counted
  c.victims, -- whose dead, wounded, ...
  COALESCE(o.figures, 0) AS official_figures, -- figures of a government
  o.low AS official_low, -- the fewest in any of them
  o.highest_low AS official_highest_low, -- the largest number that one of them gives at least
  o.high AS official_high, -- the most in any of them; empty where one has no bound
  COALESCE(o.vague, 0) AS official_vague, -- official claims without a number
  COALESCE(o.silent, 0) AS official_silent, -- official statements that give no toll
  COALESCE(o.denials, 0) AS official_denials, -- official denials
  COALESCE(i.figures, 0) AS insurgent_figures, -- figures of an insurgent group
  i.low AS insurgent_low, -- the fewest in any of them
  i.highest_low AS insurgent_highest_low, -- the largest number that one of them gives at least
  i.high AS insurgent_high, -- the most in any of them; empty where one has no bound
  COALESCE(i.vague, 0) AS insurgent_vague, -- insurgent claims without a number
  COALESCE(i.silent, 0) AS insurgent_silent, -- insurgent statements that give no toll
  COALESCE(i.denials, 0) AS insurgent_denials, -- insurgent denials
  g.gap, -- people between the two claims furthest apart; above 0 they share no number
  g.ratio, -- the larger number named as a multiple of the smaller
  g.higher_side, -- the side that names the larger number
  COALESCE(a.official, FALSE) AS adds_official, -- whether the official figure counts in a sum (summand)
  COALESCE(a.insurgent, FALSE) AS adds_insurgent, -- whether the insurgent figure counts in a sum
  COALESCE(a.both_sides, FALSE) AS adds_both -- whether both count in a sum over events on which both give a figure
FROM cell AS c
INNER JOIN events AS e ON e.event = c.event
LEFT JOIN summed AS a ON a.event = c.event AND a.measure = c.measure AND a.victims = c.victims
LEFT JOIN event_side AS o
  ON o.event = c.event AND o.measure = c.measure AND o.victims = c.victims AND o.side = 'government'
LEFT JOIN event_side AS i
  ON i.event = c.event AND i.measure = c.measure AND i.victims = c.victims AND i.side = 'insurgent'
LEFT JOIN apart AS g ON g.event = c.event AND g.measure = c.measure AND g.victims = c.victims
