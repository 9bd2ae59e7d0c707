"""The API: every list as JSON and as CSV, by pages, as of any day."""

# Annotations are values here: the parameters of each route are made from its list.

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from reconcile.serve import asking, schema
from reconcile.serve.filters import Asked, Identity, Paged, known, missing
from reconcile.serve.listing import LISTINGS, Listing
from reconcile.serve.paging import question, resumed, token
from reconcile.serve.problem import ProblemError
from reconcile.serve.service import Service, held
from reconcile.serve.snapshot import Basis, Snapshot

PREFIX = "/v1"
_USUAL = 100
_JSON = "application/json"
_CSV = "text/csv; charset=utf-8"
_STREAMED = 12
"""How many times longer than an answer a CSV of many rows may take."""


def service(request: Request) -> Service:
    """The service that a request is put to."""
    told: Service = request.app.state.service
    return told


def router() -> APIRouter:
    """The routes of the lists and of their records."""
    told = APIRouter(prefix=PREFIX)
    for listing in LISTINGS:
        _add_list(told, listing)
        _add_record(told, listing)
    return told


def about(basis: Basis) -> dict[str, object]:
    """What every answer says of the state it rests on."""
    return {
        "state": basis.digest[:16],
        "as_of": asking.plain(basis.as_of),
        "without_day": basis.without_day,
    }


def _add_list(router: APIRouter, listing: Listing) -> None:
    def as_json(request: Request, asked: Annotated[listing.asked, Query()]) -> Response:  # type: ignore[name-defined]
        name = listing.name
        make = partial(_query, listing, asked)
        return page(request, name, asked, make, lambda cursor: known(cursor, asked.filters()))

    def as_csv(request: Request, asked: Annotated[listing.asked, Query()]) -> Response:  # type: ignore[name-defined]
        name = listing.name
        make = partial(_query, listing, asked)
        return table(request, name, asked, make, lambda cursor: known(cursor, asked.filters()))

    add(
        router,
        f"/{listing.name}",
        listing.name,
        f"A page of {listing.name}",
        f"Each is {listing.row_is}. In the order of {', '.join(listing.key)}.",
        listing.asked,
        (as_json, schema.page(listing.schema)),
        (as_csv, schema.table(410)),
    )


def _add_record(router: APIRouter, listing: Listing) -> None:
    identity = Annotated[
        Identity,
        Path(description=f"The id of {listing.row_is}.", examples=[listing.example]),
    ]

    def one(request: Request, id: identity, asked: Annotated[Asked, Query()]) -> Response:
        told = service(request)
        snapshot = told.keeper.current

        def make() -> tuple[bytes, str]:
            basis = snapshot.basis(asked.as_of)
            with told.reading(basis) as cursor:
                query = asking.Query(
                    listing.table,
                    list(listing.columns),
                    listing.key,
                    [f"{listing.identity} = $id"],
                    {"id": id},
                    plain=True,
                )
                for item, _ in query.items(cursor):
                    return asking.as_document(about(basis), "item", item), _JSON
                raise _nothing(listing, cursor, str(id), asked)

        return told.answered(request, told.tag(snapshot, request), make)

    router.add_api_route(
        f"/{listing.name}/{{id}}",
        _with_parameters(one, Asked),
        methods=["GET"],
        operation_id=f"{listing.name}_one",
        tags=[listing.name],
        summary=f"One of the {listing.name}",
        responses=schema.record(listing),
    )


def _nothing(listing: Listing, cursor: Any, identity: str, asked: Asked) -> ProblemError:
    """Why there is no such row: no such id, or nothing known of it by the day."""
    table = {"claims": ("figures", "claim")}.get(listing.name, (listing.name, listing.identity))
    offer = missing(cursor, *table, identity)
    if offer is None:
        return ProblemError(404, f"{identity} was not known by {asked.as_of}")
    return ProblemError(404, f"{listing.name} has no {identity}{offer[0]}")


def _query(listing: Listing, asked: Asked, _cursor: object) -> asking.Query:
    filters = asked.filters()
    conditions = [listing.conditions[name] for name in filters]
    columns = list(listing.columns)
    return asking.Query(listing.table, columns, listing.key, conditions, filters, plain=True)


def add(
    router: APIRouter,
    path: str,
    name: str,
    summary: str,
    description: str,
    asked: type[Asked],
    *twins: tuple[Callable[..., Response], dict[int | str, dict[str, Any]]],
) -> None:
    """Add a list and, where there is one, its twin in CSV, which is looked for first."""
    for (endpoint, responses), ending in reversed(list(zip(twins, ("", ".csv"), strict=False))):
        router.add_api_route(
            path + ending,
            _with_parameters(endpoint, asked),
            methods=["GET"],
            operation_id=f"{name}{'_csv' if ending else ''}",
            tags=[name],
            summary=summary + (", as CSV" if ending else ""),
            description=description,
            responses=responses,
            response_class=Response,
        )


def _with_parameters(endpoint: Callable[..., Response], asked: type[Asked]) -> Any:
    """The endpoint, with the names of its parameters for whoever misspells one."""
    endpoint.parameters = tuple(asked.model_fields)  # type: ignore[attr-defined]
    return endpoint


Make = Callable[[Any], asking.Query]


def page(
    request: Request, name: str, asked: Paged, make: Make, check: Callable[[Any], None]
) -> Response:
    """A page of rows as JSON; `check` refuses what the ledger does not know."""
    told = service(request)
    snapshot = told.keeper.current

    def body() -> tuple[bytes, str]:
        basis = snapshot.basis(asked.as_of)
        limit = asked.limit or _USUAL
        with told.reading(basis) as cursor:
            check(cursor)
            query = paged(make(cursor), snapshot, name, asked, limit + 1)
            rows = list(query.items(cursor))
        items = f"[{','.join(told for told, _ in rows[:limit])}]"
        more = next_page(snapshot, name, asked, [key for _, key in rows], limit)
        return asking.as_document({**about(basis), "next": more}, "items", items), _JSON

    return told.answered(request, told.tag(snapshot, request), body)


def table(
    request: Request, name: str, asked: Paged, make: Make, check: Callable[[Any], None]
) -> Response:
    """Rows as CSV, all of them unless `limit` says how many, told as they are read."""
    told = service(request)
    snapshot = told.keeper.current
    tag = told.tag(snapshot, request)
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if held(request, tag):
        return Response(status_code=304, headers=headers)
    basis = snapshot.basis(asked.as_of)
    with told.reading(basis) as cursor:
        check(cursor)
        query = paged(make(cursor), snapshot, name, asked, asked.limit)
        if asked.limit is not None:
            more = paged(make(cursor), snapshot, name, asked, asked.limit + 1)
            keys = [key for _, key in more.rows(cursor)]
            following = next_page(snapshot, name, asked, keys, asked.limit)
            if following is not None:
                url = request.url.include_query_params(page=following)
                headers["Link"] = f'<{url.path}?{url.query}>; rel="next"'

    def lines() -> Iterator[bytes]:
        with basis.reading(told.seconds * _STREAMED) as cursor:
            yield from asking.as_csv(query.columns, (row for row, _ in query.rows(cursor)))

    return StreamingResponse(lines(), headers=headers, media_type=_CSV)


def paged(
    query: asking.Query, snapshot: Snapshot, name: str, asked: Paged, limit: int | None
) -> asking.Query:
    """The query, from where the token of the request goes on."""
    resume = None
    if asked.page is not None:
        resume = resumed(asked.page, snapshot.digest, _question(name, asked))
    return replace(query, resume=resume, limit=limit)


def next_page(
    snapshot: Snapshot, name: str, asked: Paged, keys: Sequence[asking.Row], limit: int
) -> str | None:
    """The token that goes on after `limit` rows, where more follow."""
    if len(keys) <= limit:
        return None
    return token(snapshot.digest, _question(name, asked), keys[limit - 1])


def _question(name: str, asked: Paged) -> str:
    values: Mapping[str, object] = asked.values()
    return question(name, {one: values[one] for one in values if one not in ("page", "limit")})
