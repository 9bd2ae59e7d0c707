-- One row is a party or a named source that speaks for it, a country and an interest: on how many events it speaks of those victims
-- key: party, source, country, interest
WITH spokesman AS (
  SELECT s.source, s.party
  FROM sources AS s
  INNER JOIN parties AS p ON p.party = s.party AND p.side = s.side
  WHERE NOT COALESCE(s.collective, FALSE)
),

said AS (
  SELECT
    event,
    source,
    interest,
    COUNT_IF(stance = 'figure') AS figures,
    COUNT_IF(stance IN ('denies-event', 'denies-figure', 'denies-authorship')) AS denials,
    COUNT_IF(stance = 'vague') AS vague,
    COUNT_IF(stance = 'silence') AS silences
  FROM standing
  GROUP BY event, source, interest
),

told AS (
  SELECT * FROM event_coverage WHERE figures + figures_of_others > 0
),

place AS (
  SELECT
    row,
    event,
    country,
    party,
    CAST(NULL AS VARCHAR) AS source,
    interest,
    figures,
    denials,
    vague,
    silences,
    unanswered
  FROM told
  UNION ALL
  SELECT
    t.row,
    t.event,
    t.country,
    t.party,
    v.source,
    t.interest,
    COALESCE(s.figures, 0),
    COALESCE(s.denials, 0),
    COALESCE(s.vague, 0),
    COALESCE(s.silences, 0),
    CAST(NULL AS BIGINT)
  FROM told AS t
  INNER JOIN spokesman AS v ON v.party = t.party
  LEFT JOIN said AS s ON s.event = t.event AND s.source = v.source AND s.interest = t.interest
),

spoken AS (
  SELECT * FROM place
  UNION ALL
  SELECT
    MAX(row),
    event,
    country,
    party,
    source,
    'anyone',
    SUM(figures),
    SUM(denials),
    SUM(vague),
    SUM(silences),
    SUM(unanswered)
  FROM place
  GROUP BY event, country, party, source
),

counted AS (
  SELECT
    party,
    source,
    country,
    interest,
    MAX(row) AS row,
    ARRAY_SORT(ARRAY_AGG(DISTINCT row)) AS rows,
    COUNT(*) AS events,
    COUNT_IF(figures > 0) AS figure,
    COUNT_IF(figures = 0 AND denials > 0) AS denial,
    COUNT_IF(figures = 0 AND denials = 0 AND vague > 0) AS vague,
    COUNT_IF(figures = 0 AND denials = 0 AND vague = 0 AND silences > 0) AS silent,
    COUNT_IF(figures = 0 AND denials = 0 AND vague = 0 AND silences = 0) AS not_recorded,
    COUNT_IF(unanswered > 0) AS unanswered
  FROM spoken
  GROUP BY party, source, country, interest
)

SELECT
  c.row, -- the newest row it rests on
  c.rows, -- a row for each event it rests on
  c.party, -- the party
  p.side AS party_side, -- the side of the party
  c.source, -- a named source that speaks for it; empty: the party by any of its sources
  c.country, -- the country of the events; empty for those that lie in several
  c.interest, -- whose people the victims are to the party: own, enemy, ...; anyone: all of them together
  c.events, -- events that concern the party on which somebody gives a figure of such victims
  c.figure, -- of these, where it gives a figure
  c.denial, -- where it denies and gives no figure
  c.vague, -- where it speaks of them without a number
  c.silent, -- where it is recorded to have given no toll while another gives a figure
  c.not_recorded, -- where nothing of it is recorded, which is not silence
  CASE WHEN c.source IS NULL THEN c.unanswered END AS unanswered, -- events with a figure of the opposing side that the party does not answer; empty for a source
  c.events - c.not_recorded AS recorded, -- events on which it is recorded what it does
  CASE WHEN c.events - c.not_recorded >= h.events THEN c.figure / NULLIF(c.events - c.not_recorded, 0) END
    AS figure_share, -- share of the recorded events on which it gives a figure; empty for fewer than a handful
  CASE WHEN c.events - c.not_recorded >= h.events THEN c.silent / NULLIF(c.events - c.not_recorded, 0) END
    AS silent_share, -- share of the recorded events on which it gives no toll; empty for fewer than a handful
  CASE WHEN c.events >= h.events THEN (c.events - c.not_recorded) / NULLIF(c.events, 0) END
    AS recorded_share -- share of the events on which anything of it is recorded; empty for fewer than a handful
FROM counted AS c
INNER JOIN parties AS p ON p.party = c.party
CROSS JOIN handful AS h
