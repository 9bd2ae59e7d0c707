-- One row is a standing figure of a named source beside one of another source on the same cell
-- key: claim, other_claim
WITH turned AS (
  SELECT row, rows, claim, other_claim, gap
  FROM claim_pair
  WHERE relation = 'same' AND stance = 'figure' AND other_stance = 'figure'
  UNION ALL
  SELECT row, rows, other_claim, claim, gap
  FROM claim_pair
  WHERE relation = 'same' AND stance = 'figure' AND other_stance = 'figure'
)

SELECT
  t.row, -- the newest row it rests on
  t.rows, -- the rows it rests on
  f.event, -- the event
  f.measure, -- what is counted
  f.victims, -- whose dead, wounded, ...
  f.source, -- the named source
  f.interest, -- whose people these are to it
  f.side, -- its side
  f.claim, -- its claim
  f.row AS source_row, -- the row of its claim
  o.source AS other_source, -- the other source
  o.interest AS other_interest, -- whose people these are to the other
  o.side AS other_side, -- the side of the other
  o.collective AS other_collective, -- whether the other is a label for several people
  o.claim AS other_claim, -- the claim of the other
  o.row AS other_row, -- the row of that claim
  t.gap, -- people between the two; above 0 they share no number
  f.log_named - o.log_named AS log_ratio -- logarithm of the number named as a multiple of the other's; above 0 it is the larger
FROM turned AS t
INNER JOIN sourced_figure AS f ON f.claim = t.claim AND NOT f.collective
INNER JOIN sourced_figure AS o ON o.claim = t.other_claim
