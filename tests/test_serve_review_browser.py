"""Signing in and reviewing in a browser, without a script: the day of a claim, and how it looks."""

import os
from pathlib import Path

import pytest
from ledgers import ledger_at
from serving import Office, listening
from test_browser import OUTSIDE, STANDARD, WIDTHS, Heard
from test_serve_browser import SEEN, opening
from test_serve_review import FIGURES, ROLES, WHEN, row

from reconcile.review import record
from reconcile.serve.limits import Limits
from reconcile.serve.manners import Manners
from reconcile.serve.sessions import COOKIE

pytestmark = pytest.mark.untraced

PHOTOGRAPHS = os.environ.get("RECONCILE_PHOTOGRAPHS")
LONG = "as the second page of the communiqué has it, which nobody else printed " * 3
PAGES = {
    "sign-in": "/sign-in?next=/review",
    "queue": "/review",
    "waiting": "/review/waits",
    "counting": "/review/a",
    "aside": "/claims/waits",
}


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    home = ledger_at(tmp_path_factory.mktemp("browser"), figures=FIGURES, attributions=[])
    waiting = row("waits", measure="killed", stated=f"w thirty, {LONG}")
    for rows, act in (([waiting], "submitted"), ([row("later")], "draft")):
        record(home, {"figures": rows}, by="Awa", because=LONG, on=WHEN, act=act)
    return Office(home, ROLES)


@pytest.fixture(scope="module")
def address(office):
    """The address of the service, with its limits and manners, on this machine."""
    wrapped = Manners(Limits(office.app), ["127.0.0.1"], lambda line: None, lambda: "now")
    with listening(wrapped) as told:
        yield told


@pytest.fixture
def opened(browser, address, office):
    """Opens a page as somebody who is signed in."""

    def session(who):
        person = office.people.of_token(office.tokens[who])
        return {"name": COOKIE, "value": office.people.begin(person, office.now, 3600)}

    with opening(browser, address) as told:

        def open_at(path, who=None, width=1280, heard=None, **more):
            cookies = [session(who)] if who else []
            return told(path, width, heard, cookies, **more)

        yield open_at


@pytest.mark.parametrize(("width", "language"), SEEN)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole_and_asks_for_nothing_else(name, width, language, opened, address):
    heard = Heard()
    path = f"{PAGES[name]}{'&' if '?' in PAGES[name] else '?'}language={language}"
    page = opened(path, "Fatou", WIDTHS[width], heard)
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[width]
    assert page.evaluate(OUTSIDE) == []
    assert heard.asked == [address + path] and heard == []
    assert page.evaluate("document.scripts.length") == 0
    if PHOTOGRAPHS:
        Path(PHOTOGRAPHS).mkdir(parents=True, exist_ok=True)
        file = Path(PHOTOGRAPHS) / f"{name}-{width}-{language}.png"
        page.screenshot(path=file, full_page=True)


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(name, opened):
    from axe_playwright_python.sync_playwright import Axe

    page = opened(PAGES[name], "Fatou", bypass_csp=True)
    told = Axe().run(page, options={"runOnly": {"type": "tag", "values": STANDARD}}).response
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in told["violations"]] == []
    assert len(told["passes"]) > 10


def test_a_page_of_another_site_acts_for_nobody(opened, address, office):
    page = opened("/review/waits", "Fatou")
    fields = page.evaluate(
        "Object.fromEntries(new FormData(document.querySelector('form.act')).entries())"
    )
    before = office.files()
    inputs = "".join(
        f"<input name={name} value='{value}'>"
        for name, value in (fields | {"because": "x", "act": "accepted"}).items()
    )
    form = f"<form method=post action='{address}/review/waits'>{inputs}</form>"
    page.route(
        "http://evil.example/*", lambda one: one.fulfill(content_type="text/html", body=form)
    )
    page.goto("http://evil.example/")
    page.evaluate("document.forms[0].submit()")
    page.wait_for_url(f"{address}/review/waits")
    assert "another site sent this" in page.locator("main").inner_text()
    assert office.files() == before


def test_somebody_signs_in_returns_a_claim_and_signs_out(opened, office):
    page = opened("/review/waits", java_script_enabled=False)
    page.locator("main >> text=Sign in").first.click()
    page.get_by_label("Token").fill("rcl_nobody")
    page.get_by_role("button", name="Sign in").click()
    assert "nobody’s token" in page.get_by_role("alert").inner_text()
    page.get_by_label("Token").fill(office.tokens["Ibrahim"])
    page.get_by_role("button", name="Sign in").click()
    assert page.url.endswith("/review/waits")
    assert "Malian army says 8, JNIM says 30, 22 apart" in page.locator("main").inner_text()
    (cookie,) = page.context.cookies()
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Strict", "/")
    page.get_by_role("button", name="Return").click()
    assert page.url.endswith("/review/waits")  # The browser asks for the reason first.
    page.get_by_label("Why").fill("Of the day before")
    page.get_by_role("button", name="Return").click()
    assert "Returned by Ibrahim" in page.get_by_role("status").inner_text()
    page.get_by_role("button", name="Sign out").click()
    assert page.context.cookies() == []
    page.go_back()
    page.reload()
    assert "Ibrahim, reviewer" not in page.locator("header").inner_text()
