-- One row is a pair of standing claims of different sources on one event: whether both can hold
-- key: claim, other_claim
WITH pair AS (
  SELECT
    one.row,
    other.row AS other_row,
    one.event,
    one.country,
    one.claim,
    one.source,
    one.source_name,
    one.side,
    one.measure,
    one.victims,
    one.stance,
    one.low,
    one.high,
    other.claim AS other_claim,
    other.source AS other_source,
    other.source_name AS other_source_name,
    other.side AS other_side,
    other.measure AS other_measure,
    other.victims AS other_victims,
    other.stance AS other_stance,
    other.low AS other_low,
    other.high AS other_high,
    one.low IS NOT NULL AND other.low IS NOT NULL AS numbered,
    COALESCE(one.victims_party <> other.victims_party, FALSE) AS of_other_party,
    one.measure = other.measure AND one.victims = other.victims AS same_cell,
    m.measure IS NOT NULL AND v.victims IS NOT NULL AS within,
    other_m.measure IS NOT NULL AND other_v.victims IS NOT NULL AS around,
    COALESCE(
      one.stance = 'denies-figure' AND one.answers = other.claim
      OR other.stance = 'denies-figure' AND other.answers = one.claim
      OR one.stance = 'denies-event' AND other.low > 0
      OR other.stance = 'denies-event' AND one.low > 0,
      FALSE
    ) AS denied
  FROM standing AS one
  INNER JOIN standing AS other
    ON other.event = one.event AND other.source <> one.source AND other.claim > one.claim
  LEFT JOIN measure_reach AS m ON m.measure = one.measure AND m.whole = other.measure
  LEFT JOIN victims_reach AS v ON v.victims = one.victims AND v.whole = other.victims
  LEFT JOIN measure_reach AS other_m ON other_m.measure = other.measure AND other_m.whole = one.measure
  LEFT JOIN victims_reach AS other_v ON other_v.victims = other.victims AND other_v.whole = one.victims
),

related AS (
  SELECT
    *,
    CASE
      WHEN denied THEN 'denial'
      WHEN NOT numbered THEN 'no number'
      WHEN of_other_party THEN 'other parties'
      WHEN same_cell THEN 'same'
      WHEN within THEN 'part'
      WHEN around THEN 'whole'
      ELSE 'apart'
    END AS relation
  FROM pair
),

measured AS (
  SELECT
    *,
    CASE
      WHEN relation = 'same' THEN GREATEST(COALESCE(other_low - high, 0), COALESCE(low - other_high, 0), 0)
      WHEN relation = 'part' THEN GREATEST(COALESCE(low - other_high, 0), 0)
      WHEN relation = 'whole' THEN GREATEST(COALESCE(other_low - high, 0), 0)
    END AS gap
  FROM related
)

SELECT
  GREATEST(row, other_row) AS row, -- the newest row it rests on
  ROW_PAIR(row, other_row) AS rows, -- the rows it rests on
  event, -- the event
  country, -- the country of the event
  claim, -- one claim, the first by id
  source, -- who says it
  source_name, -- the name of who says it
  side, -- the side of who says it
  measure, -- what it counts
  victims, -- whom it counts
  stance, -- what it does with the figure
  low, -- the fewest it can mean
  high, -- the most; empty where no bound was claimed
  other_claim, -- the other claim
  other_source, -- who says that
  other_source_name, -- the name of who says that
  other_side, -- the side of who says that
  other_measure, -- what that counts
  other_victims, -- whom that counts
  other_stance, -- what that does with the figure
  other_low, -- the fewest that can mean
  other_high, -- the most; empty where no bound was claimed
  relation, -- what the people of the claim are to those of the other: same, part, whole, apart (neither), other parties, no number, or denial
  CASE
    WHEN relation = 'denial' OR gap > 0 THEN 'contradictory'
    WHEN gap = 0 THEN 'compatible'
    ELSE 'incomparable'
  END AS verdict, -- contradictory (at most one can hold), compatible (both can), incomparable (neither bounds the other)
  gap -- people between the two; empty where no number stands against another
FROM measured
