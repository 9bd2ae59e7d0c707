"""Who is signed in at the pages: cookies, what a form must bear, and what is not let through."""

import importlib

import pytest
from ledgers import claim, ledger_at
from serving import Browser, Office
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient

from reconcile.serve.limits import Limits, Pace
from reconcile.serve.people import Role
from reconcile.serve.sessions import COOKIE, SECONDS, local, sessions_of

HOSTILE = "<script>alert(1)</script>"
ROLES = {"Rea": Role.READER, "Awa": Role.RECORDER, HOSTILE: Role.REVIEWER}


def opened(home, **more):
    figures = [claim("a", low=8, best=8, high=8)]
    return Office(ledger_at(home, figures=figures, attributions=[]), ROLES, **more)


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    return opened(tmp_path_factory.mktemp("office"))


@pytest.fixture(scope="module")
def closed(tmp_path_factory):
    return opened(tmp_path_factory.mktemp("closed"), closed=True, secure=True)


def test_a_token_begins_a_session_in_a_cookie_that_no_script_and_no_other_site_gets(office):
    browser = office.browser()
    told = browser.sign_in(office.tokens["Awa"], next="/events?country=ML")
    assert (told.status_code, told.headers["location"]) == (303, "/events?country=ML")
    assert told.headers["cache-control"] == "no-store"
    name, *flags = told.headers["set-cookie"].split("; ")
    assert name.startswith(f"{COOKIE}=") and len(name) > len(COOKIE) + 40
    assert {one.lower() for one in flags} == {
        "httponly",
        "samesite=strict",
        "path=/",
        f"max-age={SECONDS}",
    }
    page = browser.get("/")
    assert "Awa, recorder" in page.text and "Sign out" in page.text


def test_behind_tls_the_cookie_goes_nowhere_else(closed):
    told = closed.browser().sign_in(closed.tokens["Awa"])
    assert "; Secure" in told.headers["set-cookie"]


@pytest.mark.parametrize("token", ["", "rcl_" + "x" * 43, "' OR 1=1 --", "é\udc80"[:1], HOSTILE])
def test_a_wrong_token_is_told_in_a_sentence(office, token):
    browser = office.browser()
    told = browser.sign_in(token, next="/sources")
    assert told.status_code == 403 and "nobody’s token" in told.text
    assert 'name="next" value="/sources"' in told.text
    assert "set-cookie" not in told.headers and HOSTILE not in told.text
    assert "Awa" not in browser.get("/").text


@pytest.mark.parametrize(
    "address",
    [
        "",
        "events",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/\r\nSet-Cookie: a=b",
        "/a\\b",
    ],
)
def test_nobody_is_sent_elsewhere_after_signing_in(office, address):
    assert local(address) == "/"
    told = office.browser().sign_in(office.tokens["Awa"], next=address)
    assert told.headers["location"] == "/"
    page = office.browser().get("/sign-in", params={"next": address})
    assert 'name="next" value="/"' in page.text


def test_signing_in_again_ends_the_session_before(office):
    browser = office.browser("Awa")
    before = browser.cookies[COOKIE]
    browser.sign_in(office.tokens["Rea"])
    assert browser.cookies[COOKIE] != before
    assert "Rea, reader" in browser.get("/").text
    other = Browser(office.app)
    other.cookies.set(COOKIE, before)
    assert "Awa" not in other.get("/").text


def test_signing_out_ends_the_session_and_takes_the_cookie_away(office):
    browser = office.browser("Awa")
    secret = browser.cookies[COOKIE]
    told = browser.form("/sign-out?language=fr")
    assert (told.status_code, told.headers["location"]) == (303, "/?language=fr")
    assert f'{COOKIE}=""' in told.headers["set-cookie"] and COOKIE not in browser.cookies
    browser.cookies.set(COOKIE, secret)
    assert "Awa" not in browser.get("/").text


@pytest.mark.parametrize("ending", ["by time", "by a new token", "by being taken away"])
def test_a_session_ends(office, ending):
    token = office.people.add("Passing", Role.READER, office.service.judge._today())
    browser = office.browser()
    browser.sign_in(token)
    csrf = browser.csrf
    assert "Passing, reader" in browser.get("/").text
    before = office.now
    if ending == "by time":
        office.now += SECONDS
    elif ending == "by a new token":
        office.people.renew("Passing")
    else:
        office.people.remove("Passing")
        office.people.add("Passing", Role.READER, office.service.judge._today())
    assert "Passing" not in browser.get("/").text
    told = browser.post("/sign-out", data={"csrf": csrf})
    assert told.status_code == 403 and "session has ended" in told.text
    office.now = before
    office.people.remove("Passing")


def test_a_form_bears_what_this_session_alone_made(office):
    browser, other = office.browser("Awa"), office.browser("Awa")
    assert browser.csrf != other.csrf
    for csrf in (None, "", "0" * 64, other.csrf, browser.cookies[COOKIE], browser.csrf[:-1], "é"):
        told = browser.post("/sign-out", data={"other": "x"} if csrf is None else {"csrf": csrf})
        assert told.status_code == 403 and "another session" in told.text
    assert "Awa" in browser.get("/").text
    assert browser.cookies[COOKIE] not in browser.get("/").text


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"},
        {"Origin": "http://evil.example"},
        {"Origin": "http://testserver.evil.example"},
        {"Origin": "http://testserver:81"},
        {"Origin": "null"},
    ],
)
def test_a_form_of_another_site_is_refused(office, headers):
    browser = office.browser("Awa")
    csrf = browser.csrf
    del browser.headers["Sec-Fetch-Site"]
    for path, fields in (("/sign-out", {"csrf": csrf}), ("/sign-in", {"token": "x"})):
        told = browser.post(path, data=fields, headers=headers)
        assert told.status_code == 403 and "another site" in told.text
    assert "Awa" in browser.get("/").text
    same = {"Origin": "http://testserver"}
    assert browser.post("/sign-out", data={"csrf": csrf}, headers=same).status_code == 303


def test_a_form_is_sent_as_a_form(office):
    browser = office.browser("Awa")
    for more in ({"json": {"csrf": browser.csrf}}, {"files": {"csrf": ("a", browser.csrf)}}):
        assert browser.post("/sign-out", **more).status_code == 415


def test_wrong_tokens_are_tried_at_the_pace_of_writes(office):
    paces = Pace(1, 100, lambda: 0.0), Pace(1, 3, lambda: 0.0)
    browser = Browser(Limits(office.app, *paces))
    assert [browser.sign_in("x").status_code for _ in range(4)] == [403, 403, 403, 429]


def test_a_page_for_a_role_sends_strangers_to_where_they_sign_in_and_back(office):
    def page(request: Request) -> Response:
        return Response(sessions_of(request).signed(request, Role.RECORDER).name)

    office.app.add_api_route("/for-recorders", page, methods=["GET"])
    told = office.browser().get("/for-recorders?a=b")
    assert told.status_code == 303
    assert told.headers["location"] == "/sign-in?next=%2Ffor-recorders%3Fa%3Db"
    told = office.browser("Rea").get("/for-recorders")
    assert told.status_code == 403 and "for a recorder, and Rea is a reader" in told.text
    assert office.browser("Awa").get("/for-recorders").text == "Awa"


@pytest.mark.parametrize(
    ("asked", "signs_in", "flag"),
    [
        ({}, 404, None),
        ({"write": True}, 303, ""),
        ({"write": True, "behind_tls": True}, 303, "; Secure"),
        ({"public": True, "behind_tls": True, "host": "192.0.2.1"}, 303, "; Secure"),
        ({"public": True, "anyone": True, "behind_tls": True, "host": "192.0.2.1"}, 404, None),
    ],
)
def test_the_command_lets_people_sign_in_where_they_write_or_nobody_else_reads(
    asked, signs_in, flag, office, monkeypatch
):
    served = []
    module = importlib.import_module("reconcile.cli.serve")
    monkeypatch.setattr(module, "_run", lambda server, host: served.append(server.config.app))
    module.serve(office.home, **asked)
    browser = Browser(served[0])
    told = browser.sign_in(office.tokens["Awa"], headers={"Host": "localhost"})
    assert told.status_code == signs_in
    if flag is not None:
        assert ("; Secure" in told.headers["set-cookie"]) == bool(flag)
    closed = "public" in asked and "anyone" not in asked
    told = Browser(served[0]).get("/nothing", headers={"Host": "localhost"})
    assert told.status_code == (303 if closed else 404)


def test_the_page_of_somebody_is_kept_for_nobody_else(office):
    stranger = office.browser()
    before = stranger.get("/")
    assert before.headers["cache-control"] == "no-cache"
    assert before.headers["vary"] == "Accept-Language, Cookie"
    browser = office.browser("Awa")
    tag = {"If-None-Match": before.headers["etag"]}
    told = browser.get("/", headers=tag)
    assert told.status_code == 200 and "Awa" in told.text
    assert told.headers["cache-control"] == "private, no-store" and "etag" not in told.headers
    assert stranger.get("/").text == before.text and "Awa" not in before.text
    assert stranger.get("/", headers=tag).status_code == 304


def test_a_hostile_name_is_shown_as_text(office):
    page = office.browser(HOSTILE).get("/").text
    assert HOSTILE not in page and "&lt;script&gt;alert(1)" in page


def test_the_api_takes_no_cookie(office):
    browser = office.browser("Awa")
    told = browser.post("/v1/claims/preview", json={"figures": [{"claim": "b"}]})
    assert told.status_code == 401


def test_the_pages_speak_french(office):
    page = office.browser().get("/sign-in?language=fr&next=/events").text
    assert "Se connecter" in page and "language=fr" in page
    told = office.browser().post("/sign-in?language=fr", data={"token": "x"})
    assert told.status_code == 403 and "n’est le jeton de personne" in told.text


def test_a_closed_service_sends_browsers_to_where_one_signs_in(closed):
    stranger = closed.browser()
    told = stranger.get("/events?country=ML&language=fr")
    assert told.status_code == 303
    where = "/sign-in?next=%2Fevents%3Fcountry%3DML%26language%3Dfr&language=fr"
    assert told.headers["location"] == where
    assert stranger.get(where).status_code == 200
    assert stranger.get("/", headers={"Accept": "*/*"}).status_code == 401
    assert stranger.post("/sign-out", data={}).status_code == 401
    assert stranger.get("/v1/events").status_code == 401


def test_a_closed_service_shows_its_pages_to_who_is_signed_in_and_data_to_tokens(closed):
    browser = TestClient(closed.app, base_url="https://testserver")
    told = browser.post(
        "/sign-in", data={"token": closed.tokens["Rea"]}, headers={"Origin": "https://testserver"}
    )
    assert told.status_code == 200 and "Rea, reader" in told.text
    assert browser.get("/v1/events").status_code == 401
    bearer = {"Authorization": f"Bearer {closed.tokens['Rea']}"}
    assert browser.get("/v1/events", headers=bearer).status_code == 200
    assert closed.browser().get("/", headers=bearer).status_code == 200
