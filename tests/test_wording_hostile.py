"""Input that nobody would write in earnest: an answer at once, and no more work for it."""

from __future__ import annotations

import time

import pytest

from reconcile.wording import languages, read
from reconcile.wording.characters import LONGEST_PHRASE, tokens


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\u202e\u202e",
        "\x00",
        "1" * 100_000,
        "١" * 100_000,
        "1 " * 50_000,
        "(" * 100_000,
        "dont " * 20_000,
        "1" * LONGEST_PHRASE,
        "mille" * 100,
        "zweiund" * 80,
        "xq zw kv",
        "12 xq zw kv",
        "½",
        "\ud800",
        "٫٬،؛",
        "👩‍🌾👩‍🌾",
        "12,345,678,901,234 people",
        "99999999999 people",
    ],
)
def test_nothing_is_read_and_nothing_is_raised(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize("language", [None, *languages()])
def test_too_long_a_text_is_not_read_in_any_language(language: str | None) -> None:
    assert read("40 soldats " + "x" * LONGEST_PHRASE, language) is None


def test_bidirectional_marks_are_ignored() -> None:
    for text in (
        "\u202e40 soldats\u202c",
        "4\u200b0 soldats",
        "40\u200f soldats",
        "\ufeff40 soldats",
    ):
        reading = read(text, "fr")
        assert reading is not None and reading.low == reading.high == 40


def seconds(text: str) -> float:
    best = 9.0
    for _ in range(5):
        start = time.perf_counter()
        read(text, "fr")
        best = min(best, time.perf_counter() - start)
    return best


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "12 et ",
        "2 à ",
        "un ",
        "dont ",
        "((",
        "plus de ",
        "vingt ",
        "- ",
        "mille ",
        ", 3 ",
        "d'",
        "'",
    ],
)
def test_work_grows_no_faster_than_the_square_of_the_length(piece: str) -> None:
    short = piece * (60 // len(piece))
    long = piece * (480 // len(piece))
    read(long, "fr")
    assert seconds(long) <= 64 * max(seconds(short), 2e-5) * 2


def test_tokens_of_a_whole_file_of_digits_take_one_pass() -> None:
    start = time.perf_counter()
    tokens("1" * 50_000)
    small = time.perf_counter() - start
    start = time.perf_counter()
    tokens("1" * 400_000)
    assert time.perf_counter() - start <= 64 * max(small, 1e-3)
