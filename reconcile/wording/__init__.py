"""Words to numbers: what a source said, as an interval of people under a named codebook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reconcile.wording.reading import Reading

__all__ = ["Reading", "codebooks", "languages", "read"]


def read(words: str, language: str | None = None, codebook: str = "literal") -> Reading | None:
    """The figure that `words` state, or None where they are not understood. It never guesses.

    `language` is a code such as "fr" ("fr-ML" is read as "fr"). Where the told language cannot read
    the phrase, or another knows more of its words, that other one reads it and the reading says so
    in `language`. Where no language is told and two that know the phrase equally well disagree, the
    reading carries the others in `others`. `codebook` is one of `codebooks()` or the path of a
    .toml file; `ReconcileError` is raised where there is none, and for nothing else.
    """
    from reconcile.wording.reader import reading

    return reading(words, language, codebook)


def languages() -> tuple[str, ...]:
    """The codes of the languages that can be read."""
    from reconcile.wording.reader import languages as known

    return known()


def codebooks() -> tuple[str, ...]:
    """The names of the codebooks that come with the program."""
    from reconcile.wording.codebook import names

    return names()


def __getattr__(name: str) -> Any:
    if name == "Reading":
        from reconcile.wording.reading import Reading

        return Reading
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
