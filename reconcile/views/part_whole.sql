-- One row is a contradiction between a whole and its parts: the claims that cannot all hold, none of which can be spared
-- key: claims
WITH spoken AS (
  SELECT * FROM standing WHERE stance IN ('figure', 'vague') AND low IS NOT NULL
),

bounded AS (
  SELECT * FROM standing WHERE stance = 'figure' AND high IS NOT NULL
),

lowest AS (
  SELECT *
  FROM bounded
  QUALIFY ROW_NUMBER() OVER (PARTITION BY event, measure, victims, victims_party ORDER BY high NULLS LAST, claim) = 1
),

one_part AS (
  SELECT
    whole.claim AS whole_claim,
    part.claim AS part_claim,
    part.low AS part_low
  FROM cell_part AS c
  INNER JOIN spoken AS part ON part.event = c.event AND part.measure = c.measure AND part.victims = c.victims
  INNER JOIN bounded AS whole
    ON
      whole.event = c.whole_event
      AND whole.measure = c.whole_measure
      AND whole.victims = c.whole_victims
      AND COALESCE(whole.victims_party = part.victims_party, TRUE)
      AND whole.high < part.low
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY
      c.event,
      c.measure,
      c.victims,
      c.whole_event,
      c.whole_measure,
      c.whole_victims,
      COALESCE(whole.victims_party, part.victims_party)
    ORDER BY
      CASE WHEN whole.source <> part.source OR whole.collective THEN 0 ELSE 1 END,
      part.low - whole.high DESC NULLS LAST,
      whole.claim,
      part.claim
  ) = 1
),

addend AS (
  SELECT
    b.voice,
    whole.claim AS whole_claim,
    whole.high,
    f.claim AS part_claim,
    f.low AS part_low,
    SUM(f.low) OVER (
      PARTITION BY b.bound, b.voice ORDER BY f.low DESC NULLS LAST, f.claim ROWS UNBOUNDED PRECEDING
    ) AS so_far
  FROM forced_bound AS b
  INNER JOIN lowest AS whole
    ON
      whole.event = b.event
      AND whole.measure = b.measure
      AND whole.victims = b.victims
      AND whole.victims_party IS NOT DISTINCT FROM b.party
      AND whole.high < b.low
  INNER JOIN forced_claim AS f ON f.bound = b.bound AND f.voice IS NOT DISTINCT FROM b.voice
),

needed AS (
  SELECT * FROM addend WHERE so_far - part_low <= high
),

summed AS (
  SELECT voice, whole_claim
  FROM needed
  GROUP BY voice, whole_claim
  HAVING COUNT(*) > 1
),

of_one_voice AS (
  SELECT DISTINCT whole_claim FROM summed WHERE voice IS NOT NULL
),

proof AS (
  SELECT whole_claim, part_claim, part_low, CONCAT('part ', part_claim) AS reckoned, 'part' AS reckoning
  FROM one_part
  UNION ALL
  SELECT n.whole_claim, n.part_claim, n.part_low, CONCAT('sum ', n.voice) AS reckoned, 'sum' AS reckoning
  FROM needed AS n
  INNER JOIN summed AS s ON s.voice = n.voice AND s.whole_claim = n.whole_claim
  UNION ALL
  SELECT n.whole_claim, n.part_claim, n.part_low, 'sum' AS reckoned, 'sum of several voices' AS reckoning
  FROM needed AS n
  INNER JOIN summed AS s ON s.voice IS NULL AND s.whole_claim = n.whole_claim
  LEFT JOIN of_one_voice AS o ON o.whole_claim = n.whole_claim
  WHERE n.voice IS NULL AND o.whole_claim IS NULL
),

parts AS (
  SELECT
    p.whole_claim,
    p.reckoned,
    p.reckoning,
    COUNT(*) AS parts,
    CAST(SUM(p.part_low) AS BIGINT) AS part_low,
    ARRAY_SORT(ARRAY_AGG(DISTINCT s.claim)) AS part_claims,
    ARRAY_AGG(DISTINCT s.row) AS part_rows,
    MAX(s.row) AS part_row,
    COUNT(DISTINCT s.source) AS part_sources,
    MIN(s.source) AS part_source,
    MIN(s.source_name) AS part_source_name,
    COUNT_IF(s.event <> w.event) > 0 AS over_events,
    COUNT_IF(s.measure <> w.measure) > 0 AS over_measures,
    COUNT_IF(s.victims <> w.victims) > 0 AS over_victims
  FROM proof AS p
  INNER JOIN standing AS s ON s.claim = p.part_claim
  INNER JOIN standing AS w ON w.claim = p.whole_claim
  GROUP BY p.whole_claim, p.reckoned, p.reckoning
)

SELECT
  GREATEST(w.row, p.part_row) AS row, -- the newest row it rests on
  ARRAY_SORT(ARRAY_DISTINCT(ARRAY_APPEND(p.part_rows, w.row))) AS rows, -- the rows it rests on
  w.event, -- the event of the whole
  w.country, -- the country of the event
  w.measure, -- what the whole counts
  w.victims, -- whom the whole counts
  w.claim AS whole_claim, -- the claim on the whole
  w.source AS whole_source, -- who says it
  w.source_name AS whole_source_name, -- the name of who says it
  w.side AS whole_side, -- the side of who says it
  w.low AS whole_low, -- the fewest in the whole
  w.high AS whole_high, -- the most in the whole
  p.reckoning, -- part (one part alone is too large), sum (of what one source says) or sum of several voices
  p.parts, -- how many parts it takes
  p.part_low, -- the fewest that they come to
  p.part_claims, -- the claims on the parts
  p.part_sources, -- how many sources speak of the parts
  CASE WHEN p.part_sources = 1 THEN p.part_source END AS part_source, -- who alone speaks of the parts
  CASE WHEN p.part_sources = 1 THEN p.part_source_name END AS part_source_name, -- its name
  NULLIF(
    CONCAT_WS(
      ', ',
      CASE WHEN p.over_events THEN 'events' END,
      CASE WHEN p.over_measures THEN 'measures' END,
      CASE WHEN p.over_victims THEN 'victims' END
    ),
    ''
  ) AS trees, -- in what they are parts: events, measures, victims
  CASE WHEN p.reckoning <> 'sum of several voices' THEN p.part_low - w.high END
    AS gap, -- by how many people the whole is too small; empty for a sum of several voices
  CASE WHEN p.reckoning = 'sum of several voices' THEN p.part_low - w.high END
    AS gap_of_voices, -- the same for a sum of several voices, which may mean different people
  ARRAY_SORT(ARRAY_APPEND(p.part_claims, w.claim)) AS claims -- the claims that cannot all hold; without any one of them they can
FROM parts AS p
INNER JOIN standing AS w ON w.claim = p.whole_claim
