-- One row is a correction: a claim and an earlier one of the same source that it supersedes
-- key: claim, superseded
SELECT
  correction.row, -- the row of the correction
  ROW_PAIR(correction.row, corrected.row) AS rows, -- the rows it rests on
  correction.claim, -- the correction
  corrected.claim AS superseded, -- the claim it corrects
  correction.event, -- the event
  correction.source, -- who corrects itself
  correction.source_name, -- the name of who corrects itself
  correction.side, -- the side of the source
  correction.measure, -- what is counted now
  correction.victims, -- whose dead, wounded, ... now
  corrected.measure AS from_measure, -- what was counted before
  corrected.victims AS from_victims, -- whose dead, wounded, ... before
  corrected.low AS from_low, -- the fewest before
  corrected.high AS from_high, -- the most before
  corrected.named AS from_named, -- the number named before
  correction.low AS to_low, -- the fewest now
  correction.high AS to_high, -- the most now
  correction.named AS to_named, -- the number named now
  CASE
    WHEN correction.measure = corrected.measure AND correction.victims = corrected.victims
      THEN correction.named - corrected.named
  END AS change, -- by how many people the number named moved; empty across measures or victims
  corrected.known_on AS from_known_on, -- the day of the claim before
  correction.known_on AS to_known_on, -- the day of the correction
  DAYS_BETWEEN(corrected.known_on, correction.known_on) AS days -- days between the two
FROM supersession AS s
INNER JOIN claim AS correction ON correction.claim = s.claim
INNER JOIN claim AS corrected ON corrected.claim = s.superseded
