-- One row is what a source says of who did it, as it was known on the day asked about
-- key: event, source, document, party, says
SELECT
  a.row, -- the row of the ledger
  a.event, -- the event
  a.source, -- who says it
  a.document, -- where it was read
  COALESCE(a.asserted_on, d.published_on) AS known_on, -- the day it was said, else the day the document came out
  a.party, -- the party that is said to have done it, or not
  a.says -- claims, accuses or denies
FROM attributions AS a
INNER JOIN documents AS d ON d.document = a.document
CROSS JOIN asking AS q
WHERE q.as_of IS NULL OR COALESCE(a.asserted_on, d.published_on) <= q.as_of
