"""How far the words of the ledger are read as its coders read them, beside simpler ways.

Run from the repository root: `python -m benchmarks.wording`. The peers (text2num, quantulum3,
word2number) are measured where they are installed; none is needed by the project.
"""

from __future__ import annotations

import csv
import importlib.util
import re
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from reconcile.wording import read

ROOT = Path(__file__).parents[2]
Interval = tuple[int | None, int | None, int | None]  # low, named, high
Way = Callable[[str, str], Interval | None]


def phrases() -> list[tuple[str, str, Interval]]:
    """The words of each claim, the language of its document, and the coder's low, best, high."""
    with (ROOT / "claims" / "documents.csv").open(encoding="utf-8", newline="") as file:
        languages = {row["document"]: row["language"] for row in csv.DictReader(file)}
    found = []
    for path in sorted((ROOT / "claims" / "figures").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                low, best, high = (
                    int(row[name]) if row[name] else None for name in ("low", "best", "high")
                )
                if row["stated"]:
                    found.append((row["stated"], languages[row["document"]], (low, best, high)))
    return found


def ours(words: str, language: str) -> Interval | None:
    """Our reading, written under the coders' conventions."""
    reading = read(words, language)
    if reading is None:
        return None
    low, named, high = reading.low, reading.named, reading.high
    if low is None or (named is None and high is None):
        return None, None, None
    if low == high:
        return low, low, low
    if high is None:
        return low, None, None
    if low == 0:
        return None, None, high
    if named is None:
        return low, None, high
    return None, named, named if high == named else None


def first_number(words: str, language: str) -> Interval | None:
    """The first number written in digits."""
    match = re.search(r"\d+", words)
    return (int(match[0]),) * 3 if match else None


def with_text2num() -> Way:
    """text2num's rewriting of number words as digits, then the first number."""
    from text_to_num import alpha2digit  # type: ignore[import-not-found]

    def way(words: str, language: str) -> Interval | None:
        known = language if language in ("de", "en", "es", "fr", "it", "pt") else "en"
        return first_number(alpha2digit(words, known), language)

    return way


def with_word2number() -> Way:
    """word2number's one number in English words."""
    from word2number import w2n  # type: ignore[import-not-found]

    def way(words: str, language: str) -> Interval | None:
        try:
            return (int(w2n.word_to_num(words)),) * 3
        except (ValueError, IndexError):
            return None

    return way


def with_quantulum3() -> Way:
    """quantulum3's first quantity (English)."""
    from quantulum3 import parser  # type: ignore[import-not-found]

    def way(words: str, language: str) -> Interval | None:
        try:
            found = parser.parse(words)
        except Exception:  # it raises of many kinds on words it was not made for
            return None
        return (int(found[0].value),) * 3 if found else None

    return way


def ways() -> list[tuple[str, Way]]:
    """Ours, the plain one, and the peers that are installed."""
    peers = [
        ("text2num", "text_to_num", with_text2num),
        ("word2number", "word2number", with_word2number),
        ("quantulum3", "quantulum3", with_quantulum3),
    ]
    there = [(name, make()) for name, module, make in peers if importlib.util.find_spec(module)]
    return [("reconcile.wording", ours), ("first number", first_number), *there]


def main() -> None:
    """Print one line for each way."""
    claims = phrases()
    distinct = sorted({(words, language) for words, language, _ in claims})
    print(f"{len(claims)} claims, {len(distinct)} distinct phrases\n")
    print("| way | agrees | not understood | wrong | phrases/s |")
    print("|---|---|---|---|---|")
    for name, way in ways():
        verdicts: Counter[str] = Counter()
        for words, language, coded in claims:
            said = way(words, language)
            verdicts["none" if said is None else "agrees" if said == coded else "wrong"] += 1
        start = time.perf_counter()
        for words, language in distinct:
            way(words, language)
        pace = len(distinct) / (time.perf_counter() - start)
        shares = [
            f"{100 * verdicts[one] / len(claims):.1f} %" for one in ("agrees", "none", "wrong")
        ]
        print(f"| {name} | {' | '.join(shares)} | {pace:,.0f} |")


if __name__ == "__main__":
    main()
