"""The pages at which people sign in and out."""

# Annotations are values here, as in `reconcile.serve.api`.

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from reconcile.pages.catalogue import LANGUAGES
from reconcile.serve.frame import apart
from reconcile.serve.people import Role
from reconcile.serve.sessions import (
    SIGN_IN,
    Form,
    form_of,
    known_sessions,
    known_site,
    local,
)

SIGN_OUT = "/sign-out"


def router() -> APIRouter:
    """The routes of these pages."""
    told = APIRouter(include_in_schema=False)
    told.add_api_route(SIGN_IN, ask, methods=["GET"])
    told.add_api_route(SIGN_IN, sign_in, methods=["POST"])
    told.add_api_route(SIGN_OUT, sign_out, methods=["POST"])
    return told


def ask(request: Request) -> Response:
    """The form for a token."""
    following = local(request.query_params.get("next"))
    return apart(request, "live_sign_in.html", {"next": following, "refused": False})


def sign_in(request: Request, form: Annotated[Form, Depends(form_of)]) -> Response:
    """Begin a session for whoever the token is of; the form again where it is nobody's."""
    known_site(request)
    following = local(form.get("next"))
    answer = RedirectResponse(following, 303, headers={"Cache-Control": "no-store"})
    if known_sessions(request).begin(request, form.get("token", ""), answer) is None:
        given = {"next": following, "refused": True}
        return apart(request, "live_sign_in.html", given, status=403)
    return answer


def sign_out(request: Request, form: Annotated[Form, Depends(form_of)]) -> Response:
    """End the session."""
    sessions = known_sessions(request)
    sessions.posted(request, form, Role.READER)
    language = request.query_params.get("language")
    following = f"/?language={language}" if language in LANGUAGES else "/"
    answer = RedirectResponse(following, 303, headers={"Cache-Control": "no-store"})
    sessions.end(request, answer)
    return answer
