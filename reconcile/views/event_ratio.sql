-- One row is a pair of sides with figures on one cell: the two claims that talk furthest apart
-- key: low_claim, high_claim
WITH several AS (
  SELECT event, measure, victims, side, other_side FROM event_gap WHERE pairs > 1
),

nearer AS (
  SELECT p.low_claim, p.high_claim
  FROM several AS s
  INNER JOIN side_pair AS p
    ON
      p.event = s.event
      AND p.measure = s.measure
      AND p.victims = s.victims
      AND p.side = s.side
      AND p.other_side = s.other_side
  WHERE p.ratio IS NOT NULL
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY p.event, p.measure, p.victims, p.side, p.other_side
    ORDER BY p.ratio DESC NULLS LAST, p.low_claim, p.high_claim
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
  p.ratio, -- the larger number named as a multiple of the smaller
  p.higher_side, -- the side that names the larger number
  p.both_minimums -- whether both claims are minimums
FROM side_pair AS p
LEFT JOIN nearer AS n ON n.low_claim = p.low_claim AND n.high_claim = p.high_claim
WHERE p.ratio IS NOT NULL AND n.low_claim IS NULL
