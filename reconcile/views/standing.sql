-- One row is a standing claim: not superseded by then, and the nearest reading of its statement
-- key: claim
WITH nearest AS (
  SELECT *
  FROM claim
  QUALIFY ROW_NUMBER() OVER (PARTITION BY root ORDER BY steps, known_on NULLS LAST, claim) = 1
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

spoken AS (
  SELECT DISTINCT source, event, measure, victims FROM nearest WHERE stance = 'figure'
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
LEFT JOIN spoken AS s
  ON s.source = n.source AND s.event = n.event AND s.measure = n.measure AND s.victims = n.victims
LEFT JOIN withdrawal AS w ON w.claim = n.claim
WHERE r.claim IS NULL AND (n.stance <> 'silence' OR s.source IS NULL OR w.claim IS NOT NULL)
