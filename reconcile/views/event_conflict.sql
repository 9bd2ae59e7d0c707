-- One row is a cell on which somebody gives a figure: whether one number fits all claims, and if not, the proof
-- key: event, measure, victims, low_claim, high_claim
WITH heard AS (
  SELECT *, stance IN ('figure', 'vague') AND low IS NOT NULL AS numbered FROM standing
),

cell AS (
  SELECT
    event,
    country,
    measure,
    victims,
    MAX(row) FILTER (WHERE numbered) AS row,
    ARRAY_SORT(ARRAY_AGG(row) FILTER (WHERE numbered)) AS rows,
    COUNT_IF(numbered AND stance = 'figure') AS figures,
    COUNT_IF(numbered AND stance = 'vague') AS vague,
    COUNT_IF(stance = 'silence') AS silent,
    COUNT_IF(stance IN ('denies-event', 'denies-figure', 'denies-authorship')) AS denials,
    COUNT(DISTINCT CASE WHEN numbered AND stance = 'figure' THEN source END) AS sources,
    COUNT(DISTINCT CASE WHEN numbered AND stance = 'figure' THEN side END) AS sides,
    MIN(low) FILTER (WHERE numbered) AS lowest,
    CASE WHEN COUNT_IF(numbered AND high IS NULL) = 0 THEN MAX(high) FILTER (WHERE numbered) END AS highest,
    MAX(low) FILTER (WHERE numbered) AS common_low,
    MIN(high) FILTER (WHERE numbered) AS common_high
  FROM heard
  GROUP BY event, country, measure, victims
  HAVING COUNT_IF(numbered AND stance = 'figure') > 0
),

disputed AS (
  SELECT h.*
  FROM heard AS h
  INNER JOIN cell AS c
    ON c.event = h.event AND c.measure = h.measure AND c.victims = h.victims AND c.common_low > c.common_high
  WHERE h.numbered
),

pair AS (
  SELECT
    lower.event,
    lower.measure,
    lower.victims,
    lower.claim AS low_claim,
    lower.row AS low_row,
    lower.source AS low_source,
    lower.source_name AS low_source_name,
    lower.side AS low_side,
    lower.low AS low_low,
    lower.high AS low_high,
    higher.claim AS high_claim,
    higher.row AS high_row,
    higher.source AS high_source,
    higher.source_name AS high_source_name,
    higher.side AS high_side,
    higher.low AS high_low,
    higher.high AS high_high,
    higher.low - lower.high AS gap,
    lower.source <> higher.source OR lower.collective AS between_voices
  FROM disputed AS lower
  INNER JOIN disputed AS higher
    ON
      higher.event = lower.event
      AND higher.measure = lower.measure
      AND higher.victims = lower.victims
      AND COALESCE(higher.victims_party = lower.victims_party, TRUE)
      AND higher.low > lower.high
),

proof AS (
  SELECT *
  FROM pair
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY event, measure, victims
    ORDER BY CASE WHEN between_voices THEN 0 ELSE 1 END, gap DESC, low_claim, high_claim
  ) = 1
)

SELECT
  c.row, -- the newest row it rests on
  c.rows, -- the rows it rests on
  c.event, -- the event
  c.country, -- the country of the event
  c.measure, -- what is counted
  c.victims, -- whose dead, wounded, ...
  CASE
    WHEN p.between_voices THEN 'conflicting'
    WHEN p.low_claim IS NOT NULL THEN 'self-contradicted'
    WHEN c.sources = 1 THEN 'sole'
    WHEN c.common_low > c.common_high THEN 'different parties'
    ELSE 'agreed'
  END AS status, -- sole, agreed (one number fits all), conflicting (two sources share none), self-contradicted, or different parties
  c.figures, -- standing claims with a figure
  c.vague, -- standing claims without a number, which still say that there were some
  c.silent, -- statements that give no toll
  c.denials, -- denials
  c.sources, -- sources that give one
  c.sides, -- sides that give one
  c.lowest, -- the fewest in any claim
  c.highest, -- the most in any claim; empty where one has no bound
  CASE WHEN p.low_claim IS NULL AND c.common_low <= COALESCE(c.common_high, c.common_low) THEN c.common_low END AS common_low, -- the fewest that fits all claims
  CASE WHEN p.low_claim IS NULL AND c.common_low <= c.common_high THEN c.common_high END AS common_high, -- the most that fits all; empty without a bound
  p.gap, -- people between the two claims that prove the conflict
  p.low_claim, -- the lower claim of the proof
  p.low_source, -- its source
  p.low_source_name, -- the name of its source
  p.low_side, -- its side
  p.low_low, -- its fewest
  p.low_high, -- its most
  p.high_claim, -- the higher claim of the proof
  p.high_source, -- its source
  p.high_source_name, -- the name of its source
  p.high_side, -- its side
  p.high_low, -- its fewest
  p.high_high -- its most; empty where no bound was claimed
FROM cell AS c
LEFT JOIN proof AS p ON p.event = c.event AND p.measure = c.measure AND p.victims = c.victims
