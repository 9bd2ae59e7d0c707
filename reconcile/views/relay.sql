-- One row is a repeat: a statement read again elsewhere, and what it changed on the way
-- key: claim, repeats
WITH pair AS (
  SELECT
    relay.*,
    nearer.row AS nearer_row,
    nearer.source AS from_source,
    nearer.source_name AS from_source_name,
    nearer.event AS from_event,
    nearer.measure AS from_measure,
    nearer.victims AS from_victims,
    nearer.low AS from_low,
    nearer.high AS from_high,
    nearer.named AS from_named,
    nearer.stated AS from_stated,
    relay.source <> nearer.source AS claimant_changed,
    relay.event <> nearer.event AS event_changed,
    relay.measure <> nearer.measure AS measure_changed,
    relay.victims <> nearer.victims AS victims_changed,
    relay.named IS DISTINCT FROM nearer.named AS figure_changed,
    relay.low IS DISTINCT FROM nearer.low OR relay.high IS DISTINCT FROM nearer.high AS interval_changed
  FROM claim AS relay
  INNER JOIN claim AS nearer ON nearer.claim = relay.repeats
)

SELECT
  p.row, -- the row of the repeat
  ROW_PAIR(p.row, p.nearer_row) AS rows, -- the rows it rests on
  p.claim, -- the repeat
  p.repeats, -- the reading that it repeats
  p.event, -- the event in the repeat
  p.measure, -- what the repeat counts
  p.victims, -- whom the repeat counts
  p.document, -- where the repeat was read
  p.source, -- the claimant in the repeat
  p.source_name, -- the name of the claimant in the repeat
  p.low, -- the fewest in the repeat
  p.high, -- the most in the repeat
  p.named, -- the number named in the repeat
  p.stated, -- the words of the repeat
  p.from_source, -- the claimant before
  p.from_source_name, -- the name of the claimant before
  p.from_event, -- the event before
  p.from_measure, -- what was counted before
  p.from_victims, -- whom it counted before
  p.from_low, -- the fewest before
  p.from_high, -- the most before
  p.from_named, -- the number named before
  p.from_stated, -- the words before
  p.claimant_changed, -- whether another claimant is named
  p.event_changed, -- whether it is put on another event
  p.measure_changed, -- whether another measure is counted
  p.victims_changed, -- whether other victims are counted
  p.figure_changed, -- whether another number is named
  p.interval_changed AND NOT p.figure_changed AS bound_changed, -- whether the number stays and its bound moves
  NULLIF(
    CONCAT_WS(
      ', ',
      CASE WHEN p.claimant_changed THEN 'claimant' END,
      CASE WHEN p.event_changed THEN 'event' END,
      CASE WHEN p.measure_changed THEN 'measure' END,
      CASE WHEN p.victims_changed THEN 'victims' END,
      CASE WHEN p.figure_changed THEN 'figure' END,
      CASE WHEN p.interval_changed AND NOT p.figure_changed THEN 'bound' END
    ),
    ''
  ) AS changed -- what the repeat changed; empty where nothing
FROM pair AS p
