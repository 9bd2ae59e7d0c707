-- One row is a party or a named source that speaks for it, a country and an interest: on how many events it speaks of those victims
-- key: party, source, country, interest
WITH voice AS (
  SELECT s.source, s.party
  FROM sources AS s
  INNER JOIN parties AS p ON p.party = s.party AND p.side = s.side
  WHERE NOT COALESCE(s.collective, FALSE)
  UNION ALL
  SELECT CAST(NULL AS STRING), party FROM parties
),

told AS (
  SELECT * FROM event_coverage WHERE figures + figures_of_others > 0
),

occasion AS (
  SELECT
    party,
    country,
    interest,
    MAX(row) AS row,
    ARRAY_SORT(ARRAY_AGG(DISTINCT row)) AS rows,
    COUNT(*) AS events,
    COUNT_IF(figures_of_others > 0) AS told_by_others,
    COUNT_IF(unanswered > 0) AS unanswered
  FROM told
  GROUP BY party, country, interest
  UNION ALL
  SELECT
    party,
    country,
    'anyone',
    MAX(row),
    ARRAY_SORT(ARRAY_AGG(DISTINCT row)),
    COUNT(DISTINCT event),
    COUNT(DISTINCT CASE WHEN figures_of_others > 0 THEN event END),
    COUNT(DISTINCT CASE WHEN unanswered > 0 THEN event END)
  FROM told
  GROUP BY party, country
),

said AS (
  SELECT
    t.event,
    t.party,
    CAST(NULL AS STRING) AS source,
    t.country,
    t.interest,
    t.figures_of_others,
    t.figures,
    t.denials,
    t.vague,
    t.silences
  FROM told AS t
  UNION ALL
  SELECT
    t.event,
    t.party,
    s.source,
    t.country,
    t.interest,
    t.figures_of_others,
    COUNT_IF(s.stance = 'figure'),
    COUNT_IF(s.stance IN ('denies-event', 'denies-figure', 'denies-authorship')),
    COUNT_IF(s.stance = 'vague'),
    COUNT_IF(s.stance = 'silence')
  FROM told AS t
  INNER JOIN standing AS s ON s.event = t.event AND s.source_party = t.party AND s.interest = t.interest
  GROUP BY t.event, t.party, s.source, t.country, t.interest, t.figures_of_others
),

around AS (
  SELECT event, party, SUM(figures_of_others) AS figures_of_others FROM told GROUP BY event, party
),

spoken AS (
  SELECT * FROM said
  UNION ALL
  SELECT
    s.event,
    s.party,
    s.source,
    s.country,
    'anyone',
    MAX(a.figures_of_others),
    SUM(s.figures),
    SUM(s.denials),
    SUM(s.vague),
    SUM(s.silences)
  FROM said AS s
  INNER JOIN around AS a ON a.event = s.event AND a.party = s.party
  GROUP BY s.event, s.party, s.source, s.country
),

counted AS (
  SELECT
    party,
    source,
    country,
    interest,
    COUNT_IF(figures > 0) AS figure,
    COUNT_IF(figures > 0 AND figures_of_others > 0) AS figure_beside_others,
    COUNT_IF(figures = 0 AND denials > 0) AS denial,
    COUNT_IF(figures = 0 AND denials = 0 AND vague > 0) AS vague,
    COUNT_IF(figures = 0 AND denials = 0 AND vague = 0 AND silences > 0) AS silent,
    COUNT_IF(figures + denials + vague + silences > 0) AS recorded
  FROM spoken
  GROUP BY party, source, country, interest
)

SELECT
  o.row, -- the newest row it rests on
  o.rows, -- a row for each event and interest it rests on
  o.party, -- the party
  p.side AS party_side, -- the side of the party
  v.source, -- a named source that speaks for it, as one without a party speaks for none; empty: the party by any of its sources
  o.country, -- the country of the events; empty for those that lie in several
  o.interest, -- whose people the victims are to the party: own, enemy, ...; anyone: all of them together
  o.events, -- events that concern the party on which somebody gives a figure of such victims
  COALESCE(c.figure, 0) AS figure, -- of the events, where it gives a figure
  o.told_by_others, -- of the events, where others than the party give a figure of such victims
  COALESCE(c.figure_beside_others, 0) AS figure_beside_others, -- of these, where it gives a figure too
  COALESCE(c.denial, 0) AS denial, -- where it denies and gives no figure
  COALESCE(c.vague, 0) AS vague, -- where it speaks of them without a number
  COALESCE(c.silent, 0) AS silent, -- where it is recorded to have given no toll while another gives a figure
  o.events - COALESCE(c.recorded, 0) AS not_recorded, -- where nothing of it is recorded, which is not silence
  COALESCE(c.recorded, 0) AS recorded, -- events on which it is recorded what it does
  CASE WHEN v.source IS NULL THEN o.unanswered END AS unanswered, -- events with a figure of the opposing side that the party does not answer; empty for a source
  CASE WHEN c.recorded >= h.events THEN c.figure / NULLIF(c.recorded, 0) END AS figure_share, -- share of the recorded events on which it gives a figure; empty for fewer than a handful
  CASE WHEN c.recorded >= h.events THEN c.silent / NULLIF(c.recorded, 0) END AS silent_share, -- share of the recorded events on which it gives no toll; empty for fewer than a handful
  CASE WHEN o.events >= h.events THEN COALESCE(c.recorded, 0) / NULLIF(o.events, 0) END
    AS recorded_share -- share of the events on which anything of it is recorded; empty for fewer than a handful
FROM occasion AS o
INNER JOIN parties AS p ON p.party = o.party
INNER JOIN voice AS v ON v.party = o.party
LEFT JOIN counted AS c
  ON
    c.party = o.party
    AND c.source IS NOT DISTINCT FROM v.source
    AND c.country IS NOT DISTINCT FROM o.country
    AND c.interest = o.interest
CROSS JOIN handful AS h
