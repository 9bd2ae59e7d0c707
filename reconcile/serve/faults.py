"""Every fault of what was typed, beside its field: of each cell, and of each law it would break."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reconcile.breach import CIRCLES
from reconcile.filing import filed
from reconcile.finding import Address, Finding, ReconcileError, Text
from reconcile.reading import cells
from reconcile.reading.records import LONGEST_CELL
from reconcile.reading.table import shown, value
from reconcile.record import Rows
from reconcile.rules import rules
from reconcile.serve.known import Known
from reconcile.serve.typed import WRITTEN, Row, Typed
from reconcile.serve.writing_asked import LONGEST_REASON
from reconcile.tables import TABLES, Column
from reconcile.trial import Trial, held

_BESIDE = {
    **CIRCLES,
    "reversed-interval": "low",
    "numbers-without-figure": "stance",
    "claim-twice": "stated",
    "supersedes-itself": "supersedes",
    "supersedes-another-source": "supersedes",
    "supersedes-another-event": "supersedes",
    "supersedes-a-later-claim": "supersedes",
    "event-ends-before-it-starts": "ends_on",
    "half-a-coordinate": "longitude",
}
_RESTS_ON = {
    "supersedes-another-source": ("source",),
    "supersedes-another-event": ("event",),
    "supersedes-a-later-claim": ("asserted_on",),
    "event-ends-before-it-starts": ("starts_on",),
}
_STAND_IN = {"text": "x", "name": "x", "date": "2000-01-01"}
_LONG = Text(f"longer than {LONGEST_CELL} characters", f"plus de {LONGEST_CELL} caractères")
_DANGLING = Text(
    "a row refers to one of the ledger that breaks a law; mend that one first",
    "une ligne renvoie à une ligne du registre qui enfreint une loi ; la corriger d'abord",
)
_TWO_DOCUMENTS = Text(
    "a known document is chosen and a new one is described; take one of them out",
    "un document connu est choisi et un nouveau est décrit ; retirer l'un des deux",
)


@dataclass(frozen=True)
class Fault:
    """What is wrong with a field, by its name in the form; empty: with what was typed as a whole.

    `rule` is the law that is broken, empty where the row could not even be tried.
    """

    field: str
    rule: str
    told: Text


def field_of(table: str, at: int, column: str) -> str:
    """The name of a field of the form."""
    return f"{table}-{at}-{column}"


def faults_of(
    typed: Typed, workspace: Path, known: Known, year_of: Callable[[str], str], *, saving: bool
) -> list[Fault]:
    """All that is wrong, in the order of the fields, as the files of the workspace are now.

    Only who is `saving` needs a reason. A cell that has no meaning is left out or stood in for
    while its row is held to the laws, so that the other faults of the row are told at once.
    """
    rows = typed.rows()
    told: dict[tuple[str, int, str], Fault] = {}
    tried: dict[str, list[Row]] = {}
    for table in WRITTEN:
        identity = TABLES[table].identity
        tried[table] = []
        for at, row in enumerate(rows[table]):
            trial = dict(row)
            for column in TABLES[table].columns:
                fault = _cell(row.get(column.name, ""), column, rows, known)
                if fault is None:
                    continue
                trial.pop(column.name, None)
                if column.filled:
                    trial[column.name] = _stand_in(column, known, f"{table}-{at}")
                told[table, at, column.name] = Fault(_field(table, at, column.name), *fault)
            others = [name for one, place, name in told if (one, place) == (table, at)]
            if identity not in row and others != [identity]:
                told.pop((table, at, identity or ""), None)  # It is proposed when they are mended.
            tried[table].append(trial)
    if typed.document and rows["documents"]:
        told["figures", 0, "document"] = Fault("document", "", _TWO_DOCUMENTS)
    general = _reason(typed.because) if saving or typed.because else []
    try:
        trial_of = held(workspace, filed(workspace, tried, year_of))
    except ReconcileError as refused:
        lines = str(refused).splitlines()
        general += [Fault("", "", Text(line, line)) for line in lines[1:] or lines]
    else:
        general += _laws(trial_of, workspace, tried, told, typed, year_of)
    found = dict.fromkeys([*told.values(), *general])
    return sorted(found, key=lambda fault: _place(fault.field))


def _cell(
    cell: str, column: Column, rows: Mapping[str, Sequence[Row]], known: Known
) -> tuple[str, Text] | None:
    """The rule that a cell breaks by itself, and its words; None where it has a meaning."""
    if len(cell) > LONGEST_CELL:
        return "cell-too-long", _LONG
    given = value(cell, column)
    if column.refers and column.kind == "id" and cell:
        identity = TABLES[column.refers].identity or ""
        fresh = {row.get(identity, "") for row in rows.get(column.refers, ())}
        if cell in known.ledger.ids[column.refers]:
            return None
        if cell in fresh:
            return _words(given, column, cell) if isinstance(given, cells.Fault) else None
        values: dict[str, object] = {"table": column.refers}
        values["near"] = known.nearest(column.refers, cell, fresh - {""})
        return _words(cells.Fault("unknown-reference", values), column, cell)
    return _words(given, column, cell) if isinstance(given, cells.Fault) else None


def _words(fault: cells.Fault, column: Column, cell: str) -> tuple[str, Text]:
    values = {"column": column.name, "value": shown(cell), **fault.values}
    told = Finding(rules()[fault.rule], "", (), Address(""), values)
    return fault.rule, Text(told.message_in("en"), told.message_in("fr"))


def _stand_in(column: Column, known: Known, fresh: str) -> str:
    """A lawful cell in place of one that is not, so that the rest of its row can be tried."""
    if column.refers:
        return min(known.ledger.ids[column.refers], default="x")
    if column.words:
        return column.words[0]
    return _STAND_IN.get(column.kind, f"stands-in-for-{fresh}")


def _laws(
    trial: Trial,
    workspace: Path,
    tried: Mapping[str, list[Row]],
    told: dict[tuple[str, int, str], Fault],
    typed: Typed,
    year_of: Callable[[str], str],
) -> list[Fault]:
    """The laws that the rows would break, but for those that a cell in stead of another broke."""
    where = _places(trial, filed(workspace, tried, year_of), tried)
    general: list[Fault] = []
    for finding in trial.findings:
        words = Text(finding.message_in("en"), finding.message_in("fr"))
        if finding.at not in where:
            at = f"{finding.at}: "
            general.append(Fault("", finding.rule.name, Text(at + words.en, at + words.fr)))
            continue
        table, number = where[finding.at]
        column = str(finding.values.get("column") or _BESIDE.get(finding.rule.name, ""))
        law = finding.rule.name
        wrong = {name for one, at, name in told if (one, at) == (table, number)}
        if column in wrong or wrong.intersection(_RESTS_ON.get(law, ())):
            continue
        if law == "claim-twice" and wrong:
            continue
        field = _field(table, number, column)
        general.append(Fault(field, finding.rule.name, words))
    if not general and not told and len(trial.claims) < trial.asked:
        general.append(Fault("", "", _DANGLING))
    return general


def _places(
    trial: Trial, rows: Rows, tried: Mapping[str, list[Row]]
) -> dict[Address, tuple[str, int]]:
    """Which row of the form each address of the trial is."""
    known = {id(row): (table, at) for table, those in tried.items() for at, row in enumerate(those)}
    return {
        address: known[id(row)]
        for key, those in rows.items()
        for row, address in zip(those, trial.places[key], strict=True)
    }


def _field(table: str, at: int, column: str) -> str:
    """The field of a cell; the document of a claim is chosen once for all."""
    if (table, column) != ("figures", "document"):
        return field_of(table, at, column)
    return "document"


def _reason(because: str) -> list[Fault]:
    column = next(one for one in TABLES["journal"].columns if one.name == "because")
    fault = value(because, column)
    if isinstance(fault, cells.Fault):
        return [Fault("because", *_words(fault, column, because))]
    if len(because) > LONGEST_REASON:
        long = f"longer than {LONGEST_REASON} characters", f"plus de {LONGEST_REASON} caractères"
        return [Fault("because", "cell-too-long", Text(*long))]
    return []


def _place(field: str) -> tuple[int, int, int]:
    """Where a field stands among the others."""
    table, _, rest = field.partition("-")
    at, _, column = rest.partition("-")
    order = ["", "document", *WRITTEN, "because"]
    columns = [one.name for one in TABLES[table].columns] if table in TABLES else []
    within = columns.index(column) if column in columns else 0
    return order.index(table), int(at) if at else 0, within
