-- One row is a claim as it was known on the day asked about, read by the codebook asked for
-- key: claim
WITH counted AS (
  SELECT
    f.*,
    s.side,
    s.name AS source_name,
    s.party AS source_party,
    s.collective,
    d.published_on,
    d.url,
    d.language,
    e.country,
    e.starts_on,
    w.victims_party AS counted_party,
    COALESCE(i.interest, 'third-party') AS interest,
    COALESCE(f.asserted_on, d.published_on) AS known_on,
    t.root,
    t.steps,
    COALESCE(f.low, f.best, CASE WHEN f.high IS NOT NULL THEN 0 END) AS coded_low,
    COALESCE(f.high, CASE WHEN f.low IS NULL THEN f.best END) AS coded_high,
    COALESCE(f.best, CASE WHEN f.low IS NULL THEN f.high WHEN f.high IS NULL OR f.high = f.low THEN f.low END) AS coded_named
  FROM figures AS f
  INNER JOIN sources AS s ON s.source = f.source
  INNER JOIN documents AS d ON d.document = f.document
  INNER JOIN events AS e ON e.event = f.event
  INNER JOIN whose AS w ON w.claim = f.claim
  INNER JOIN statement AS t ON t.claim = f.claim
  LEFT JOIN interest AS i
    ON i.party = s.party AND i.victims = w.victims AND i.victims_party IS NOT DISTINCT FROM w.victims_party
),

accusation AS (
  SELECT DISTINCT event, party FROM attribution WHERE says = 'accuses'
),

heard AS (
  SELECT
    c.*,
    COALESCE(c.stance, r.stance, CASE WHEN c.coded_low IS NULL THEN 'vague' ELSE 'figure' END) AS told,
    COALESCE(r.low, c.coded_low) AS heard_low,
    CASE WHEN r.low IS NULL THEN c.coded_high ELSE r.high END AS heard_high,
    CASE WHEN r.low IS NULL THEN c.coded_named ELSE r.named END AS heard_named,
    COALESCE(r.step, n.step) AS step
  FROM counted AS c
  CROSS JOIN asking AS q
  LEFT JOIN reading AS r
    ON r.stated = c.stated AND r.codebook = q.codebook AND COALESCE(r.language, '') = COALESCE(c.language, '')
  LEFT JOIN round_number AS n ON n.number = c.coded_named
)

SELECT
  c.row, -- the row of the ledger
  c.claim, -- the claim
  c.event, -- the event it is on
  c.country, -- the country of the event
  c.starts_on, -- the day the event began
  c.source, -- who says it
  c.source_name, -- the name of who says it
  c.side, -- the side of the source
  c.source_party, -- the party of the source
  c.collective, -- whether the source is a label for several people
  c.document, -- where it was read
  c.url, -- the address of the document
  c.language, -- the language of the document
  c.asserted_on, -- the day it was said
  c.published_on, -- the day the document came out
  c.known_on, -- the day it was said, else the day the document came out
  DAYS_BETWEEN(c.starts_on, c.known_on) AS days_after_event, -- days from the start of the event to the day it was known
  DAYS_BETWEEN(c.asserted_on, c.published_on) AS days_to_print, -- days from saying it to the document
  c.measure, -- what is counted
  c.victims, -- whose dead, wounded, ...
  c.counted_party AS victims_party, -- the party of the victims; of a government side, that of the country
  c.interest, -- whose people these are to the source: own, ally, enemy, rival, third-party, unknown
  a.party IS NOT NULL AS accused, -- whether somebody accuses the party of the source
  c.stated, -- the words
  CASE WHEN c.told = 'figure' AND c.heard_low IS NULL THEN 'vague' ELSE c.told END
    AS stance, -- what the source does with the figure: as coded, else as read; without a number it is vague
  CASE WHEN c.told IN ('figure', 'vague') THEN c.heard_low END AS low, -- the fewest people it can mean
  CASE WHEN c.told IN ('figure', 'vague') THEN c.heard_high END AS high, -- the most; empty where no bound was claimed
  CASE WHEN c.told IN ('figure', 'vague') THEN c.heard_named END AS named, -- the number named
  c.step, -- the round step the number is written in
  c.evidence, -- what the source says it rests on
  c.repeats, -- the claim that it repeats
  c.answers, -- the claim that it answers
  c.root, -- the reading nearest the claimant
  c.steps, -- how many repeats lie between it and that reading
  c.note -- what the coder adds
FROM heard AS c
CROSS JOIN asking AS q
LEFT JOIN accusation AS a ON a.event = c.event AND a.party = c.source_party
WHERE q.as_of IS NULL OR c.known_on <= q.as_of
