"""Ledgers to be checked: the made one of benchmarks.speed, a share of its claims failing."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

from benchmarks.laws.law import FIRST_LINE, LAWS, figures
from benchmarks.speed.generate import generate

_SAID = """
CREATE TABLE said AS
SELECT
  *, regexp_extract(stated, '[0-9]+') AS number,
  CASE WHEN md5_number_lower('fails:' || n) % 1000000 < {share} * 1000000
    THEN {laws}[n % {many} + 1] ELSE '' END AS law
FROM (
  SELECT *, ROW_NUMBER() OVER () - 1 AS n FROM read_csv('{file}', header=true, all_varchar=true)
)
"""
_BREAKS = """
COPY (
  SELECT * EXCLUDE (n, law, number) REPLACE (
    CASE WHEN law = 'duplicate-id' THEN LAG(claim) OVER (ORDER BY n) ELSE claim END AS claim,
    CASE WHEN law = 'unknown-reference' THEN 'nobody-' || n ELSE source END AS source,
    CASE WHEN law <> 'empty-required-cell' THEN stated END AS stated,
    CASE law WHEN 'unknown-word' THEN 'rumour' WHEN 'numbers-without-figure' THEN 'silence'
      ELSE CASE WHEN n % 3 = 0 THEN 'figure' END END AS stance,
    CASE WHEN law = 'negative-figure' THEN '-1' ELSE number END AS low,
    number AS best,
    CASE WHEN law = 'reversed-interval' THEN '1' ELSE number END AS high
  ) FROM said ORDER BY n
) TO '{file}' (HEADER);
COPY (
  SELECT law, n + {first} AS line FROM said WHERE law <> '' ORDER BY law, n
) TO '{broken}' (HEADER);
"""


def make(home: Path, claims: int, share: float) -> Path:
    """A workspace at `home` of so many claims, the share `share` breaking the laws in turn.

    Beside it stands `broken.csv`, which law each line breaks. No row breaks two, and none takes the
    id of a row whose empty cell keeps it from being read.
    """
    generate(home, claims)
    turn = ["empty-required-cell", "unknown-reference", "duplicate-id", *LAWS[3:]]
    file, broken = figures(home), home / "broken.csv"
    with duckdb.connect() as database:
        database.execute(_SAID.format(share=share, laws=turn, many=len(turn), file=file))
        database.execute(_BREAKS.format(file=file, broken=broken, first=FIRST_LINE))
    return home


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
