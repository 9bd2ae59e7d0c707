-- One row is an event, a party concerned and an interest: how the party speaks of those victims there
-- key: event, party, interest, unanswered_claims
WITH concerned AS (
  SELECT DISTINCT event, party FROM concern
),

answered AS (
  SELECT DISTINCT answers AS claim, source_party AS party, side FROM standing WHERE answers IS NOT NULL
),

said AS (
  SELECT
    c.event,
    c.party,
    p.side AS party_side,
    i.interest,
    s.row,
    s.claim,
    s.country,
    s.stance,
    COALESCE(s.source_party = c.party AND s.side = p.side, FALSE) AS by_party,
    s.stance = 'figure' AND s.side IN ('government', 'insurgent') AND s.side <> p.side AND a.claim IS NULL AS left_open
  FROM concerned AS c
  INNER JOIN parties AS p ON p.party = c.party
  INNER JOIN standing AS s ON s.event = c.event
  INNER JOIN interest AS i
    ON i.party = c.party AND i.victims = s.victims AND i.victims_party IS NOT DISTINCT FROM s.victims_party
  LEFT JOIN answered AS a ON a.claim = s.claim AND a.party = c.party AND a.side = p.side
),

place AS (
  SELECT
    event,
    country,
    party,
    party_side,
    interest,
    MAX(row) AS row,
    ARRAY_SORT(ARRAY_AGG(row)) AS rows,
    COUNT_IF(by_party AND stance = 'figure') AS figures,
    COUNT_IF(by_party AND stance = 'vague') AS vague,
    COUNT_IF(by_party AND stance IN ('denies-event', 'denies-figure', 'denies-authorship')) AS denials,
    COUNT_IF(by_party AND stance = 'silence') AS silences,
    COUNT_IF(NOT by_party AND stance = 'figure') AS figures_of_others,
    COUNT(CASE WHEN left_open THEN 1 END) AS open_figures,
    MAX(row) FILTER (WHERE left_open) AS open_row,
    ARRAY_SORT(ARRAY_AGG(claim) FILTER (WHERE left_open)) AS open_claims
  FROM said
  GROUP BY event, country, party, party_side, interest
),

judged AS (
  SELECT
    p.*,
    CASE WHEN figures + denials = 0 THEN open_figures ELSE 0 END AS unanswered
  FROM place AS p
)

SELECT
  CASE WHEN p.unanswered > 0 THEN p.open_row ELSE p.row END AS row, -- the newest open claim; without one the newest row it rests on
  p.rows, -- the rows it rests on
  p.event, -- the event
  p.country, -- the country of the event
  p.party, -- the party concerned: it governs there, speaks of it or is said to have done it
  p.party_side, -- the side of the party
  p.interest, -- whose people the victims are to the party
  CASE
    WHEN p.figures > 0 THEN 'figure'
    WHEN p.denials > 0 THEN 'denial'
    WHEN p.vague > 0 THEN 'vague'
    WHEN p.silences > 0 THEN 'silent'
    ELSE 'not recorded'
  END AS speaks, -- the most that the party says: figure, denial, vague, silent; not recorded is not silent
  p.figures, -- its figures
  p.denials, -- its denials
  p.vague, -- its claims without a number
  p.silences, -- how often it spoke and gave no toll
  p.figures_of_others, -- figures that others give for these victims
  p.unanswered, -- figures of the opposing side to which it gives neither figure nor denial
  CASE WHEN p.party_side = 'government' AND p.interest = 'own' THEN p.unanswered END
    AS unanswered_by_government, -- the same, where a government leaves figures of its own dead open; else empty
  CASE WHEN p.unanswered > 0 THEN p.open_claims END AS unanswered_claims -- those claims
FROM judged AS p
