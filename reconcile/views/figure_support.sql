-- One row is a figure on a cell and its independent voices: a source in several originals is one, and so are all the sources read in one original alone
-- key: event, measure, victims, victims_party, low, high, named
WITH heard AS (
  SELECT
    event,
    measure,
    victims,
    victims_party,
    low,
    high,
    named,
    source,
    COUNT(DISTINCT original) > 1 AS in_several
  FROM sourced_figure
  GROUP BY event, measure, victims, victims_party, low, high, named, source
),

voiced AS (
  SELECT f.*, h.in_several
  FROM sourced_figure AS f
  INNER JOIN heard AS h
    ON
      h.event = f.event
      AND h.measure = f.measure
      AND h.victims = f.victims
      AND h.victims_party IS NOT DISTINCT FROM f.victims_party
      AND h.low = f.low
      AND h.high IS NOT DISTINCT FROM f.high
      AND h.named IS NOT DISTINCT FROM f.named
      AND h.source = f.source
)

SELECT
  MAX(r.row) AS row, -- the newest row it rests on
  ARRAY_SORT(ARRAY_AGG(DISTINCT r.row)) AS rows, -- the rows it rests on, repeats included
  v.event, -- the event
  v.country, -- the country of the event
  v.measure, -- what is counted
  v.victims, -- whose dead, wounded, ...
  v.victims_party, -- the party of the victims
  v.low, -- the fewest people that the figure can mean
  v.high, -- the most; empty where no bound was claimed
  v.named, -- the number named
  COUNT(DISTINCT r.claim) AS readings, -- readings of it on this event, repeats included
  COUNT(DISTINCT r.document) AS documents, -- documents in which it was read
  COUNT(DISTINCT v.claim) AS statements, -- statements that give it: repeats are none
  COUNT(DISTINCT v.source) AS sources, -- sources of these statements
  COUNT(DISTINCT v.side) AS sides, -- sides of these sources
  COUNT(DISTINCT v.original) AS originals, -- original documents of these statements: copies of one count once
  LEAST(
    COUNT(DISTINCT v.original),
    COUNT(DISTINCT CASE WHEN v.in_several THEN v.source END)
    + COUNT(DISTINCT CASE WHEN NOT v.in_several THEN v.original END)
  ) AS voices -- independent voices: never more than the sources nor than the originals
FROM voiced AS v
INNER JOIN claim AS r ON r.root = v.root AND r.event = v.event
GROUP BY v.event, v.country, v.measure, v.victims, v.victims_party, v.low, v.high, v.named
