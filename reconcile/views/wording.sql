-- One row is a claim and what its words say in their plain meaning, beside the numbers of the coder
-- key: claim
WITH told AS (
  SELECT
    f.row,
    f.claim,
    f.event,
    f.measure,
    f.victims,
    f.stated,
    f.low AS coder_low,
    f.best AS coder_best,
    f.high AS coder_high,
    f.stance AS coder_stance,
    r.stance IS NOT NULL AS understood,
    r.stance,
    r.low,
    r.high,
    r.named,
    r.additional
  FROM figures AS f
  INNER JOIN documents AS d ON d.document = f.document
  LEFT JOIN reading AS r
    ON r.stated = f.stated AND r.codebook = 'literal' AND COALESCE(r.language, '') = COALESCE(d.language, '')
)

SELECT
  row, -- the row of the ledger
  claim, -- the claim
  event, -- the event it is on
  measure, -- what is counted
  victims, -- whose dead, wounded, ...
  stated, -- the words
  CASE WHEN NOT understood THEN stated END AS not_understood, -- the words, where they are not understood
  stance, -- what the words do: figure, vague, silence or a denial; empty where not understood
  low, -- the fewest people the words can mean
  high, -- the most; empty where they name no bound
  named, -- the number the words name
  additional, -- whether the words may add to a figure said elsewhere ("23 others")
  coder_low, -- the lower bound of the coder
  coder_best, -- the number of the coder
  coder_high, -- the upper bound of the coder
  coder_stance, -- the stance that the coder gave
  NULLIF(
    CONCAT_WS(
      ', ',
      CASE WHEN understood AND coder_low IS NOT NULL AND coder_low IS DISTINCT FROM low THEN CONCAT('low ', coder_low) END,
      CASE
        WHEN understood AND coder_best IS NOT NULL AND coder_best IS DISTINCT FROM named
          AND NOT (low IS NOT NULL AND named IS NULL AND coder_best >= low AND coder_best <= COALESCE(high, coder_best))
          THEN CONCAT('best ', coder_best)
      END,
      CASE WHEN understood AND coder_high IS NOT NULL AND coder_high IS DISTINCT FROM high THEN CONCAT('high ', coder_high) END,
      CASE
        WHEN understood AND coder_stance IN ('figure', 'vague', 'silence') AND coder_stance <> stance
          THEN CONCAT('stance ', coder_stance)
      END
    ),
    ''
  ) AS difference -- what the coder has and the words contradict; empty where nothing
FROM told
