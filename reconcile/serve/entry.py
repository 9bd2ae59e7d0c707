"""Who asks: the person of a token, and what their role lets them do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconcile.serve.problem import ProblemError

if TYPE_CHECKING:
    from starlette.datastructures import Headers

    from reconcile.serve.people import People, Person, Role


def asker(people: People, headers: Headers) -> Person:
    """The person whose token a request bears. Raises ProblemError 401 where there is none."""
    kind, _, token = headers.get("authorization", "").partition(" ")
    person = people.of_token(token.strip()) if kind.lower() == "bearer" else None
    if person is None:
        why = "give your token: Authorization: Bearer TOKEN"
        raise ProblemError(401, why, headers={"WWW-Authenticate": 'Bearer realm="reconcile"'})
    return person


def allowed(people: People, headers: Headers, role: Role) -> Person:
    """The person who asks, if they may what `role` may. Raises ProblemError 401 or 403."""
    person = asker(people, headers)
    known_role(person, role)
    return person


def known_role(person: Person, role: Role) -> None:
    """Raise ProblemError 403 unless somebody may what `role` may."""
    if not person.may(role):
        told = f"this is for a {role.word}, and {person.name} is a {person.role.word}"
        raise ProblemError(403, told)
