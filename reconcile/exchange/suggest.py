"""A mapping for a table, drafted from its headers, its values and the vocabulary."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz

from reconcile.exchange import mapping, outside, table
from reconcile.exchange.claimants import folded
from reconcile.exchange.proposal import Proposal
from reconcile.exchange.sheet import Record, Sheet, one_line
from reconcile.finding import ReconcileError
from reconcile.ledger import Ledger
from reconcile.reading import dates
from reconcile.reading.table import shown

_SAMPLE = 500
_SHOWN = 3
_NEARLY = 90
_NUMERIC_DATE = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ]\d{2,4}")
_NAMES = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a bar"}


@dataclass
class _Draft:
    """What the columns of a sheet seem to mean."""

    columns: dict[str, str] = field(default_factory=dict)
    claims: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)


def suggest(path: Path, ledger: Ledger) -> str:
    """A mapping as TOML, and below it as comments what the first records would be.

    What cannot be told from the file stands as a comment that says so. Raises ReconcileError where
    the file cannot be read.
    """
    found = outside.sheets(path)
    sheet = max(found, key=lambda one: len(one.header), default=None)
    if sheet is None or sheet.faults or not sheet.header:
        why = sheet.faults[0].message if sheet and sheet.faults else "it has no header"
        raise ReconcileError(f"{path.as_posix()}: {why}")
    sample = list(islice(sheet.records, _SAMPLE))
    draft = _drafted(sheet, sample)
    lines = list(_toml(path, sheet, sample, draft, several=len(found) > 1))
    text = "\n".join(lines) + "\n"
    return text + "\n".join(_preview(path, text, sample, ledger)) + "\n"


def _drafted(sheet: Sheet, sample: list[Record]) -> _Draft:
    draft = _Draft()
    for header in filter(None, sheet.header):
        plain = _plain(header)
        target = _target(plain)
        if target is not None and target not in draft.columns:
            draft.columns[target] = header
        elif (counted := _counted(plain)) is not None:
            bound, *cell = counted
            draft.claims.setdefault((cell[0], cell[1]), {}).setdefault(bound, header)
        else:
            draft.left.append(header)
    if "events.starts_on" not in draft.columns:
        dated = [header for header in draft.left if _dated(header, sample)]
        for header in dated[:1]:
            draft.columns["events.starts_on"] = header
            draft.left.remove(header)
    return draft


def _target(plain: str) -> str | None:
    """The column of a ledger that a header means, None where it counts people or means none."""
    for target, words in _vocabulary()["columns"].items():
        if plain in words:
            return str(target)
    if _counted(plain) is not None:
        return None
    scored = [
        (fuzz.ratio(plain, word), target)
        for target, words in _vocabulary()["columns"].items()
        for word in words
    ]
    score, target = max(scored)
    return target if score >= _NEARLY else None


def _counted(plain: str) -> tuple[str, str, str] | None:
    """The bound, measure and victims that a header counts; None where it names no measure."""
    measure = _word_of(plain, "measures")
    if measure is None:
        return None
    bound = _word_of(plain, "bounds") or "stated"
    victims = _word_of(plain, "victims") or "people"
    return bound, measure, victims


def _word_of(plain: str, kind: str) -> str | None:
    for name, words in _vocabulary()[kind].items():
        if any(re.search(rf"\b{re.escape(word)}\b", plain) for word in words):
            return str(name)
    return None


def _dated(header: str, sample: list[Record]) -> bool:
    told = [record[header] for record in sample if record[header]]
    return bool(told) and all(dates.days(cell) for cell in told)


def _plain(header: str) -> str:
    return " ".join(re.findall(r"[\w']+", folded(header).replace("_", " ")))


@cache
def _vocabulary() -> Mapping[str, Mapping[str, list[str]]]:
    found = files("reconcile").joinpath("exchange", "headers.toml")
    told: dict[str, Any] = tomllib.loads(found.read_text("utf-8"))
    return told


def _toml(
    path: Path, sheet: Sheet, sample: list[Record], draft: _Draft, *, several: bool
) -> Iterator[str]:
    yield f"# How {one_line(path.name)} is to be read: look at it, then"
    yield "# reconcile import table FILE --mapping THIS --into WORKSPACE --dry-run"
    if draft.left:
        yield f"# not taken: {', '.join(map(one_line, draft.left))}"
    yield "\n[read]"
    if several:
        yield f"sheet = {_text(sheet.file.rpartition('#')[2])}"
    if sheet.separator:
        yield f"separator = {_text(sheet.separator)}  # {_NAMES[sheet.separator]}"
    if sheet.encoding not in ("", "utf-8-sig"):
        yield f"encoding = {_text(sheet.encoding)}  # as it seems: look at the accents below"
    yield from _day_first(sample, draft)
    yield from _things(draft)
    yield from _figures(draft)
    if (header := draft.columns.get("sources.side")) is not None:
        yield '\n[words."sources.side"]'
        for word in sorted({record[header] for record in sample if record[header]}):
            side = _word_of(_plain(word), "sides")
            line = f"{_text(word)} = {_text(side or '…')}"
            yield line if side else f"# {line}  # which side is it?"


def _day_first(sample: list[Record], draft: _Draft) -> Iterator[str]:
    """How numeric dates are to be read: as the file shows it, else a question."""
    headers = [header for target, header in draft.columns.items() if target.endswith("_on")]
    told = [record[header] for record in sample for header in headers]
    numeric = [found for cell in told if (found := _NUMERIC_DATE.fullmatch(cell))]
    if any(int(found[1]) > 12 for found in numeric):
        yield "day_first = true  # a first number is above 12"
    elif any(int(found[2]) > 12 for found in numeric):
        yield "day_first = false  # a second number is above 12"
    elif numeric:
        yield f"# day_first = true  # {numeric[0][0]} may be two days: say which number is the day"


def _things(draft: _Draft) -> Iterator[str]:
    by_table: dict[str, dict[str, str]] = {}
    for target, header in draft.columns.items():
        name, _, column = target.partition(".")
        if name != "figures":
            by_table.setdefault(name, {})[column] = header
    for name in ("sources", "documents", "events"):
        columns = by_table.get(name, {})
        yield f"\n[{name}]"
        yield from (f"{column} = {_text(header)}" for column, header in columns.items())
        yield from _open_questions(name, columns, by_table.get("sources", {}).get("name"))


def _open_questions(name: str, columns: Mapping[str, str], source: str | None) -> Iterator[str]:
    """What a section still needs, where the file does not tell it."""
    needed = {
        "sources": {
            "name": '"…" }  # who says these figures?',
            "side": '"media" }  # on which side?',
        },
        "events": {"starts_on": '"…" }  # on which day?', "country": '"ML" }  # if it is one'},
        "documents": {},
    }
    for column, told in needed[name].items():
        if column not in columns:
            yield f"# {column} = {{ always = {told}"
    if name == "documents" and columns:
        if "publisher" not in columns:
            yield f"publisher = {_text(source)}" if source else '# publisher = { always = "…" }'
        if "title" not in columns:
            yield 'title = { always = "[title not given]" }'


def _figures(draft: _Draft) -> Iterator[str]:
    shared = {
        target.partition(".")[2]: header
        for target, header in draft.columns.items()
        if target.startswith("figures.")
    }
    bounds = {"stated", "low", "best", "high"}
    claims = [
        ({"measure": _always(measure), "victims": _always(victims)}, columns)
        for (measure, victims), columns in draft.claims.items()
    ]
    if not claims or bounds & set(shared):
        given = {name: shared[name] for name in shared if name in bounds}
        claims.append(({"measure": _always("killed"), "victims": _always("people")}, given))
    others = {name: header for name, header in shared.items() if name not in bounds}
    for fixed, columns in claims:
        yield "\n[[figures]]"
        for name, told in fixed.items():
            yield f"{name} = {_text(others[name]) if name in others else told}"
        for name, header in (others | columns).items():
            if name not in fixed:
                yield f"{name} = {_text(header)}"
        if not bounds & set(columns):
            yield '# stated = "…"  # no column of figures was found'


def _always(word: str) -> str:
    return f"{{ always = {_text(word)} }}"


def _text(words: str) -> str:
    """A text as TOML writes it."""
    return json.dumps(words, ensure_ascii=False).replace("\x7f", "\\u007f")


def _preview(path: Path, text: str, sample: list[Record], ledger: Ledger) -> Iterator[str]:
    """The first records as they would be read, as comments."""
    plan = mapping.parse(text, "the draft")
    for record in sample[:_SHOWN]:
        proposal = Proposal(own=True)
        before = len(record.sheet.faults)
        only = Sheet(**{**vars(record.sheet), "records": [record]})
        table.take(only, plan, ledger, proposal, path)
        yield f"\n# {record.at()} would be read as"
        for rows in proposal.rows.values():
            for row in rows.values():
                cells = ", ".join(f"{name} {shown(cell)}" for name, cell in row.cells.items())
                yield f"#   {row.table}: {one_line(cells)}"
        for fault in record.sheet.faults[before:]:
            yield f"#   {one_line(fault.message)} [{fault.rule.name}]"
