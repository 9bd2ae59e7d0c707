"""What holds for every phrase: made by a grammar of the tests, or any text at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.wording import Reading, codebooks, languages, read

TEXT = st.text(max_size=80)
NUMBER = st.integers(min_value=2, max_value=9_999)


class Made(NamedTuple):
    """A phrase of known meaning."""

    language: str
    words: str
    low: int
    high: int | None


class Words(NamedTuple):
    """What the test grammar needs to know of a language."""

    at_least: tuple[str, ...]
    more_than: tuple[str, ...]
    fewer_than: tuple[str, ...]
    up_to: tuple[str, ...]
    between: str
    nouns: tuple[str, ...]
    also: str


LANGUAGES = {
    "en": Words(
        ("at least {}", "no fewer than {}", "not less than {}", "{} or more"),
        ("more than {}", "over {}", "well over {}"),
        ("fewer than {}", "less than {}"),
        ("up to {}", "as many as {}", "no more than {}"),
        "between {} and {}",
        ("soldiers", "civilians", "Malian soldiers", "people", "bodies", ""),
        "{}, including {} civilians",
    ),
    "fr": Words(
        ("au moins {}", "pas moins de {}", "un minimum de {}"),
        ("plus de {}", "bien plus de {}", "un peu plus de {}"),
        ("moins de {}",),
        ("jusqu'à {}", "au plus {}", "pas plus de {}"),
        "entre {} et {}",
        ("soldats", "civils", "soldats maliens", "personnes", "corps sans vie", ""),
        "{}, dont {} civils",
    ),
    "ar": Words(
        ("ما لا يقل عن {}", "لا يقل عن {}"),
        ("أكثر من {}", "ما يزيد عن {}", "أزيد من {}"),
        ("أقل من {}",),
        ("ما يصل إلى {}", "لا يزيد عن {}"),
        "بين {} و{}",
        ("جنديا", "قتيلا", "شخصا", "مسلحا", ""),
        "{} بينهم {} مدنيين",
    ),
    "it": Words(
        ("almeno {}", "non meno di {}"),
        ("più di {}", "oltre {}"),
        ("meno di {}",),
        ("fino a {}", "al massimo {}", "non più di {}"),
        "tra {} e {}",
        ("soldati", "civili", "militari maliani", "persone", ""),
        "{}, tra cui {} civili",
    ),
    "es": Words(
        ("al menos {}", "por lo menos {}", "no menos de {}"),
        ("más de {}", "poco más de {}"),
        ("menos de {}",),
        ("hasta {}", "no más de {}"),
        "entre {} y {}",
        ("soldados", "civiles", "militares malienses", "personas", ""),
        "{}, entre ellos {} civiles",
    ),
}


@st.composite
def made(draw: Callable[..., object]) -> Made:
    """A phrase in one of five languages, with the interval it states."""
    language = draw(st.sampled_from(sorted(LANGUAGES)))
    words = LANGUAGES[str(language)]
    number = int(str(draw(NUMBER)))
    noun = str(draw(st.sampled_from(words.nouns)))
    kind = draw(st.sampled_from(["exact", "at_least", "more_than", "fewer_than", "up_to", "range"]))
    if kind == "range":
        second = number + int(str(draw(st.integers(min_value=1, max_value=500))))
        text = words.between.format(number, second)
        low, high = number, second
    elif kind == "exact":
        text, low, high = str(number), number, number
    else:
        text = str(draw(st.sampled_from(getattr(words, str(kind))))).format(number)
        low = {"at_least": number, "more_than": number + 1}.get(str(kind), 0)
        top = {"up_to": number, "fewer_than": number - 1}.get(str(kind))
        return Made(str(language), f"{text} {noun}".strip(), low, top)
    return Made(str(language), f"{text} {noun}".strip(), low, high)


def bounds(reading: Reading | None) -> tuple[int | None, int | None] | None:
    return None if reading is None else (reading.low, reading.high)


@settings(max_examples=600)
@given(made())
def test_phrases_of_a_known_meaning(phrase: Made) -> None:
    assert bounds(read(phrase.words, phrase.language)) == (phrase.low, phrase.high)


@settings(max_examples=300)
@given(made())
def test_an_explanation_changes_nothing(phrase: Made) -> None:
    if phrase.high is not None and phrase.high < 1:
        return
    words = LANGUAGES[phrase.language].also.format(phrase.words, 1)
    if phrase.language != "ar":
        assert bounds(read(words, phrase.language)) == (phrase.low, phrase.high)


@settings(max_examples=300)
@given(
    made(),
    st.sampled_from(
        [
            str.upper,
            str.title,
            lambda text: f"  {text}\t",
            lambda text: text.replace(" ", "  "),
            lambda text: text.replace(" ", "\u00a0"),
            lambda text: text.replace("'", "’"),
            lambda text: f"« {text} »",
            lambda text: f"“{text}”",
            lambda text: "\u202b" + text + "\u202c",
            lambda text: text + ".",
            lambda text: text.replace(" ", " \u200f"),
        ]
    ),
)
def test_writing_changes_nothing(phrase: Made, rewrite: Callable[[str], str]) -> None:
    reading, rewritten = (
        read(one, phrase.language) for one in (phrase.words, rewrite(phrase.words))
    )
    assert bounds(reading) == bounds(rewritten)


@given(st.sampled_from(sorted(LANGUAGES)), NUMBER)
def test_a_bound_is_kept(language: str, number: int) -> None:
    words = LANGUAGES[language]
    for form in words.at_least:
        reading = read(form.format(number), language)
        assert reading is not None and reading.low is not None and reading.low >= number
        assert reading.high is None
    exact = read(str(number), language)
    assert exact is not None and exact.low is not None
    for form in words.more_than:
        more = read(form.format(number), language)
        assert more is not None and more.low is not None and more.low > exact.low


@given(
    st.sampled_from(["une vingtaine", "20", "une centaine de morts", "dix soldats", "40 corps"]),
    st.sampled_from(["plus de ", "bien plus de "]),
)
def test_plus_de_never_lowers_a_bound(words: str, prefix: str) -> None:
    before, after = read(words, "fr"), read(prefix + words, "fr")
    assert before is not None and after is not None
    assert before.low is not None and after.low is not None and before.named is not None
    assert after.low > before.named >= before.low
    assert after.high is None


@settings(max_examples=400)
@given(TEXT, st.sampled_from([None, *languages(), "xx"]), st.sampled_from(codebooks()))
def test_no_text_is_an_exception(text: str, language: str | None, book: str) -> None:
    reading = read(text, language, book)
    if reading is not None and reading.low is not None:
        assert reading.low >= 0
        assert reading.high is None or reading.high >= reading.low


_WORDS = """
dont et , ( ) : ; - + ~ < un une des les plus de moins au jusqu'à entre à ou près d'une
vingtaine dizaines plusieurs aucun pas soldats soldat morts blessés autres 12 40 1,5 mille
million cent quatre vingt le 25 mai 2025 âgé ans motos démenti silence bilan pourrait chacun
"""
VOCABULARY = _WORDS.split()


@settings(max_examples=500)
@given(st.lists(st.sampled_from(VOCABULARY), max_size=14))
def test_no_order_of_known_words_is_an_exception(words: list[str]) -> None:
    reading = read(" ".join(words), "fr")
    if reading is not None and reading.low is not None:
        assert reading.high is None or reading.high >= reading.low >= 0


@given(st.sampled_from(sorted(LANGUAGES)), NUMBER, NUMBER)
def test_a_sum_is_the_sum_and_its_order_does_not_matter(language: str, one: int, two: int) -> None:
    joined = {"en": "and", "fr": "et", "ar": "و", "it": "e", "es": "y"}[language]
    first, second = {
        "en": ("soldiers", "civilians"),
        "fr": ("soldats", "civils"),
        "ar": ("جنود", "مدنيين"),
        "it": ("soldati", "civili"),
        "es": ("soldados", "civiles"),
    }[language]
    forth = read(f"{one} {first} {joined} {two} {second}", language)
    back = read(f"{two} {second} {joined} {one} {first}", language)
    assert bounds(forth) == bounds(back) == (one + two, one + two)
