"""The views and the findings in the API."""

# Annotations are values here, as in `reconcile.serve.api`.

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from reconcile.finding import Finding
from reconcile.reading.table import near
from reconcile.serve import asking, schema
from reconcile.serve.api import PREFIX, about, add, next_page, page, service, table
from reconcile.serve.filters import Asked, FindingsAsked, ViewAsked, known
from reconcile.serve.paging import question, resumed
from reconcile.serve.problem import ProblemError
from reconcile.serve.service import held
from reconcile.view import View, views

_USUAL = 100
_JSON = "application/json"
_CSV = "text/csv; charset=utf-8"
_PLACES = """
SELECT v.* EXCLUDE ({without}), a.file, a.line, {rests} AS rests_on, v.row AS newest_row
FROM {view} AS v LEFT JOIN address AS a ON a.row = v.row
"""
_COLUMNS = list(schema.FINDING)

ViewName = Annotated[
    str,
    Path(
        description="The name of a view.",
        examples=["event_conflict"],
        json_schema_extra={"enum": list(views())},
    ),
]


def router() -> APIRouter:
    """The routes of views and findings."""
    told = APIRouter(prefix=PREFIX)
    told.add_api_route(
        "/views",
        _named(list_views),
        methods=["GET"],
        operation_id="views",
        tags=["views"],
        summary="The views",
        description="Each view, what one row of it is, and its columns.",
        responses=schema.answers(
            {
                "type": "object",
                "required": ["items"],
                "properties": {
                    "items": {"type": "array", "items": schema.rows_of(schema.VIEW)},
                },
            },
        ),
    )
    add(
        told,
        "/views/{name}",
        "view",
        "A page of the rows of a view",
        "In the order of the key of the view; each row names the file and the line on which it"
        " rests.",
        ViewAsked,
        (view_json, schema.page({"type": "object"}, 404)),
        (view_csv, schema.table(404, 410)),
    )
    add(
        told,
        "/findings",
        "findings",
        "A page of findings",
        "What breaks a law or wants a second look. The expectations are put when somebody first"
        " asks; until that is done the answer is 202.",
        FindingsAsked,
        (findings_json, {**schema.page(schema.rows_of(schema.FINDING)), **schema.waiting()}),
        (findings_csv, {**schema.table(410), **schema.waiting()}),
    )
    return told


def _named(endpoint: Any) -> Any:
    endpoint.parameters = tuple(Asked.model_fields)
    return endpoint


def list_views(request: Request, asked: Annotated[Asked, Query()]) -> Response:
    """Every view, by name."""
    told = service(request)
    snapshot = told.keeper.current

    def make() -> tuple[bytes, str]:
        items = [
            {
                "name": one.name,
                "row_is": one.row_is,
                "key": list(one.key),
                "columns": one.columns(),
            }
            for one in views().values()
        ]
        return asking.as_json({"items": items}), _JSON

    return told.answered(request, told.tag(snapshot, request), make)


def view_json(request: Request, name: ViewName, asked: Annotated[ViewAsked, Query()]) -> Response:
    """A page of a view as JSON."""
    view = _view(name)
    return page(request, f"view {name}", asked, partial(_of_view, view, asked), _known(asked))


def view_csv(request: Request, name: ViewName, asked: Annotated[ViewAsked, Query()]) -> Response:
    """A view as CSV."""
    view = _view(name)
    return table(request, f"view {name}", asked, partial(_of_view, view, asked), _known(asked))


def _view(name: str) -> View:
    if name not in views():
        raise ProblemError(404, f"no view is called {name}{near(name, views()).en}")
    return views()[name]


def _known(asked: ViewAsked) -> Any:
    return lambda cursor: known(cursor, asked.filters())


def _of_view(view: View, asked: ViewAsked, cursor: Any) -> asking.Query:
    """The rows of a view, with file and line for the rows of the ledger."""
    shown = [one for (one, *_) in cursor.execute(f"DESCRIBE SELECT * FROM {view.name}").fetchall()]
    columns = [one for one in shown if one not in ("row", "rows")]
    if asked.event is not None and "event" not in columns:
        errors = [{"parameter": "event", "detail": f"{view.name} is not by event"}]
        raise ProblemError(422, f"the view {view.name} is not by event", errors)
    conditions = ["event = $event"] if asked.event is not None else []
    if "row" not in shown:
        return asking.Query(view.name, columns, view.key, conditions, asked.filters())
    rests = "rows" in shown
    select = _PLACES.format(
        view=view.name,
        without="row, rows" if rests else "row",
        rests="v.rows" if rests else "NULL",
    )
    columns += ["file", "line", *(["rests_on"] if rests else [])]
    key = (*(one for one in view.key if one != "row"), "newest_row")
    return asking.Query(f"({select})", columns, key, conditions, asked.filters(), rests=rests)


def findings_json(request: Request, asked: Annotated[FindingsAsked, Query()]) -> Response:
    """A page of findings as JSON."""
    told = service(request)
    snapshot = told.keeper.current
    found = told.judge.findings(snapshot, asked.as_of)
    if found is None:
        return being_checked()

    def make() -> tuple[bytes, str]:
        basis = snapshot.basis(asked.as_of)
        with told.reading(basis) as cursor:
            known(cursor, {k: v for k, v in asked.filters().items() if k == "event"})
        _know_rule(asked, found)
        limit = asked.limit or _USUAL
        rows = rows_asked(found, asked, snapshot.digest)
        more = next_page(snapshot, "findings", asked, [[at] for at, _ in rows[: limit + 1]], limit)
        items = [asking.item(_COLUMNS, _row(one)) for _, one in rows[:limit]]
        return asking.as_json({**about(basis), "items": items, "next": more}), _JSON

    return told.answered(request, told.tag(snapshot, request, "findings"), make)


def findings_csv(request: Request, asked: Annotated[FindingsAsked, Query()]) -> Response:
    """The findings as CSV."""
    told = service(request)
    snapshot = told.keeper.current
    found = told.judge.findings(snapshot, asked.as_of)
    if found is None:
        return being_checked()
    tag = told.tag(snapshot, request, "findings")
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if held(request, tag):
        return Response(status_code=304, headers=headers)
    _know_rule(asked, found)
    rows = rows_asked(found, asked, snapshot.digest)
    if asked.limit is not None:
        keys = [[at] for at, _ in rows[: asked.limit + 1]]
        following = next_page(snapshot, "findings", asked, keys, asked.limit)
        rows = rows[: asked.limit]
        if following is not None:
            url = request.url.include_query_params(page=following)
            headers["Link"] = f'<{url.path}?{url.query}>; rel="next"'
    lines = asking.as_csv(_COLUMNS, (_row(one) for _, one in rows))
    return StreamingResponse(lines, headers=headers, media_type=_CSV)


def being_checked() -> Response:
    """The answer while the expectations are being put."""
    headers = {"Retry-After": "2", "Cache-Control": "no-store"}
    body = asking.as_json({"status": "being checked"})
    return Response(body, 202, headers=headers, media_type=_JSON)


def _know_rule(asked: FindingsAsked, found: Iterable[Finding]) -> None:
    """Refuse a rule by which nothing is found and that is not known; name the nearest."""
    from reconcile.rules import rules

    names = {one.rule.name for one in found} | set(rules())
    if asked.rule is not None and asked.rule not in names:
        offer = near(asked.rule, names).en
        detail = f"no finding is of the rule {asked.rule}{offer}"
        raise ProblemError(422, detail, [{"parameter": "rule", "detail": detail}])


def rows_asked(
    found: Iterable[Finding], asked: FindingsAsked, digest: str
) -> list[tuple[int, Finding]]:
    """The findings asked for, each with its place among all; those after the token."""
    after = -1
    if asked.page is not None:
        values = asked.values()
        named = {one: values[one] for one in values if one not in ("page", "limit")}
        (after,) = resumed(asked.page, digest, question("findings", named))  # type: ignore[assignment]
    return [(at, one) for at, one in enumerate(found) if at > after and _wanted(one, asked)]


def _wanted(one: Finding, asked: FindingsAsked) -> bool:
    return (
        asked.rule in (None, one.rule.name)
        and asked.severity in (None, str(one.severity))
        and asked.relation in (None, one.relation)
        and asked.event in (None, one.values.get("event"))
        and asked.waived in (None, not one.is_open)
    )


def _row(one: Finding) -> Sequence[object]:
    event = one.values.get("event")
    return (
        one.rule.name,
        str(one.severity),
        one.message,
        one.message_in("fr"),
        one.at.file,
        one.at.line,
        one.relation,
        one.waiver_key,
        event if isinstance(event, str) else None,
        one.fingerprint,
        one.checked_by,
        None if one.waived_by is None else str(one.waived_by),
    )
