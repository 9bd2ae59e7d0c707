-- One row is a pair of sides with figures on one cell: how far apart their claims are
-- key: low_claim, high_claim
WITH spoken AS (
  SELECT * FROM standing WHERE stance = 'figure' AND low IS NOT NULL
),

pair AS (
  SELECT
    lower.event,
    lower.country,
    lower.measure,
    lower.victims,
    lower.side AS low_side,
    lower.source AS low_source,
    lower.source_name AS low_source_name,
    lower.claim AS low_claim,
    lower.row AS low_row,
    lower.low AS low_low,
    lower.high AS low_high,
    lower.named AS low_named,
    higher.side AS high_side,
    higher.source AS high_source,
    higher.source_name AS high_source_name,
    higher.claim AS high_claim,
    higher.row AS high_row,
    higher.low AS high_low,
    higher.high AS high_high,
    higher.named AS high_named,
    LEAST(lower.side, higher.side) AS side,
    GREATEST(lower.side, higher.side) AS other_side,
    GREATEST(higher.low - lower.high, 0) AS gap,
    CASE
      WHEN higher.named IS NOT NULL AND lower.named IS NOT NULL
        THEN GREATEST(higher.named, lower.named) / NULLIF(LEAST(higher.named, lower.named), 0)
    END AS ratio
  FROM spoken AS lower
  INNER JOIN spoken AS higher
    ON
      higher.event = lower.event
      AND higher.measure = lower.measure
      AND higher.victims = lower.victims
      AND higher.side <> lower.side
      AND (higher.low > lower.low OR (higher.low = lower.low AND higher.side > lower.side))
),

proof AS (
  SELECT *
  FROM pair
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY event, measure, victims, side, other_side
    ORDER BY COALESCE(gap, 0) DESC, ratio DESC NULLS LAST, low_claim, high_claim
  ) = 1
),

talk AS (
  SELECT
    event,
    measure,
    victims,
    side,
    other_side,
    MIN(COALESCE(gap, 0)) AS nearest_gap,
    COUNT(*) AS pairs
  FROM pair
  GROUP BY event, measure, victims, side, other_side
)

SELECT
  GREATEST(p.low_row, p.high_row) AS row, -- the newest row it rests on
  ROW_PAIR(p.low_row, p.high_row) AS rows, -- the rows it rests on
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
  COALESCE(p.gap, 0) AS gap, -- people between the two claims furthest apart; above 0 they share no number
  t.nearest_gap, -- people between the two claims nearest to each other
  p.ratio, -- the larger number named as a multiple of the smaller; empty where that is 0 or none is named
  CASE WHEN p.high_named >= p.low_named THEN p.high_side WHEN p.high_named < p.low_named THEN p.low_side END AS higher_side, -- the side that names the larger number
  p.low_high IS NULL AND p.high_high IS NULL AS both_minimums, -- whether both claims are minimums
  t.pairs -- pairs of claims compared
FROM proof AS p
INNER JOIN talk AS t
  ON
    t.event = p.event
    AND t.measure = p.measure
    AND t.victims = p.victims
    AND t.side = p.side
    AND t.other_side = p.other_side
