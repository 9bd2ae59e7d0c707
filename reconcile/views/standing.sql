-- One row is a standing claim: not superseded by then, and the nearest reading of its statement
-- key: claim
WITH repeated AS (
  SELECT DISTINCT root FROM claim WHERE steps > 0
),

farther AS (
  SELECT c.claim
  FROM repeated AS r
  INNER JOIN claim AS c ON c.root = r.root
  QUALIFY ROW_NUMBER() OVER (PARTITION BY c.root ORDER BY c.steps, c.known_on NULLS LAST, c.claim) > 1
),

nearest AS (
  SELECT c.*
  FROM claim AS c
  LEFT JOIN farther AS f ON f.claim = c.claim
  WHERE f.claim IS NULL
),

retired AS (
  SELECT DISTINCT other.claim
  FROM supersession AS s
  INNER JOIN figures AS new ON new.claim = s.claim
  INNER JOIN statement AS of_new ON of_new.claim = s.claim
  INNER JOIN claim AS correction
    ON correction.root = of_new.root AND correction.source = new.source AND correction.event = new.event
  INNER JOIN figures AS old ON old.claim = s.superseded
  INNER JOIN statement AS of_old ON of_old.claim = s.superseded
  INNER JOIN claim AS other
    ON
      other.root = of_old.root
      AND other.source = old.source
      AND other.event = old.event
      AND other.measure = old.measure
      AND other.victims = old.victims
),

withdrawal AS (
  SELECT DISTINCT claim FROM supersession
),

outspoken AS (
  SELECT DISTINCT silent.claim
  FROM nearest AS silent
  INNER JOIN nearest AS spoken
    ON
      spoken.source = silent.source
      AND spoken.event = silent.event
      AND spoken.measure = silent.measure
      AND spoken.victims = silent.victims
      AND spoken.stance = 'figure'
  LEFT JOIN withdrawal AS w ON w.claim = silent.claim
  WHERE silent.stance = 'silence' AND w.claim IS NULL
)

SELECT
  n.row, -- the row of the ledger
  n.claim, -- the claim
  n.event, -- the event it is on
  n.country, -- the country of the event
  n.measure, -- what is counted
  n.victims, -- whose dead, wounded, ...
  n.victims_party, -- the party of the victims
  n.source, -- who says it
  n.source_name, -- the name of who says it
  n.side, -- the side of the source
  n.source_party, -- the party of the source
  n.collective, -- whether the source is a label for several people
  n.interest, -- whose people these are to the source
  n.document, -- where it was read
  n.known_on, -- the day it was known
  n.stated, -- the words
  n.stance, -- what the source does with the figure
  n.low, -- the fewest people it can mean
  n.high, -- the most; empty where no bound was claimed
  n.named, -- the number named
  n.step, -- the round step the number is written in
  n.answers -- the claim that it answers
FROM nearest AS n
LEFT JOIN retired AS r ON r.claim = n.claim
LEFT JOIN outspoken AS o ON o.claim = n.claim
WHERE r.claim IS NULL AND o.claim IS NULL
