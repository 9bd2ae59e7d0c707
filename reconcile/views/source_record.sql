-- One row is a named source and whose people the victims are to it: how it tends to speak of them, with the events behind each measure
-- key: source, interest
WITH said AS (
  SELECT
    source,
    source_name,
    side,
    interest,
    MAX(row) AS row,
    ARRAY_SORT(ARRAY_AGG(DISTINCT row)) AS rows,
    COUNT(DISTINCT event) AS spoken_events
  FROM standing
  WHERE NOT COALESCE(collective, FALSE)
  GROUP BY source, source_name, side, interest
),

given AS (
  SELECT
    source,
    interest,
    COUNT(*) AS figures,
    COUNT(DISTINCT event) AS events,
    COUNT(step) AS named_figures,
    COUNT_IF(step > 1) AS round_figures,
    COUNT(DISTINCT CASE WHEN step IS NOT NULL THEN event END) AS named_events
  FROM sourced_figure
  WHERE NOT collective
  GROUP BY source, interest
),

met AS (
  SELECT
    source,
    interest,
    event,
    measure,
    victims,
    other_source,
    MIN(gap) > 0 AS disjoint,
    MEDIAN(CASE WHEN other_side = 'observer' THEN log_ratio END) AS to_observer,
    MEDIAN(
      CASE
        WHEN (side = 'government' AND other_side = 'insurgent') OR (side = 'insurgent' AND other_side = 'government')
          THEN log_ratio
      END
    ) AS to_opponent
  FROM figure_beside
  GROUP BY source, interest, event, measure, victims, other_source
),

cell AS (
  SELECT
    source,
    interest,
    event,
    measure,
    victims,
    COUNT_IF(disjoint) > 0 AS disjoint,
    MEDIAN(to_observer) AS to_observer,
    MEDIAN(to_opponent) AS to_opponent
  FROM met
  GROUP BY source, interest, event, measure, victims
),

beside AS (
  SELECT
    source,
    interest,
    COUNT(*) AS cells,
    COUNT(DISTINCT event) AS events,
    COUNT_IF(disjoint) AS disjoint,
    COUNT(DISTINCT CASE WHEN to_observer IS NOT NULL THEN event END) AS observer_events,
    MEDIAN(to_observer) AS to_observer,
    COUNT(DISTINCT CASE WHEN to_opponent IS NOT NULL THEN event END) AS opponent_events,
    MEDIAN(to_opponent) AS to_opponent
  FROM cell
  GROUP BY source, interest
),

revised AS (
  SELECT
    r.source,
    c.interest,
    COUNT(DISTINCT CASE WHEN r.change > 0 THEN r.event END) AS up_events,
    COUNT_IF(r.change > 0) AS ups,
    MEDIAN(CASE WHEN r.change > 0 THEN r.change END) AS up_by,
    MAX(CASE WHEN r.change > 0 THEN r.change END) AS up_by_at_most,
    COUNT(DISTINCT CASE WHEN r.change < 0 THEN r.event END) AS down_events,
    COUNT_IF(r.change < 0) AS downs,
    MEDIAN(CASE WHEN r.change < 0 THEN -r.change END) AS down_by,
    MAX(CASE WHEN r.change < 0 THEN -r.change END) AS down_by_at_most
  FROM claim_revision AS r
  INNER JOIN claim AS c ON c.claim = r.claim AND c.repeats IS NULL
  GROUP BY r.source, c.interest
),

first_said AS (
  SELECT c.source, c.interest, c.event, MIN(c.days_after_event) AS days
  FROM claim AS c
  INNER JOIN figures AS nearest ON nearest.claim = c.root AND nearest.event = c.event AND nearest.source = c.source
  INNER JOIN events AS e ON e.event = c.event
  WHERE c.stance = 'figure' AND e.date_precision = 'day' AND COALESCE(e.kind, '') <> 'period-total'
  GROUP BY c.source, c.interest, c.event
),

timed AS (
  SELECT source, interest, COUNT(days) AS events, MEDIAN(days) AS days FROM first_said GROUP BY source, interest
)

SELECT
  s.row, -- the newest row it rests on
  s.rows, -- the rows of its standing claims
  s.source, -- the source
  s.source_name, -- its name
  s.side, -- its side
  s.interest, -- whose people the victims are to it: own, enemy, ally, rival, third-party, unknown
  s.spoken_events, -- events on which it says anything of them, a silence included
  COALESCE(g.events, 0) AS events, -- events on which it gives a figure
  COALESCE(g.figures, 0) AS figures, -- its standing figures
  COALESCE(b.events, 0) AS beside_events, -- events on which another source gives a figure of the same cell
  COALESCE(b.cells, 0) AS beside_cells, -- cells of which another source gives a figure too
  COALESCE(b.disjoint, 0) AS disjoint, -- of these cells, where it shares no number with one of the others
  CASE WHEN b.events >= h.events THEN b.disjoint / NULLIF(b.cells, 0) END AS disjoint_share, -- their share; empty for fewer than a handful of events
  COALESCE(b.observer_events, 0) AS observer_events, -- events on which an observer names a number for the same cell
  CASE WHEN b.observer_events >= h.events THEN b.to_observer END
    AS log_ratio_to_observers, -- median over cells of the logarithm of its number as a multiple of an observer's; empty for fewer than a handful
  COALESCE(b.opponent_events, 0) AS opponent_events, -- events on which the opposing side, government or insurgent, names a number for the same cell
  CASE WHEN b.opponent_events >= h.events THEN b.to_opponent END
    AS log_ratio_to_opponents, -- the same against the opposing side
  COALESCE(r.up_events, 0) AS up_events, -- events on which it corrects the number it names upwards
  COALESCE(r.ups, 0) AS ups, -- such corrections
  CASE WHEN r.up_events >= h.events THEN r.up_by END AS up_by, -- median of the people added; empty for fewer than a handful
  CASE WHEN r.up_events >= h.events THEN r.up_by_at_most END AS up_by_at_most, -- the most people added
  COALESCE(r.down_events, 0) AS down_events, -- events on which it corrects the number downwards
  COALESCE(r.downs, 0) AS downs, -- such corrections
  CASE WHEN r.down_events >= h.events THEN r.down_by END AS down_by, -- median of the people taken off; empty for fewer than a handful
  CASE WHEN r.down_events >= h.events THEN r.down_by_at_most END AS down_by_at_most, -- the most people taken off
  COALESCE(t.events, 0) AS dated_events, -- events of a known day on which the day of its first figure is known
  CASE WHEN t.events >= h.events THEN t.days END AS days_to_speak, -- median of the days from the start of the event to its first figure; empty for fewer than a handful
  COALESCE(g.named_events, 0) AS named_events, -- events on which it names a number
  COALESCE(g.named_figures, 0) AS named_figures, -- figures that name a number
  COALESCE(g.round_figures, 0) AS round_figures, -- of these, written in a round step such as 5, 10 or 100
  CASE WHEN g.named_events >= h.events THEN g.round_figures / NULLIF(g.named_figures, 0) END
    AS round_share -- their share, where chance alone would give about a fifth; empty for fewer than a handful
FROM said AS s
LEFT JOIN given AS g ON g.source = s.source AND g.interest = s.interest
LEFT JOIN beside AS b ON b.source = s.source AND b.interest = s.interest
LEFT JOIN revised AS r ON r.source = s.source AND r.interest = s.interest
LEFT JOIN timed AS t ON t.source = s.source AND t.interest = s.interest
CROSS JOIN handful AS h
