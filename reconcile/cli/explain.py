"""`reconcile explain`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reconcile.cli.options import Language, WorkspaceOption

if TYPE_CHECKING:
    from reconcile.finding import Rule


def explain(
    name: Annotated[
        str | None,
        typer.Argument(help="A rule, a table, a view, or a column as event_gap.ratio."),
    ] = None,
    workspace: WorkspaceOption = Path(),
    language: Annotated[Language, typer.Option(help="The language of rules.")] = Language.EN,
) -> None:
    """Say what a rule, a table, a view or a column means.

    Without a name it lists them all.

    Examples:

      reconcile explain figures-apart

      reconcile explain event_gap

      reconcile explain figures.supersedes
    """
    from reconcile.escape import terminal
    from reconcile.finding import ReconcileError

    lines = list(_index(workspace) if name is None else _told(name, workspace, language))
    if not lines:
        raise ReconcileError(f"nothing is called {name}{_nearest(name or '', workspace)}")
    for line in lines:
        typer.echo(terminal(line))


def _index(workspace: Path) -> Iterator[str]:
    from reconcile.aggregation import aggregation_rules
    from reconcile.tables import TABLES
    from reconcile.view import views

    yield "Tables"
    yield from (f"  {table.name:<20} {table.row_is}" for table in TABLES.values())
    yield "Views"
    yield from (
        f"  {view.name:<20} {view.row_is.partition(' is ')[2]}" for view in views().values()
    )
    yield "Rules of aggregation"
    yield from (f"  {rule.name:<20} {rule.says.en}" for rule in aggregation_rules().values())
    yield "Rules"
    for rule in _rules(workspace).values():
        yield f"  {rule.name:<28} {rule.severity!s:<8} {rule.room}"


def _rules(workspace: Path) -> dict[str, Rule]:
    from reconcile.rules import rules
    from reconcile.suite import suites

    told = dict(rules())
    for suite in suites(workspace):
        told |= suite.rules()
    return told


def _told(name: str, workspace: Path, language: str) -> Iterator[str]:
    from reconcile.aggregation import aggregation_rules
    from reconcile.tables import TABLES
    from reconcile.view import views

    if (rule := _rules(workspace).get(name)) is not None:
        heads = ("says", "why", "example", "answer")
        if language == "fr":
            heads = ("dit", "pourquoi", "exemple", "réponse")
        yield f"{rule.name}: {rule.severity} ({rule.room})"
        texts = (rule.message, rule.reason, rule.example, rule.answer)
        for head, text in zip(heads, texts, strict=True):
            yield f"  {head + ':':<10} {text.in_language(language)}"
    if (drawn := aggregation_rules().get(name)) is not None:
        yield f"{name}: {drawn.says.in_language(language)}"
    if (table := TABLES.get(name)) is not None:
        yield f"{name}: a row is {table.row_is}"
        for column in table.columns:
            yield f"  {column.name:<16} {column.meaning}"
    if (view := views().get(name)) is not None:
        yield f"{name}: {view.row_is[0].lower()}{view.row_is[1:]}"
        yield f"  key: {', '.join(view.key)}"
        for column_name, meaning in view.columns().items():
            yield f"  {column_name:<24} {meaning}"
    yield from _columns(name)


def _columns(name: str) -> Iterator[str]:
    from reconcile.tables import TABLES
    from reconcile.view import views

    relation, _, wanted = name.rpartition(".")
    for table in TABLES.values():
        for column in table.columns:
            if column.name == wanted and relation in ("", table.name):
                yield f"{table.name}.{column.name}: {column.meaning}"
    for view in views().values():
        for column_name, meaning in view.columns().items():
            if column_name == wanted and relation in ("", view.name):
                yield f"{view.name}.{column_name}: {meaning}"


def _nearest(name: str, workspace: Path) -> str:
    from reconcile.aggregation import aggregation_rules
    from reconcile.reading.table import near
    from reconcile.tables import TABLES
    from reconcile.view import views

    known = {*_rules(workspace), *aggregation_rules(), *TABLES, *views()}
    return near(name, known).en or ("; reconcile explain without a name lists what there is")
