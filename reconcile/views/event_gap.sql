-- One row is a pair of sides with figures on one cell: the two claims furthest apart
-- key: low_claim, high_claim
WITH talk AS (
  SELECT
    event,
    measure,
    victims,
    side,
    other_side,
    MIN(gap) AS nearest_gap,
    COUNT(*) AS pairs
  FROM side_pair
  GROUP BY event, measure, victims, side, other_side
),

nearer AS (
  SELECT p.low_claim, p.high_claim
  FROM talk AS t
  INNER JOIN side_pair AS p
    ON
      p.event = t.event
      AND p.measure = t.measure
      AND p.victims = t.victims
      AND p.side = t.side
      AND p.other_side = t.other_side
  WHERE t.pairs > 1
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY p.event, p.measure, p.victims, p.side, p.other_side
    ORDER BY p.gap DESC, p.ratio DESC NULLS LAST, p.low_claim, p.high_claim
  ) > 1
)

SELECT
  p.row, -- the newest row it rests on
  p.rows, -- the rows it rests on
  p.event, -- the event
  p.country, -- the country of the event
  p.measure, -- what is counted
  p.victims, -- whose dead, wounded, ...
  p.side, -- one side, the first by name
  p.other_side, -- the other side
  p.low_side, -- the side of the lower claim
  p.low_source, -- the source of the lower claim
  p.low_source_name, -- the name of that source
  p.low_claim, -- the lower claim
  p.low_low, -- the fewest in the lower claim
  p.low_high, -- the most in the lower claim; empty where no bound was claimed
  p.low_named, -- the number the lower claim names
  p.high_side, -- the side of the higher claim
  p.high_source, -- the source of the higher claim
  p.high_source_name, -- the name of that source
  p.high_claim, -- the higher claim
  p.high_low, -- the fewest in the higher claim
  p.high_high, -- the most in the higher claim; empty where no bound was claimed
  p.high_named, -- the number the higher claim names
  p.gap, -- people between the two claims; above 0 they share no number
  t.nearest_gap, -- people between the two claims of these sides nearest to each other
  p.ratio, -- the larger number named as a multiple of the smaller; empty where that is 0 or none is named
  p.higher_side, -- the side that names the larger number
  p.both_minimums, -- whether both claims are minimums
  t.pairs -- pairs of claims compared
FROM side_pair AS p
INNER JOIN talk AS t
  ON
    t.event = p.event
    AND t.measure = p.measure
    AND t.victims = p.victims
    AND t.side = p.side
    AND t.other_side = p.other_side
LEFT JOIN nearer AS n ON n.low_claim = p.low_claim AND n.high_claim = p.high_claim
WHERE n.low_claim IS NULL
