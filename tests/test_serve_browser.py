"""The service in a browser: nothing fails, nothing outside is asked for, nothing is cut, no script.

RECONCILE_PHOTOGRAPHS in the environment names a folder in which every page is photographed.
"""

import contextlib
import os
from pathlib import Path

import pytest
from conftest import SOAKING
from serving import TODAY, listening, until
from test_browser import OUTSIDE, STANDARD, WIDTHS, Heard

from reconcile.bundled import content
from reconcile.serve.app import application
from reconcile.serve.manners import Manners
from reconcile.serve.service import Service

pytestmark = pytest.mark.untraced

SHIPPED = content("claims").parent
PHOTOGRAPHS = os.environ.get("RECONCILE_PHOTOGRAPHS")
SEEN = [("phone", "fr"), ("laptop", "en")]
SEEN += [("phone", "en"), ("laptop", "fr")] if SOAKING else []
CLAIM = "djibo-2025-05-11--jnim--killed--soldiers--2"
PAGES = {
    "overview": "/",
    "events": "/events?country=ML&status=contested",
    "event": "/events/djibo-2025-05-11",
    "sources": "/sources?side=observer",
    "source": "/sources/jnim",
    "claim": f"/claims/{CLAIM}",
    "compare": "/compare?one=jnim&other=mali-army",
    "sides": "/compare?one=government&other=insurgent",
    "findings": "/findings?rule=figures-apart",
    "changes": "/changes?since=2025-06-02",
    "fault": "/events/djibo",
    "then": "/events/boulikessi-2025-06-01?as_of=2025-06-02",
}


@pytest.fixture(scope="module")
def address():
    """The address of a service of the shipped ledger, on this machine."""
    service = Service.of(SHIPPED, lambda: TODAY)
    wrapped = Manners(application(service), ["127.0.0.1"], lambda line: None, lambda: "now")
    with listening(wrapped) as told:
        until(lambda: service.keeper.ready)
        until(lambda: service.judge.findings(service.keeper.current) is not None, 120)
        yield told


@contextlib.contextmanager
def opening(browser, address):
    """Opens pages at an address, with these cookies; closed at the end."""
    contexts = []

    def open_at(path, width=1280, heard=None, cookies=(), **more):
        context = browser.new_context(viewport={"width": width, "height": 900}, **more)
        contexts.append(context)
        context.add_cookies([{**one, "url": address} for one in cookies])
        page = (heard if heard is not None else Heard()).listen(context.new_page())
        page.goto(address + path)
        return page

    yield open_at
    for context in contexts:
        context.close()


@pytest.fixture
def opened(browser, address):
    """Opens a page of the service as a reader would."""
    with opening(browser, address) as told:
        yield told


@pytest.mark.parametrize(("width", "language"), SEEN)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole_and_asks_for_nothing_else(name, width, language, opened, address):
    heard = Heard()
    path = PAGES[name]
    path += f"{'&' if '?' in path else '?'}language={language}"
    page = opened(path, WIDTHS[width], heard)
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[width]
    assert page.evaluate(OUTSIDE) == []
    assert heard.asked == [address + path]
    if name == "fault":
        assert [one for one in heard if "404" not in one[1]] == []
    else:
        assert heard == []
    assert page.evaluate("document.scripts.length") == 0
    if PHOTOGRAPHS:
        Path(PHOTOGRAPHS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(PHOTOGRAPHS) / f"{name}-{width}-{language}.png", full_page=True)


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(name, opened):
    from axe_playwright_python.sync_playwright import Axe

    page = opened(PAGES[name], bypass_csp=True)
    told = Axe().run(page, options={"runOnly": {"type": "tag", "values": STANDARD}}).response
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in told["violations"]] == []
    assert len(told["passes"]) > 10


def test_a_reader_finds_an_event_its_source_and_what_it_says(opened):
    page = opened("/")
    page.locator("nav >> text=Events").click()
    page.get_by_label("Id or name").fill("djibo")
    page.locator("select[name=status]").select_option("contested")
    page.get_by_role("button", name="Find").click()
    assert "text=djibo" in page.url and "status=contested" in page.url
    page.locator("#sentences a", has_text="Djibo attack").first.click()
    assert page.locator("h1").inner_text() == "Djibo attack"
    page.locator("table.plot a", has_text="JNIM").first.click()
    assert "/sources/jnim" in page.url
    page.locator("nav >> text=Français").click()
    assert page.locator("html").get_attribute("lang") == "fr"
    page.locator("nav >> text=Événements").click()
    assert "language=fr" in page.url


def test_the_day_goes_with_the_reader(opened):
    page = opened("/events/boulikessi-2025-06-01")
    page.get_by_label("What had been said by").fill("2025-06-02")
    page.get_by_role("button", name="Show").click()
    assert "as_of=2025-06-02" in page.url
    assert "What had been said by 2 Jun 2025" in page.locator("header").inner_text()
    page.locator("nav >> text=Sources").click()
    assert "as_of=2025-06-02" in page.url
    page.get_by_role("link", name="All that is said").click()
    assert "as_of" not in page.url
