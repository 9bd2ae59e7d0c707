-- One row is a side on a cell: all that its sources say of one measure and one victim group at an event
-- key: event, measure, victims, side
SELECT
  MAX(row) AS row, -- the newest row it rests on
  ARRAY_SORT(ARRAY_AGG(row)) AS rows, -- the rows it rests on
  event, -- the event
  country, -- the country of the event
  measure, -- what is counted
  victims, -- whose dead, wounded, ...
  side, -- the side that speaks
  COUNT(*) AS claims, -- standing claims
  COUNT(DISTINCT source) AS sources, -- sources that speak
  COUNT_IF(stance = 'figure') AS figures, -- claims that give a figure
  COUNT_IF(stance = 'vague') AS vague, -- claims that give none but speak of victims
  COUNT_IF(stance = 'silence') AS silent, -- claims that give no toll
  COUNT_IF(stance IN ('denies-event', 'denies-figure', 'denies-authorship')) AS denials, -- claims that deny
  MIN(low) FILTER (WHERE stance = 'figure') AS low, -- the fewest in any of its figures
  CASE WHEN COUNT_IF(stance = 'figure' AND high IS NULL) = 0 THEN MAX(high) FILTER (WHERE stance = 'figure') END
    AS high, -- the most in any of its figures; empty where one has no bound
  MAX(low) FILTER (WHERE stance = 'figure') AS highest_low, -- the largest number that one of its figures gives at least
  MIN(named) FILTER (WHERE stance = 'figure') AS lowest_named, -- the smallest number it names
  MAX(named) FILTER (WHERE stance = 'figure') AS highest_named, -- the largest number it names
  MIN(known_on) AS first_known_on, -- the day it first spoke
  MAX(known_on) AS last_known_on -- the day it last spoke
FROM standing
GROUP BY event, country, measure, victims, side
