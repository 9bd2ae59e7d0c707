-- One row is a claim in the order in which an event was spoken of: what it does to what its source had said before
-- key: claim
WITH corrected AS (
  SELECT
    s.superseded AS claim,
    MIN(c.known_on) AS corrected_on,
    ARRAY_SORT(ARRAY_AGG(DISTINCT s.claim)) AS corrected_by
  FROM supersession AS s
  INNER JOIN claim AS c ON c.claim = s.claim
  GROUP BY s.superseded
),

correction AS (
  SELECT s.claim, ARRAY_SORT(ARRAY_AGG(DISTINCT s.superseded)) AS corrects
  FROM supersession AS s
  INNER JOIN claim AS c ON c.claim = s.superseded
  GROUP BY s.claim
)

SELECT
  c.row, -- the row of the ledger
  c.event, -- the event
  c.country, -- the country of the event
  ROW_NUMBER() OVER (
    PARTITION BY c.event ORDER BY c.known_on NULLS LAST, c.steps, c.source, c.claim
  ) AS place, -- its place in the order of days within the event, those without a day last
  c.known_on, -- the day it was known; empty where no day is known
  c.days_after_event, -- days from the start of the event
  c.source, -- who says it
  c.source_name, -- the name of who says it
  c.side, -- the side of who says it
  c.claim, -- the claim
  c.measure, -- what it counts
  c.victims, -- whom it counts
  c.stance, -- what it does with the figure
  c.low, -- the fewest it can mean
  c.high, -- the most; empty where no bound was claimed
  c.named, -- the number named
  c.stated, -- the words
  c.document, -- where it was read
  CASE
    WHEN c.repeats IS NOT NULL THEN 'repeats'
    WHEN n.claim IS NOT NULL THEN 'corrects'
    WHEN c.answers IS NOT NULL THEN 'answers'
    ELSE 'says'
  END AS act, -- says, corrects (itself), repeats (a statement read elsewhere), answers
  n.corrects, -- the claims that it corrects
  c.repeats, -- the claim that it repeats
  c.answers, -- the claim that it answers
  o.corrected_by, -- the claims that correct it
  o.corrected_on, -- the day on which it was first corrected
  s.claim IS NOT NULL AS stands -- whether it stands on the day asked about
FROM claim AS c
LEFT JOIN correction AS n ON n.claim = c.claim
LEFT JOIN corrected AS o ON o.claim = c.claim
LEFT JOIN standing AS s ON s.claim = c.claim
