-- One row is a source with two standing claims on one cell that share no number, uncorrected
-- key: low_claim, high_claim
WITH spoken AS (
  SELECT * FROM standing WHERE stance = 'figure' AND low IS NOT NULL AND NOT collective
),

pair AS (
  SELECT
    lower.event,
    lower.measure,
    lower.victims,
    lower.source,
    lower.source_name,
    lower.side,
    lower.row AS low_row,
    lower.claim AS low_claim,
    lower.low AS low_low,
    lower.high AS low_high,
    higher.row AS high_row,
    higher.claim AS high_claim,
    higher.low AS high_low,
    higher.high AS high_high,
    higher.low - lower.high AS gap
  FROM spoken AS lower
  INNER JOIN spoken AS higher
    ON
      higher.event = lower.event
      AND higher.measure = lower.measure
      AND higher.victims = lower.victims
      AND COALESCE(higher.victims_party = lower.victims_party, TRUE)
      AND higher.source = lower.source
      AND higher.low > lower.high
)

SELECT
  GREATEST(low_row, high_row) AS row, -- the newest row it rests on
  ROW_PAIR(low_row, high_row) AS rows, -- the rows it rests on
  event, -- the event
  measure, -- what is counted
  victims, -- whose dead, wounded, ...
  source, -- who says both
  source_name, -- the name of who says both
  side, -- the side of the source
  low_claim, -- the lower claim
  low_low, -- the fewest in the lower claim
  low_high, -- the most in the lower claim
  high_claim, -- the higher claim
  high_low, -- the fewest in the higher claim
  high_high, -- the most in the higher claim; empty where no bound was claimed
  gap -- people between the two
FROM pair
QUALIFY ROW_NUMBER() OVER (
  PARTITION BY event, measure, victims, source ORDER BY gap DESC, low_claim, high_claim
) = 1
