-- One row is a claim and the party of the victims that it counts
-- key: claim
WITH governing AS (
  SELECT country, MIN(party) AS party FROM parties WHERE side = 'government' GROUP BY country HAVING COUNT(*) = 1
)

SELECT
  f.row, -- the row of the ledger
  f.claim, -- the claim
  f.victims, -- the group that it counts
  v.side AS victims_side, -- the side of the group
  COALESCE(f.victims_party, CASE WHEN v.side = 'government' THEN g.party END)
    AS victims_party -- the party of the victims: as coded, else of a government group the one that alone governs the country
FROM figures AS f
INNER JOIN victims AS v ON v.victims = f.victims
INNER JOIN events AS e ON e.event = f.event
LEFT JOIN governing AS g ON g.country = e.country
