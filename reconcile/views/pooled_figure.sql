-- One row is a claim with a figure in a pool that rules of aggregation draw from, with the number that stands for it
-- key: claim, pool
WITH figure AS (
  SELECT
    c.*,
    s.claim IS NOT NULL AS stands,
    COUNT_IF(s.side = 'observer') OVER (PARTITION BY c.event, c.measure, c.victims) > 0 AS observed
  FROM claim AS c
  LEFT JOIN standing AS s ON s.claim = c.claim AND s.victims = c.victims
  WHERE c.stance = 'figure' AND c.low IS NOT NULL
)

SELECT
  f.row, -- the row of the ledger
  f.claim, -- the claim
  f.event, -- the event it is on
  f.measure, -- what is counted
  f.victims, -- whose dead, wounded, ...
  f.side, -- the side of the source
  p.pool, -- standing, official, insurgent, observers-first (all that stand where no observer does) or reports (all that were read)
  GREATEST(f.low, LEAST(COALESCE(f.named, f.low), COALESCE(f.high, f.named, f.low))) AS number, -- what stands for the claim: the number named or the nearest to it that the words allow, else the fewest
  f.low, -- the fewest people it can mean
  f.high -- the most; empty where no bound was claimed
FROM figure AS f
CROSS JOIN (SELECT DISTINCT pool FROM aggregation_rule) AS p
WHERE
  CASE p.pool
    WHEN 'standing' THEN f.stands
    WHEN 'official' THEN f.stands AND f.side = 'government'
    WHEN 'insurgent' THEN f.stands AND f.side = 'insurgent'
    WHEN 'observers-first' THEN f.stands AND (f.side = 'observer' OR NOT f.observed)
    ELSE TRUE
  END
