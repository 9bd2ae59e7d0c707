-- One row is a number named again: a figure and the one before it that names the same number on the cell, of another source and original
-- key: claim, earlier_claim
WITH first_said AS (
  SELECT *
  FROM sourced_figure
  WHERE named > 0
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY event, measure, victims, victims_party, named, source ORDER BY known_on NULLS LAST, claim
  ) = 1
),

placed AS (
  SELECT
    *,
    ROW_NUMBER() OVER (
      PARTITION BY event, measure, victims, victims_party, named ORDER BY known_on NULLS LAST, claim
    ) AS place
  FROM first_said
)

SELECT
  later.row, -- the row of the later figure
  ROW_PAIR(later.row, earlier.row) AS rows, -- the rows it rests on
  later.event, -- the event
  later.country, -- the country of the event
  later.measure, -- what is counted
  later.victims, -- whose dead, wounded, ...
  later.named, -- the number that both name
  later.step, -- the round step it is written in: 1 where it is not round
  later.claim, -- the later figure
  later.source, -- its source
  later.source_name, -- the name of its source
  later.side, -- the side of its source
  later.document, -- where it was read
  later.known_on, -- the day it was known
  later.low, -- its fewest
  later.high, -- its most; empty where no bound was claimed
  earlier.claim AS earlier_claim, -- the figure before
  earlier.source AS earlier_source, -- its source
  earlier.source_name AS earlier_source_name, -- the name of its source
  earlier.side AS earlier_side, -- the side of its source
  earlier.document AS earlier_document, -- where it was read
  earlier.known_on AS earlier_known_on, -- the day it was known
  earlier.low AS earlier_low, -- its fewest
  earlier.high AS earlier_high, -- its most; empty where no bound was claimed
  DAYS_BETWEEN(earlier.known_on, later.known_on) AS days -- days between the two; empty where one has no day
FROM placed AS later
INNER JOIN placed AS earlier
  ON
    earlier.event = later.event
    AND earlier.measure = later.measure
    AND earlier.victims = later.victims
    AND earlier.victims_party IS NOT DISTINCT FROM later.victims_party
    AND earlier.named = later.named
    AND earlier.place = later.place - 1
WHERE earlier.original <> later.original
