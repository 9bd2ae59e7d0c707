"""What the checks say: rules, severities, addresses, findings; and the exception of a run."""

from __future__ import annotations

import enum
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from operator import attrgetter
from string import Formatter
from typing import NamedTuple


class ReconcileError(Exception):
    """The run itself failed: misuse, a broken suite, broken SQL, a missing workspace.

    What is wrong with the *data* is never this exception but a `Finding`.
    """


class Severity(enum.IntEnum):
    """How much a finding matters; ordered, so that `>=` compares."""

    NOTE = 1
    WARNING = 2
    ERROR = 3

    def __str__(self) -> str:
        return self.name.lower()

    @classmethod
    def named(cls, name: str) -> Severity:
        """The severity called `name` (`note`, `warning`, `error`); ValueError if there is none."""
        try:
            return cls[name.upper()]
        except KeyError:
            raise ValueError(
                f"no severity is called {name!r}; use note, warning or error"
            ) from None


@dataclass(frozen=True)
class Text:
    """One sentence in each language of the product."""

    en: str
    fr: str

    def in_language(self, language: str) -> str:
        """The sentence in `language` ("en" or "fr")."""
        return self.fr if language == "fr" else self.en


@dataclass(frozen=True)
class Rule:
    """One thing that can be wrong.

    `name` is kebab-case and names the fault; `message` holds `{placeholders}` for the values of a
    finding; `reason` says why it matters, `example` shows it, `answer` says what to do about it.
    """

    name: str
    severity: Severity
    message: Text
    reason: Text
    example: Text
    answer: Text
    room: str = "law"

    @cached_property
    def named(self) -> frozenset[str]:
        """The values that the message asks for."""
        parts = [*Formatter().parse(self.message.en), *Formatter().parse(self.message.fr)]
        return frozenset(name for _, name, _, _ in parts if name)


class Address(NamedTuple):
    """Where a row stands: a file relative to the workspace, and its line (1 is the header).

    `line` is 0 where the whole file is meant.
    """

    file: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


class Row(Mapping[str, object]):
    """The values of one finding, at a place in columns that many findings share.

    Where a million rows break a law, a dictionary for each would take more time than the law.
    """

    __slots__ = ("_columns", "_place")

    def __init__(self, columns: Mapping[str, Sequence[object]], place: int) -> None:
        self._columns = columns
        self._place = place

    def __getitem__(self, name: str) -> object:
        return self._columns[name][self._place]

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)

    def __repr__(self) -> str:
        return repr(dict(self))


@dataclass(slots=True)
class _Said:
    """The values of a finding as messages in a language ask for them; `?` where there is none."""

    values: Mapping[str, object]
    language: str

    def __getitem__(self, name: str) -> object:
        try:
            value = self.values[name]
        except KeyError:
            return "?"
        return value.in_language(self.language) if isinstance(value, Text) else value


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault, once.

    `relation` is the table or view it was found in; `key` the ids of the rows or claims that prove
    it (never a line); `also` the further addresses it rests on; `checked_by` the engine that found
    it; `waived_by` the address of the waiver that accepts it, if any. `values` fill the message.
    """

    rule: Rule
    relation: str
    key: tuple[str, ...]
    at: Address
    values: Mapping[str, object] = field(default_factory=dict, hash=False)
    also: tuple[Address, ...] = ()
    checked_by: str = "reconcile"
    waived_by: Address | None = None

    @property
    def severity(self) -> Severity:
        """The severity of the rule."""
        return self.rule.severity

    @property
    def message(self) -> str:
        """The sentence in English, with its values."""
        return self.message_in("en")

    def message_in(self, language: str) -> str:
        """The sentence in `language` ("en" or "fr"), with its values."""
        said = _Said(self.values, language)
        return self.rule.message.in_language(language).format_map(said)

    @property
    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits of rule, relation and key: the same wherever the row moves."""
        told = "\x1f".join((self.rule.name, self.relation, *self.key))
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    @property
    def waiver_key(self) -> str:
        """The key in one line, as a waiver names it."""
        return ";".join(self.key)

    @property
    def is_open(self) -> bool:
        """Whether no waiver accepts it."""
        return self.waived_by is None

    def waived(self, by: Address) -> Finding:
        """The same finding, accepted by the waiver at `by`."""
        return replace(self, waived_by=by)


@dataclass(frozen=True, repr=False)
class Findings:
    """All that a run found, sorted by place; iterable. `left_out` counts rows by table that were
    set aside only because what they refer to was refused."""

    all: tuple[Finding, ...]
    left_out: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, found: Iterable[Finding], left_out: Mapping[str, int] | None = None) -> Findings:
        """Findings sorted by address, rule and key."""
        ordered = sorted(found, key=attrgetter("at", "rule.name", "relation", "key"))
        return cls(tuple(ordered), dict(left_out or {}))

    def __repr__(self) -> str:
        counts = ", ".join(f"{self.count(one)} {one}" for one in sorted(Severity, reverse=True))
        return f"<Findings: {counts}>"

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.all)

    def __len__(self) -> int:
        return len(self.all)

    @property
    def open(self) -> tuple[Finding, ...]:
        """The findings that no waiver accepts."""
        return tuple(one for one in self.all if one.is_open)

    def by_fingerprint(self) -> dict[str, Finding]:
        """All findings by a mark that is each one's own, in their order.

        The mark is the fingerprint; where rows alike word for word share one, `-2` and so on
        follows it for the later ones.
        """
        times: Counter[str] = Counter()
        told: dict[str, Finding] = {}
        for one in self.all:
            mark = one.fingerprint
            times[mark] += 1
            told[mark if times[mark] == 1 else f"{mark}-{times[mark]}"] = one
        return told

    def count(self, severity: Severity) -> int:
        """How many open findings have exactly this severity."""
        return sum(one.severity == severity for one in self.open)

    def reach(self, severity: Severity) -> bool:
        """Whether an open finding is at or above `severity`."""
        return any(one.severity >= severity for one in self.open)
