-- One row is a rule of aggregation on a cell: the number it draws from the figures there, and how far that may be off by their words
-- key: event, measure, victims, rule
WITH counted AS (
  SELECT
    f.*,
    COUNT(*) OVER (PARTITION BY event, measure, victims, pool) AS claims,
    COUNT(*) OVER (PARTITION BY event, measure, victims, pool, number) AS times,
    ROW_NUMBER() OVER (PARTITION BY event, measure, victims, pool ORDER BY number NULLS LAST, claim) AS number_at,
    ROW_NUMBER() OVER (PARTITION BY event, measure, victims, pool ORDER BY low NULLS LAST, claim) AS low_at,
    ROW_NUMBER() OVER (PARTITION BY event, measure, victims, pool ORDER BY high NULLS LAST, claim) AS high_at
  FROM pooled_figure AS f
),

ranked AS (
  SELECT
    c.*,
    claims + 1 - number_at AS number_from_top,
    claims + 1 - low_at AS low_from_top,
    claims + 1 - high_at AS high_from_top
  FROM counted AS c
),

placed AS (
  SELECT
    r.*,
    times = MAX(times) OVER (PARTITION BY event, measure, victims, pool) AS most_often,
    number_from_top - number_at BETWEEN 0 AND 1 AS number_below,
    ABS(number_from_top - number_at) <= 1 AS number_amid,
    low_from_top - low_at BETWEEN 0 AND 1 AS low_below,
    ABS(low_from_top - low_at) <= 1 AS low_amid,
    high_from_top - high_at BETWEEN 0 AND 1 AS high_below,
    ABS(high_from_top - high_at) <= 1 AS high_amid
  FROM ranked AS r
),

pooled AS (
  SELECT
    event,
    measure,
    victims,
    pool,
    MAX(row) AS row,
    ARRAY_SORT(ARRAY_AGG(row)) AS rows,
    COUNT(*) AS claims,
    MIN(number) AS lowest,
    MAX(number) AS highest,
    MAX(CASE WHEN number_below THEN number END) AS lower_median,
    AVG(CASE WHEN number_amid THEN number END) AS median,
    MIN(CASE WHEN most_often THEN number END) AS mode_number,
    SUM(number) AS total,
    MIN(low) AS lowest_low,
    MAX(low) AS highest_low,
    MAX(CASE WHEN low_below THEN low END) AS lower_median_low,
    AVG(CASE WHEN low_amid THEN low END) AS median_low,
    MIN(CASE WHEN most_often THEN low END) AS mode_low,
    SUM(low) AS total_low,
    MIN(high) AS lowest_high,
    CASE WHEN COUNT_IF(high IS NULL) = 0 THEN MAX(high) END AS highest_high,
    MAX(CASE WHEN high_below THEN high END) AS lower_median_high,
    CASE WHEN COUNT_IF(high_amid AND high IS NULL) = 0 THEN AVG(CASE WHEN high_amid THEN high END) END
      AS median_high,
    CASE WHEN COUNT_IF(most_often AND high IS NULL) = 0 THEN MAX(CASE WHEN most_often THEN high END) END
      AS mode_high,
    CASE WHEN COUNT_IF(high IS NULL) = 0 THEN SUM(high) END AS total_high,
    MAX(low) <= COALESCE(MIN(high), MAX(low)) AS shared
  FROM placed
  GROUP BY event, measure, victims, pool
),

bounded AS (
  SELECT
    p.*,
    r.rule,
    r.voices,
    r.spans,
    r.draws,
    CASE r.draws
      WHEN 'lowest' THEN lowest_low
      WHEN 'lower-median' THEN lower_median_low
      WHEN 'median' THEN median_low
      WHEN 'mode' THEN mode_low
      WHEN 'highest' THEN highest_low
      WHEN 'sum' THEN total_low
      WHEN 'hull' THEN lowest_low
      ELSE CASE WHEN shared THEN highest_low ELSE lowest_low END
    END AS low,
    CASE r.draws
      WHEN 'lowest' THEN lowest_high
      WHEN 'lower-median' THEN lower_median_high
      WHEN 'median' THEN median_high
      WHEN 'mode' THEN mode_high
      WHEN 'highest' THEN highest_high
      WHEN 'sum' THEN total_high
      WHEN 'hull' THEN highest_high
      ELSE CASE WHEN shared THEN lowest_high ELSE highest_high END
    END AS high
  FROM pooled AS p
  INNER JOIN aggregation_rule AS r ON r.pool = p.pool
),

drawn AS (
  SELECT
    b.*,
    CASE b.draws
      WHEN 'lowest' THEN lowest
      WHEN 'median' THEN median
      WHEN 'mode' THEN mode_number
      WHEN 'highest' THEN highest
      WHEN 'sum' THEN total
      ELSE LEAST(GREATEST(lower_median, low), COALESCE(high, GREATEST(lower_median, low)))
    END AS number
  FROM bounded AS b
),

spread AS (
  SELECT event, measure, victims, MIN(number) AS least, MAX(number) AS most
  FROM drawn
  WHERE spans
  GROUP BY event, measure, victims
)

SELECT
  COALESCE(d.row, c.row) AS row, -- the newest row it rests on
  COALESCE(d.rows, c.rows) AS rows, -- the figures it draws from, or passes over where it says nothing
  c.event, -- the event
  c.measure, -- what is counted
  c.victims, -- whose dead, wounded, ...
  r.rule, -- the rule
  COALESCE(d.claims, 0) AS claims, -- claims it draws from
  CAST(d.number AS DOUBLE) AS number, -- the number it draws; empty where it has nothing to say
  CAST(d.low AS DOUBLE) AS low, -- the fewest that this may mean by the words of the claims
  CAST(d.high AS DOUBLE) AS high, -- the most; empty without a bound
  CAST(p.least AS DOUBLE) AS least, -- the smallest number that a rule draws there from the standing figures of anyone
  CAST(p.most AS DOUBLE) AS most, -- the largest of them
  r.voices = 'every' OR COALESCE(s.adds, FALSE) AS adds -- whether it counts in a sum by this rule
FROM pooled AS c
CROSS JOIN aggregation_rule AS r
LEFT JOIN drawn AS d
  ON d.event = c.event AND d.measure = c.measure AND d.victims = c.victims AND d.rule = r.rule
LEFT JOIN spread AS p ON p.event = c.event AND p.measure = c.measure AND p.victims = c.victims
LEFT JOIN summand AS s
  ON s.event = c.event AND s.measure = c.measure AND s.victims = c.victims AND s.voices = r.voices
WHERE c.pool = 'reports'
