-- One row is a pair of standing figures of two sides on one cell: how far apart they are
-- key: low_claim, high_claim
WITH spoken AS (
  SELECT * FROM standing WHERE stance = 'figure' AND low IS NOT NULL
)

SELECT
  GREATEST(lower.row, higher.row) AS row, -- the newest row it rests on
  ROW_PAIR(lower.row, higher.row) AS rows, -- the rows it rests on
  lower.event, -- the event
  lower.country, -- the country of the event
  lower.measure, -- what is counted
  lower.victims, -- whose dead, wounded, ...
  LEAST(lower.side, higher.side) AS side, -- one side, the first by name
  GREATEST(lower.side, higher.side) AS other_side, -- the other side
  lower.side AS low_side, -- the side of the lower claim
  lower.source AS low_source, -- the source of the lower claim
  lower.source_name AS low_source_name, -- the name of that source
  lower.claim AS low_claim, -- the lower claim
  lower.low AS low_low, -- the fewest in the lower claim
  lower.high AS low_high, -- the most in the lower claim; empty where no bound was claimed
  lower.named AS low_named, -- the number the lower claim names
  higher.side AS high_side, -- the side of the higher claim
  higher.source AS high_source, -- the source of the higher claim
  higher.source_name AS high_source_name, -- the name of that source
  higher.claim AS high_claim, -- the higher claim
  higher.low AS high_low, -- the fewest in the higher claim
  higher.high AS high_high, -- the most in the higher claim; empty where no bound was claimed
  higher.named AS high_named, -- the number the higher claim names
  GREATEST(COALESCE(higher.low - lower.high, 0), 0) AS gap, -- people between the two; above 0 they share no number
  CASE
    WHEN higher.named IS NOT NULL AND lower.named IS NOT NULL
      THEN GREATEST(higher.named, lower.named) / NULLIF(LEAST(higher.named, lower.named), 0)
  END AS ratio, -- the larger number named as a multiple of the smaller; empty where that is 0 or none is named
  CASE WHEN higher.named >= lower.named THEN higher.side WHEN higher.named < lower.named THEN lower.side END
    AS higher_side, -- the side that names the larger number
  lower.high IS NULL AND higher.high IS NULL AS both_minimums -- whether both claims are minimums
FROM spoken AS lower
INNER JOIN spoken AS higher
  ON
    higher.event = lower.event
    AND higher.measure = lower.measure
    AND higher.victims = lower.victims
    AND COALESCE(higher.victims_party = lower.victims_party, TRUE)
    AND higher.side <> lower.side
    AND (higher.low > lower.low OR (higher.low = lower.low AND higher.side > lower.side))
