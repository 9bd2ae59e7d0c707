-- One row is a cell under one codebook: the range of its figures there
-- key: event, measure, victims, codebook
SELECT
  MAX(row) AS row, -- the newest row it rests on
  ARRAY_SORT(ARRAY_AGG(row)) AS rows, -- the rows it rests on
  event, -- the event
  measure, -- what is counted
  victims, -- whose dead, wounded, ...
  codebook, -- the codebook
  COUNT(*) AS figures, -- standing claims with a figure
  MIN(low) AS low, -- the fewest in any of them
  MAX(low) AS highest_low, -- the largest number that one of them gives at least
  CASE WHEN COUNT_IF(high IS NULL) = 0 THEN MAX(high) END AS high -- the most in any; empty where one has no bound
FROM claim_codebook
GROUP BY event, measure, victims, codebook
