-- One row is a standing figure and where it comes from: its source, its statement, the original of its document
-- key: claim
WITH only_party AS (
  SELECT event, measure, victims, MIN(victims_party) AS party
  FROM standing
  WHERE victims_party IS NOT NULL
  GROUP BY event, measure, victims
  HAVING MIN(victims_party) = MAX(victims_party)
)

SELECT
  s.row, -- the row of the ledger
  s.claim, -- the claim
  s.event, -- the event it is on
  s.country, -- the country of the event
  s.measure, -- what is counted
  s.victims, -- whose dead, wounded, ...
  COALESCE(s.victims_party, o.party) AS victims_party, -- the party of the victims; where it is not told, the only one that others tell of the cell
  s.source, -- who says it
  s.source_name, -- the name of who says it
  s.side, -- the side of the source
  COALESCE(s.collective, FALSE) AS collective, -- whether the source is a label for several people
  s.interest, -- whose people these are to the source
  t.root, -- the reading nearest the claimant
  s.document, -- where it was read
  p.original, -- the document from which that one was taken over, at the end of the chain; else itself
  s.known_on, -- the day it was known
  s.low, -- the fewest people it can mean
  s.high, -- the most; empty where no bound was claimed
  s.named, -- the number named
  CASE WHEN s.named > 0 THEN LN(s.named) END AS log_named, -- the natural logarithm of that number; empty for none and for 0
  s.step -- the round step the number is written in
FROM standing AS s
INNER JOIN statement AS t ON t.claim = s.claim
INNER JOIN provenance AS p ON p.document = s.document
LEFT JOIN only_party AS o ON o.event = s.event AND o.measure = s.measure AND o.victims = s.victims
WHERE s.stance = 'figure' AND s.low IS NOT NULL
