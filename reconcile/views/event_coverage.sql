-- One row is an event, a party concerned and an interest: how the party speaks of those victims there
-- key: event, party, interest, unanswered_claims
WITH concerned AS (
  SELECT DISTINCT event, party FROM concern
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
    s.answers,
    COALESCE(s.source_party = c.party AND s.side = p.side, FALSE) AS by_party,
    s.stance = 'figure' AND s.side IN ('government', 'insurgent') AND s.side <> p.side AS by_opponent
  FROM concerned AS c
  INNER JOIN parties AS p ON p.party = c.party
  INNER JOIN standing AS s ON s.event = c.event
  INNER JOIN interest AS i
    ON i.party = c.party AND i.victims = s.victims AND i.victims_party IS NOT DISTINCT FROM s.victims_party
),

reply AS (
  SELECT
    event,
    party,
    interest,
    COUNT_IF(stance = 'figure') AS figures,
    COUNT_IF(stance = 'vague') AS vague,
    COUNT_IF(stance IN ('denies-event', 'denies-figure', 'denies-authorship')) AS denials,
    COUNT_IF(stance = 'silence') AS silences
  FROM said
  WHERE by_party
  GROUP BY event, party, interest
),

open_claim AS (
  SELECT s.event, s.party, s.interest, s.claim, s.row
  FROM said AS s
  LEFT JOIN reply AS r ON r.event = s.event AND r.party = s.party AND r.interest = s.interest
  LEFT JOIN said AS a ON a.answers = s.claim AND a.by_party AND a.party = s.party
  WHERE s.by_opponent AND COALESCE(r.figures, 0) + COALESCE(r.denials, 0) = 0 AND a.claim IS NULL
),

unanswered AS (
  SELECT
    event,
    party,
    interest,
    COUNT(DISTINCT claim) AS unanswered,
    MAX(row) AS row,
    ARRAY_SORT(ARRAY_AGG(DISTINCT claim)) AS unanswered_claims
  FROM open_claim
  GROUP BY event, party, interest
),

place AS (
  SELECT
    event,
    country,
    party,
    party_side,
    interest,
    MAX(row) AS row,
    ARRAY_SORT(ARRAY_AGG(DISTINCT row)) AS rows,
    COUNT_IF(stance = 'figure' AND NOT by_party) AS figures_of_others
  FROM said
  GROUP BY event, country, party, party_side, interest
)

SELECT
  COALESCE(u.row, p.row) AS row, -- the newest open claim; without one the newest row it rests on
  p.rows, -- the rows it rests on
  p.event, -- the event
  p.country, -- the country of the event
  p.party, -- the party concerned: it governs there, speaks of it or is said to have done it
  p.party_side, -- the side of the party
  p.interest, -- whose people the victims are to the party
  CASE
    WHEN r.figures > 0 THEN 'figure'
    WHEN r.denials > 0 THEN 'denial'
    WHEN r.vague > 0 THEN 'vague'
    WHEN r.silences > 0 THEN 'silent'
    ELSE 'not recorded'
  END AS speaks, -- the most that the party says: figure, denial, vague, silent; not recorded is not silent
  COALESCE(r.figures, 0) AS figures, -- its figures
  COALESCE(r.denials, 0) AS denials, -- its denials
  COALESCE(r.vague, 0) AS vague, -- its claims without a number
  COALESCE(r.silences, 0) AS silences, -- how often it spoke and gave no toll
  p.figures_of_others, -- figures that others give for these victims
  COALESCE(u.unanswered, 0) AS unanswered, -- figures of the opposing side to which it gives neither figure nor denial
  CASE WHEN p.party_side = 'government' AND p.interest = 'own' THEN COALESCE(u.unanswered, 0) END
    AS unanswered_by_government, -- the same, where a government leaves figures of its own dead open; else empty
  u.unanswered_claims -- those claims
FROM place AS p
LEFT JOIN reply AS r ON r.event = p.event AND r.party = p.party AND r.interest = p.interest
LEFT JOIN unanswered AS u ON u.event = p.event AND u.party = p.party AND u.interest = p.interest
