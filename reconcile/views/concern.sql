-- One row is a row of the ledger by which an event concerns a party, and the reason
-- key: event, party, reason, row
WITH spoken_of AS (
  SELECT DISTINCT event FROM standing
)

SELECT
  e.row, -- the row of the ledger
  e.event, -- the event
  p.party, -- the party concerned
  'governs' AS reason -- governs (there), named (as having done it), speaks (of the event) or counted (its people are)
FROM events AS e
INNER JOIN spoken_of AS s ON s.event = e.event
INNER JOIN parties AS p ON p.side = 'government' AND p.country = e.country
UNION ALL
SELECT row, event, party, 'named' FROM attribution WHERE says <> 'denies'
UNION ALL
SELECT row, event, source_party, 'speaks' FROM standing WHERE source_party IS NOT NULL
UNION ALL
SELECT row, event, victims_party, 'counted' FROM standing WHERE victims_party IS NOT NULL
