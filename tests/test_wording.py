"""The words of the ledger, of the lexicons and of the codebooks' table, read and compared."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from reconcile.finding import ReconcileError
from reconcile.model import Quantity
from reconcile.wording import Reading, codebooks, languages, read
from reconcile.wording.codebook import codebook, step
from reconcile.wording.lexicon import Lexicon
from reconcile.wording.reader import lexicon

ROOT = Path(__file__).parents[1]
PHRASES = Path(__file__).parent / "wording" / "phrases.csv"


def shown(reading: Reading | None) -> str:
    """A reading as the lexicons' test phrases write it."""
    if reading is None:
        return "-"
    said = "" if reading.stance == "figure" else reading.stance
    if reading.low is not None:
        if reading.high is None:
            interval = f"{reading.low}.."
        elif reading.low == reading.high:
            interval = str(reading.low)
        else:
            interval = f"{reading.low}..{reading.high}"
        said = f"{said} {interval}".strip()
    return said + (" +" if reading.additional else "")


def number(cell: str) -> int | None:
    return int(cell) if cell else None


def agrees(reading: Reading, row: dict[str, str]) -> bool:
    """Whether a reading says what the coder's numbers say, under the coders' conventions."""
    low, best, high = (number(row[name]) for name in ("low", "best", "high"))
    if low is best is high is None:
        return reading.named is None and (reading.low is None or reading.high is None)
    if reading.low is None:
        return False
    if low is not None and high is not None:
        return (reading.low, reading.high) == (low, high)
    if best is not None and high is not None:
        return reading.named == best == reading.high and reading.low < best
    if best is not None:
        return reading.named == best and reading.low <= best <= (reading.high or 0)
    if low is not None:
        return (reading.low, reading.high) == (low, None)
    return (reading.low, reading.high) == (0, high)


def ledger_rows() -> list[tuple[dict[str, str], str]]:
    with (ROOT / "claims" / "documents.csv").open(encoding="utf-8", newline="") as file:
        language = {row["document"]: row["language"] for row in csv.DictReader(file)}
    rows = []
    for path in sorted((ROOT / "claims" / "figures").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows += [(row, language[row["document"]]) for row in csv.DictReader(file)]
    return [(row, told) for row, told in rows if row["stated"]]


def test_the_ledger_is_read_as_its_coders_read_it() -> None:
    rows = ledger_rows()
    verdicts: Counter[str] = Counter()
    wrong = []
    for row, told in rows:
        reading = read(row["stated"], told)
        if reading is None:
            verdicts["not understood"] += 1
        elif agrees(reading, row):
            verdicts["agrees"] += 1
        else:
            verdicts["wrong"] += 1
            wrong.append((row["claim"], row["stated"], shown(reading)))
    assert len(rows) > 600
    assert verdicts["agrees"] >= 0.98 * len(rows), verdicts
    assert verdicts["wrong"] <= 0.005 * len(rows), wrong


@pytest.mark.parametrize("language", languages())
def test_every_entry_of_a_lexicon_does_what_its_test_phrase_says(language: str) -> None:
    failed = []
    for entry in lexicon(language).entries:
        for test in entry.test.split(" | "):
            phrase, _, expected = test.partition(" => ")
            if shown(read(phrase, language)) != expected:
                failed.append((entry.words, test, shown(read(phrase, language))))
    assert not failed


@pytest.mark.parametrize("language", languages())
def test_every_entry_has_a_test_phrase(language: str) -> None:
    for entry in lexicon(language).entries:
        assert " => " in entry.test, entry.words


def test_the_phrases_worked_out_by_hand() -> None:
    with PHRASES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    failed = []
    for row in rows:
        reading = read(row["phrase"], row["language"])
        if not row["stance"]:
            right = reading is None
        else:
            right = reading is not None and reading.meaning == (
                number(row["low"]),
                number(row["high"]),
                number(row["named"]),
                row["stance"],
                row["additional"] == "yes",
            )
        if not right:
            failed.append((row["phrase"], shown(reading)))
    assert not failed
    counted = Counter(row["language"] for row in rows)
    assert all(counted[language] >= 120 for language in ("fr", "en", "ar", "it", "es"))


LITERAL = [
    ("34 soldiers", "34"),
    ("at least 40", "40.."),
    ("au moins 40", "40.."),
    ("ما لا يقل عن 40", "40.."),
    ("more than 100", "101.."),
    ("plus de 100", "101.."),
    ("أكثر من 100", "101.."),
    ("up to 44", "0..44"),
    ("jusqu'à 44", "0..44"),
    ("fewer than 5", "0..4"),
    ("moins de 5", "0..4"),
    ("about 60", "55..65"),
    ("environ 45", "43..47"),
    ("around 12", "11..13"),
    ("نحو 100", "80..120"),
    ("about 600", "550..650"),
    ("almost 100", "80..100"),
    ("près de 60", "55..60"),
    ("8 to 11", "8..11"),
    ("entre 3 et 7", "3..7"),
    ("8 à 11", "8..11"),
    ("a couple", "2"),
    ("soldiers were killed", "vague 2.."),
    ("a few soldiers", "vague 3.."),
    ("some soldiers", "vague 3.."),
    ("quelques soldats", "vague 3.."),
    ("several soldiers", "vague 3.."),
    ("plusieurs soldats", "vague 3.."),
    ("a handful of soldiers", "vague 3.."),
    ("numerous soldiers", "vague 3.."),
    ("de nombreux soldats", "vague 3.."),
    ("a large number of soldiers", "vague 3.."),
    ("a dozen", "11..13"),
    ("une douzaine", "11..13"),
    ("tens of soldiers", "20.."),
    ("des dizaines", "20.."),
    ("plusieurs dizaines", "20.."),
    ("عشرات", "20.."),
    ("dozens", "24.."),
    ("scores", "40.."),
    ("hundreds", "200.."),
    ("des centaines", "200.."),
    ("مئات", "200.."),
    ("several hundred", "300.."),
    ("thousands", "2000.."),
    ("none", "0"),
    ("aucun", "0"),
    ("pas de perte", "0"),
    ("heavy losses", "vague 1.."),
    ("de lourdes pertes", "vague 1.."),
    ("no toll given", "silence"),
    ("sans bilan", "silence"),
    ("plus d'une vingtaine", "21.."),
    ("près d'une cinquantaine", "45..50"),
    ("au moins une dizaine", "10.."),
    ("جنديين", "2"),
    ("بضعة جنود", "3..9"),
    ("1,200", "1200"),
    ("1 200", "1200"),
    ("1\u00a0200", "1200"),
    ("1\u202f200", "1200"),
    ("1.200", "1200"),
    ("118k", "118000"),
    ("٤٠", "40"),
    ("۴۰", "40"),
    ("４０", "40"),
    ("02", "2"),
    ("Quarante-quatre (44)", "44"),
    ("dix-sept", "17"),
    ("Cent-deux", "102"),
    ("13 soldats et un gendarme", "14"),
    ("25 corps et une quinzaine d'autres", "38..42"),
    ("35 (11 adultes et 24 enfants)", "35"),
    ("21 martyrs, dont 1 civil", "21"),
    ("23 autres", "23 +"),
    ("6 more", "6 +"),
    ("additional 140", "140 +"),
    ("نحو 40 على الأقل", "40.."),
    ("une centaine de motos", "-"),
    ("206 tombes", "-"),
    ("13 terroristes neutralisés", "13"),
    ("fake news", "denies-event"),
    ("a démenti", "denies-event"),
    ("prétendue attaque", "denies-event"),
    ("n'a jamais atteint 70", "denies-figure"),
    ("exaggerating the number of casualties", "denies-figure"),
    ("pas d'une centaine", "denies-figure"),
]


@pytest.mark.parametrize(("phrase", "expected"), LITERAL)
def test_the_table_of_codebooks_in_literal(phrase: str, expected: str) -> None:
    assert shown(read(phrase)) == expected


@pytest.mark.parametrize(
    ("book", "phrase", "expected"),
    [
        ("idiomatic", "several soldiers", "vague 3..9"),
        ("idiomatic", "tens of soldiers", "20..99"),
        ("idiomatic", "dozens", "24..99"),
        ("idiomatic", "scores", "40..99"),
        ("idiomatic", "hundreds", "200..999"),
        ("idiomatic", "several hundred", "300..999"),
        ("idiomatic", "thousands", "2000..9999"),
        ("acled", "at least 40", "40"),
        ("acled", "about 40", "40"),
        ("acled", "8 to 11", "8"),
        ("acled", "soldiers", "vague 3..10"),
        ("acled", "several soldiers", "vague 3..10"),
        ("acled", "des dizaines", "10"),
        ("acled", "dozens", "12"),
        ("acled", "a dozen", "12"),
        ("acled", "hundreds", "100"),
        ("acled", "several hundred", "100"),
        ("acled", "thousands", "1000"),
        ("isaf", "at least 40", "40"),
        ("isaf", "a couple", "2"),
        ("isaf", "soldiers", "vague 2"),
        ("isaf", "several soldiers", "vague 3.."),
        ("isaf", "a handful of soldiers", "vague 4.."),
        ("isaf", "numerous soldiers", "vague 4.."),
        ("isaf", "a large number of soldiers", "vague 5.."),
        ("isaf", "8 to 11", "8"),
        ("ucdp", "at least 40", "40.."),
        ("ucdp", "more than 100", "101"),
        ("ucdp", "up to 44", "0..44"),
        ("ucdp", "8 to 11", "8..11"),
        ("ucdp", "soldiers", "vague 2"),
        ("ucdp", "several soldiers", "vague 3"),
        ("ucdp", "tens of soldiers", "20"),
        ("ucdp", "dozens", "24"),
        ("ucdp", "scores", "40"),
        ("ucdp", "hundreds", "200"),
        ("ucdp", "thousands", "2000"),
    ],
)
def test_the_other_codebooks(book: str, phrase: str, expected: str) -> None:
    assert shown(read(phrase, "fr" if "des" in phrase else "en", book)) == expected


def test_literal_serves_where_a_codebook_has_no_convention_and_the_trace_says_so() -> None:
    reading = read("scores of villagers", "en", "acled")
    assert reading is not None
    assert (reading.low, reading.high, reading.codebook) == (40, None, "acled")
    assert any("no convention" in rule for rule in reading.trace)


def test_a_users_codebook(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        'name = "own"\n[tolerance]\nshare = 10\n[term]\n'
        'dozens = { low = 30, high = "60", checked = "own text" }\n',
        encoding="utf-8",
    )
    assert shown(read("dozens of soldiers", "en", str(own))) == "30..60"
    assert shown(read("about 100", "en", str(own))) == "90..110"
    assert shown(read("hundreds", "en", str(own))) == "200.."
    reading = read("dozens", "en", str(own))
    assert reading is not None and reading.codebook == "own"


@pytest.mark.parametrize(
    "text",
    [
        "not toml [",
        '[term]\ndozens = { low = "x", high = "n" }\n',
        '[term]\nfew_dozen = { low = "1", high = "2" }\n',
        "[term]\ndozens = 3\n",
        "[tolerance]\nshare = 0\n",
    ],
)
def test_a_wrong_codebook_is_a_failed_run(tmp_path: Path, text: str) -> None:
    own = tmp_path / "own.toml"
    own.write_text(text, encoding="utf-8")
    with pytest.raises(ReconcileError):
        read("dozens", "en", str(own))


def test_an_unknown_codebook_is_a_failed_run() -> None:
    with pytest.raises(ReconcileError, match="literal"):
        read("dozens", "en", "nonesuch")
    with pytest.raises(ReconcileError):
        read("dozens", "en", "absent.toml")


@pytest.mark.parametrize(
    "text",
    [
        '[nonesuch]\n"x" = "x => 1"\n',
        '[people]\n"x" = 3\n',
        '[collective]\n"x" = ["y", "t"]\n',
        "[",
    ],
)
def test_a_wrong_lexicon_is_a_failed_run(tmp_path: Path, text: str) -> None:
    path = tmp_path / "xx.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ReconcileError, match=r"xx\.toml"):
        Lexicon(path)


@pytest.mark.parametrize(
    ("named", "tolerance"), [(60, 5), (45, 2), (12, 1), (100, 20), (600, 50), (1, 1), (2000, 400)]
)
def test_the_tolerance_of_an_approximation(named: int, tolerance: int) -> None:
    assert codebook("literal").tolerance(named) == tolerance


@pytest.mark.parametrize(
    ("named", "size"), [(40, 10), (45, 5), (41, 1), (600, 100), (0, 1), (115, 5)]
)
def test_the_step_a_number_is_written_in(named: int, size: int) -> None:
    assert step(named) == size


def test_a_reading_has_a_quantity_a_trace_and_a_language() -> None:
    reading = read("au moins 40 soldats", "fr")
    assert reading is not None
    assert reading.quantity == Quantity(40, None, 40)
    assert reading.trace and reading.language == "fr" and reading.step == 10
    silent = read("sans bilan", "fr")
    assert silent is not None and silent.quantity is None


def test_another_language_reads_what_the_told_one_does_not_know() -> None:
    for told in ("fr", "ar", "de"):
        reading = read("no toll given", told)
        assert reading is not None and (reading.stance, reading.language) == ("silence", "en")
    reading = read("al menos 12 soldados", "fr-ML")
    assert reading is not None and (reading.low, reading.language) == (12, "es")


def test_a_disagreement_between_languages_is_seen() -> None:
    reading = read("cerca de 60")  # "nearly" in Spanish, "about" in Portuguese
    assert reading is not None and reading.ambiguous
    assert {shown(one) for one in (reading, *reading.others)} == {"55..60", "55..65"}
    told = read("cerca de 60", "pt")
    assert told is not None and shown(told) == "55..65" and not told.ambiguous


def test_loading_is_lazy() -> None:
    code = (
        "import sys; before = set(sys.modules); import reconcile.wording; "
        "assert not [m for m in sys.modules if m.startswith('reconcile.wording.')], 1; "
        "assert 'tomllib' not in set(sys.modules) - before"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_the_codebooks_are_named() -> None:
    assert codebooks() == ("literal", "acled", "idiomatic", "isaf", "ucdp")


def test_an_estimate_of_a_data_set_is_its_range_with_the_best_named_in_every_codebook():
    for book in codebooks():
        told = read("low 3, best 50, high 90", "fr", book)
        assert (told.low, told.named, told.high, told.step) == (3, 50, 90, 10)
        assert (told.stance, told.codebook) == ("figure", book)
    for words in (
        "low 3, best 2, high 9",
        "low 3, best 50, high 9",
        "low 3, best 5",
        "best 5, low 3",
    ):
        assert read(words, "en") is None
