-- One row is a standing claim with a figure under one codebook: what its words are worth there
-- key: claim, codebook
SELECT
  s.row, -- the row of the ledger
  s.claim, -- the claim
  s.event, -- the event it is on
  s.measure, -- what is counted
  s.victims, -- whose dead, wounded, ...
  s.side, -- the side of the source
  b.codebook, -- the codebook
  COALESCE(r.low, s.low) AS low, -- the fewest people the words can mean there; as asked where not understood
  CASE WHEN r.low IS NULL THEN s.high ELSE r.high END AS high -- the most; empty without a bound
FROM standing AS s
INNER JOIN documents AS d ON d.document = s.document
CROSS JOIN (SELECT DISTINCT codebook FROM reading) AS b
LEFT JOIN reading AS r
  ON r.stated = s.stated AND r.codebook = b.codebook AND COALESCE(r.language, '') = COALESCE(d.language, '')
WHERE s.stance = 'figure' AND s.low IS NOT NULL
