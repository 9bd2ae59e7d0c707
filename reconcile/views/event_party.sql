-- One row is a party concerned by an event on which somebody gives a figure: how it speaks, and who says that it did it
-- key: event, party, accusers
WITH told AS (
  SELECT DISTINCT event, country FROM standing WHERE stance = 'figure'
),

said AS (
  SELECT
    s.event,
    p.party,
    COUNT_IF(s.stance = 'figure') AS figures,
    COUNT_IF(s.stance = 'vague') AS vague,
    COUNT_IF(s.stance = 'silence') AS silences,
    COUNT_IF(s.stance = 'denies-event') AS denies_event,
    COUNT_IF(s.stance = 'denies-figure') AS denies_figure,
    COUNT_IF(s.stance = 'denies-authorship') AS denies_authorship
  FROM standing AS s
  INNER JOIN parties AS p ON p.party = s.source_party AND p.side = s.side
  GROUP BY s.event, p.party
),

named AS (
  SELECT
    a.row,
    a.event,
    a.party,
    a.source,
    a.says,
    COALESCE(s.party = a.party AND s.side = p.side, FALSE) AS by_party
  FROM attribution AS a
  INNER JOIN sources AS s ON s.source = a.source
  INNER JOIN parties AS p ON p.party = a.party
),

author AS (
  SELECT
    event,
    party,
    COUNT_IF(says = 'claims') > 0 AS claims_it,
    COUNT_IF(says = 'denies' AND by_party) > 0 AS denies_it,
    COUNT(DISTINCT CASE WHEN says = 'accuses' THEN source END) AS accused_by,
    MAX(CASE WHEN says = 'accuses' THEN row END) AS accused_row,
    ARRAY_SORT(ARRAY_AGG(DISTINCT source) FILTER (WHERE says = 'accuses')) AS accusers
  FROM named
  GROUP BY event, party
),

resting AS (
  SELECT event, party, row, reason = 'governs' AS governs FROM concern
  UNION ALL
  SELECT event, party, row, FALSE FROM named WHERE says = 'denies' AND by_party
),

rested AS (
  SELECT event, party, row, COUNT_IF(governs) > 0 AS governs
  FROM resting
  GROUP BY event, party, row
),

place AS (
  SELECT
    event,
    party,
    COUNT_IF(governs) > 0 AS governs,
    MAX(row) AS row,
    ARRAY_SORT(ARRAY_AGG(row)) AS rows
  FROM rested
  GROUP BY event, party
),

covered AS (
  SELECT
    event,
    party,
    MAX(CASE WHEN interest = 'own' THEN speaks END) AS of_own,
    MAX(CASE WHEN interest = 'enemy' THEN speaks END) AS of_enemy,
    MAX(CASE WHEN interest = 'third-party' THEN speaks END) AS of_third_party
  FROM event_coverage
  GROUP BY event, party
),

judged AS (
  SELECT
    t.event,
    t.country,
    c.party,
    p.side AS party_side,
    c.governs,
    c.row,
    c.rows,
    COALESCE(s.figures, 0) AS figures,
    COALESCE(s.vague, 0) AS vague,
    COALESCE(s.silences, 0) AS silences,
    COALESCE(s.denies_event, 0) AS denies_event,
    COALESCE(s.denies_figure, 0) AS denies_figure,
    COALESCE(s.denies_authorship, 0) AS denies_authorship,
    COALESCE(a.claims_it, FALSE) AS claims_it,
    COALESCE(a.denies_it, FALSE) OR COALESCE(s.denies_authorship, 0) > 0 AS denies_it,
    COALESCE(a.accused_by, 0) AS accused_by,
    a.accused_row,
    CASE WHEN a.accused_by > 0 THEN a.accusers END AS accusers,
    v.of_own,
    v.of_enemy,
    v.of_third_party
  FROM told AS t
  INNER JOIN place AS c ON c.event = t.event
  INNER JOIN parties AS p ON p.party = c.party
  LEFT JOIN said AS s ON s.event = c.event AND s.party = c.party
  LEFT JOIN author AS a ON a.event = c.event AND a.party = c.party
  LEFT JOIN covered AS v ON v.event = c.event AND v.party = c.party
)

SELECT
  COALESCE(j.accused_row, j.row) AS row, -- the newest accusation; without one the newest row it rests on
  j.rows, -- the rows it rests on
  j.event, -- the event
  j.country, -- the country of the event
  j.party, -- the party concerned
  j.party_side, -- the side of the party
  j.governs, -- whether it governs there
  CASE
    WHEN j.figures > 0 THEN 'figure'
    WHEN j.denies_event + j.denies_figure + j.denies_authorship > 0 THEN 'denial'
    WHEN j.vague > 0 THEN 'vague'
    WHEN j.silences > 0 THEN 'silent'
    ELSE 'not recorded'
  END AS speaks, -- the most that it says of any victims: figure, denial, vague, silent; not recorded is not silent
  j.of_own, -- the most that it says of its own people; empty where nobody speaks of them
  j.of_enemy, -- the most that it says of its enemy's
  j.of_third_party, -- the most that it says of people of no party
  j.figures, -- its figures
  j.vague, -- its claims without a number
  j.silences, -- how often it spoke and gave no toll
  j.denies_event, -- how often it denies the event
  j.denies_figure, -- how often it denies a figure
  j.denies_authorship, -- how often it denies, in place of a figure, having done it
  j.claims_it, -- whether the deed is claimed in its name
  j.accused_by, -- sources that say it did it
  j.accusers, -- those sources
  j.denies_it, -- whether it denies having done it
  NULLIF(
    CONCAT_WS(
      ', ',
      CASE WHEN j.claims_it THEN 'claims' END,
      CASE WHEN j.accused_by > 0 THEN 'accused' END,
      CASE WHEN j.denies_it THEN 'denies' END
    ),
    ''
  ) AS authorship, -- the same in words: claims, accused, denies; empty where nothing is recorded
  CASE WHEN NOT j.claims_it AND NOT j.denies_it AND j.denies_event = 0 THEN j.accused_by ELSE 0 END
    AS unanswered_accusers -- sources that accuse it, where it neither claims nor denies the deed or the event
FROM judged AS j
