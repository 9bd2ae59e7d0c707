"""Numbers in words and digits, against an oracle that shares nothing with the grammar."""

from __future__ import annotations

import pytest
from num2words import num2words

from reconcile.wording import read

pytestmark = pytest.mark.untraced


def value(words: str, language: str) -> int | None:
    reading = read(words, language)
    if reading is None or reading.low != reading.high:
        return None
    return reading.low


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_number_to_9999_in_words(language: str) -> None:
    failed = [n for n in range(10_000) if value(num2words(n, lang=language), language) != n]
    assert not failed


@pytest.mark.parametrize("variety", ["fr_BE", "fr_CH"])
def test_every_number_to_9999_in_belgian_and_swiss_french(variety: str) -> None:
    failed = [n for n in range(10_000) if value(num2words(n, lang=variety), "fr") != n]
    assert not failed


@pytest.mark.parametrize("language", ["es", "it"])
def test_numbers_to_9999_in_spanish_and_italian(language: str) -> None:
    # The oracle misspells diciotto within longer Italian numbers.
    spelled = [num2words(n, lang=language).replace("dicotto", "diciotto") for n in range(10_000)]
    assert [n for n, words in enumerate(spelled) if value(words, language) != n] == []


@pytest.mark.parametrize("language", ["de", "pt"])
def test_numbers_to_999_in_german_and_portuguese(language: str) -> None:
    failed = [n for n in range(2, 1000) if value(num2words(n, lang=language), language) != n]
    assert not failed


UNITS = ["", "واحد", "اثنان", "ثلاثة", "أربعة", "خمسة", "ستة", "سبعة", "ثمانية", "تسعة"]
TEENS = [
    "عشرة", "أحد عشر", "اثنا عشر", "ثلاثة عشر", "أربعة عشر", "خمسة عشر", "ستة عشر", "سبعة عشر",
    "ثمانية عشر", "تسعة عشر",
]  # fmt: skip
TENS = ["", "", "عشرون", "ثلاثون", "أربعون", "خمسون", "ستون", "سبعون", "ثمانون", "تسعون"]
HUNDREDS = [
    "", "مئة", "مئتان", "ثلاثمئة", "أربعمئة", "خمسمئة", "ستمئة", "سبعمئة", "ثمانمئة", "تسعمئة",
]  # fmt: skip
THOUSANDS = ["", "ألف", "ألفان", *(f"{UNITS[n]} آلاف" for n in range(3, 10))]


def arabic(number: int) -> str:
    """A number from 3 to 9,999 in Arabic words, in the nominative."""
    thousands, rest = divmod(number, 1000)
    hundreds, rest = divmod(rest, 100)
    parts = [THOUSANDS[thousands], HUNDREDS[hundreds]]
    if rest < 10:
        parts.append(UNITS[rest])
    elif rest < 20:
        parts.append(TEENS[rest - 10])
    else:
        parts += [UNITS[rest % 10], TENS[rest // 10]]
    return " و".join(part for part in parts if part)


def test_every_number_to_9999_in_arabic() -> None:
    failed = [n for n in range(3, 10_000) if value(arabic(n), "ar") != n]
    assert not failed


@pytest.mark.parametrize("digits", ["{:,}", "{:_}", "{:d}"])
@pytest.mark.parametrize("separator", [" ", "\u00a0", "\u202f", "\u2009", ".", ",", "'", "’", "٬"])
def test_digits_with_every_separator(digits: str, separator: str) -> None:
    for number in (7, 40, 999, 1000, 1234, 12_345, 118_000, 1_234_567):
        written = digits.format(number).replace(",", separator).replace("_", separator)
        assert value(f"{written} soldiers", "en") == number


@pytest.mark.parametrize("zero", ["٠", "۰", "０", "0"])
def test_digits_of_other_scripts(zero: str) -> None:
    for number in (7, 40, 1999):
        written = "".join(chr(ord(zero) + int(digit)) for digit in str(number))
        assert value(written, "ar") == number


@pytest.mark.parametrize(
    ("phrase", "number"),
    [
        ("118k displaced", 118_000),
        ("1.5 million people", 1_500_000),
        ("1,5 million de personnes", 1_500_000),
        ("15 mille déplacés", 15_000),
        ("15mila sfollati", 15_000),
        ("15 mil personas", 15_000),
        ("15 ألف نازح", 15_000),
        ("40جنديا", 40),
        ("quarante-quatre (44) soldats", 44),
        ("CENT DEUX soldats", 102),
        ("Cent-deux soldats", 102),
        ("vingt et un soldats", 21),
        ("twelve hundred people", 1200),
    ],
)
def test_mixed_writings(phrase: str, number: int) -> None:
    reading = read(phrase)
    assert reading is not None and reading.low == reading.high == number


@pytest.mark.parametrize(
    "phrase",
    [
        "12.7 mm", "1,200.500", "1.5 soldiers", "12½ soldiers", "40/50 soldats", "quarante (41)",
        "2 à trois cents soldats", "11 à 8 morts", "two-thirds of the soldiers",
        "40'tan fazla asker",
        "15h30", "le 25/05/2025", "2025-05-25", "le 3e régiment", "3rd regiment", "M23", "BTR-60",
    ],
)  # fmt: skip
def test_what_is_no_number_of_people(phrase: str) -> None:
    assert read(phrase) is None
