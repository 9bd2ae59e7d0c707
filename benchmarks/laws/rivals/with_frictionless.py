"""frictionless on the files themselves: it judges row by row while it reads."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from frictionless import Checklist, Package, checks

from benchmarks.laws.law import NUMBERLESS, NUMBERS, ORDERED, REQUIRED, STANCES, Named

_LAWS = {"foreign-key": "unknown-reference", "unique-error": "duplicate-id"}
_CONSTRAINTS = {
    "required": "empty-required-cell",
    "minimum": "negative-figure",
    "enum": "unknown-word",
}
_IN_ORDER = " and ".join(
    f"({low} == None or {high} == None or {low} <= {high})" for low, high in ORDERED
)
_NUMBERS_WITH_A_FIGURE = " and ".join(
    f"(stance not in {list(NUMBERLESS)} or {name} == None)" for name in NUMBERS
)


def _field(name: str) -> dict[str, Any]:
    told: dict[str, Any] = {"name": name, "type": "integer" if name in NUMBERS else "string"}
    constraints: dict[str, Any] = {}
    if name in REQUIRED:
        constraints["required"] = True
    if name == "claim":
        constraints["unique"] = True
    if name == "stance":
        constraints["enum"] = list(STANCES)
    if name in NUMBERS:
        constraints["minimum"] = 0
    return {**told, "constraints": constraints} if constraints else told


def _resource(home: Path, name: str) -> dict[str, Any]:
    with (home / "claims" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    if name == "sources":
        fields = [{"name": column, "type": "string"} for column in header]
        return {"name": name, "path": f"{name}.csv", "schema": {"fields": fields}}
    reference = {"fields": ["source"], "reference": {"resource": "sources", "fields": ["source"]}}
    schema = {"fields": [_field(column) for column in header], "foreignKeys": [reference]}
    return {"name": name, "path": f"{name}.csv", "schema": schema}


def load(home: Path) -> Package:
    """The description of the two files; they are read when they are checked."""
    resources = [_resource(home, name) for name in ("figures", "sources")]
    return Package.from_descriptor({"resources": resources}, basepath=str(home / "claims"))


def check(package: Package) -> Named:
    """The errors of the report, each with the line of its row."""
    judged = Checklist(
        checks=[
            checks.row_constraint(formula=_IN_ORDER),
            checks.row_constraint(formula=_NUMBERS_WITH_A_FIGURE),
        ]
    )
    report = package.validate(checklist=judged, limit_errors=10**9)
    named: dict[str, set[int]] = {}
    for task in report.tasks:
        for error in task.errors:
            named.setdefault(_law(error), set()).add(error.row_number)
    return named


def _law(error: Any) -> str:
    if error.type == "row-constraint":
        return "reversed-interval" if _IN_ORDER in error.note else "numbers-without-figure"
    if error.type == "constraint-error":
        return _CONSTRAINTS.get(error.note.split('"')[1], error.note)
    return _LAWS.get(error.type, error.type)
