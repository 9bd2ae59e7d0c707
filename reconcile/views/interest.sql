-- One row is a party and the victims of some claim: whose people they are to it
-- key: party, victims, victims_party
WITH counted AS (
  SELECT DISTINCT victims, victims_side, victims_party FROM whose
)

SELECT
  p.party, -- the party that looks on
  c.victims, -- the group that is counted
  c.victims_party, -- the party of the group
  CASE
    WHEN p.party = c.victims_party THEN 'own'
    WHEN c.victims_side IS NULL AND o.side IS NULL THEN 'third-party'
    WHEN p.side <> COALESCE(c.victims_side, o.side) THEN 'enemy'
    WHEN c.victims_party IS NULL THEN 'unknown'
    WHEN p.side = 'insurgent' THEN 'rival'
    ELSE 'ally'
  END AS interest -- own, ally, enemy, rival, third-party, or unknown where the party of the victims is
FROM parties AS p
CROSS JOIN counted AS c
LEFT JOIN parties AS o ON o.party = c.victims_party
