"""The pages of the service: what they show, in two languages; hostile texts do nothing."""

import re
from html.parser import HTMLParser

import pytest
from hostile import TEXTS, TURNING
from ledgers import ledger_of
from serving import serving, until
from test_hostile_pages import ATTRIBUTES, TAGS, Page, hostile_ledger

import reconcile
from reconcile.bundled import content
from reconcile.escape import terminal

SHIPPED = content("claims").parent
CLAIM = "djibo-2025-05-11--jnim--killed--soldiers--2"
PAGES = [
    "/",
    "/events",
    "/events?country=ML&status=contested",
    "/events/djibo-2025-05-11",
    "/sources",
    "/sources/jnim",
    f"/claims/{CLAIM}",
    "/compare",
    "/compare?one=jnim&other=mali-army",
    "/compare?one=government&other=insurgent",
    "/changes",
    "/changes?since=2025-06-02",
]
MORE_TAGS = {"form", "input", "select", "option", "label", "button", "datalist", "footer"}
MORE_TAGS |= {"dl", "dt", "dd"}
MORE_ATTRIBUTES = {
    "min",
    "method",
    "action",
    "value",
    "selected",
    "list",
    "required",
    "hreflang",
    "rel",
}
MORE_ATTRIBUTES |= {"aria-current"}


@pytest.fixture(scope="module")
def served():
    with serving(SHIPPED) as client:
        yield client


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    home = hostile_ledger(tmp_path_factory.mktemp("hostile") / "<svg onload=harm()> {{ 7 * 7 }}")
    with serving(home) as client:
        yield client


class Texts(HTMLParser):
    """The text of a page in a line."""

    def __init__(self, told):
        super().__init__()
        self.text = ""
        self.feed(told)
        self.text = " ".join(self.text.split())

    def handle_data(self, told):
        self.text += told


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_told_in_the_language_asked_for(path, served):
    join = "&" if "?" in path else "?"
    english = served.get(path, headers={"Accept-Language": "en"})
    french = served.get(path, headers={"Accept-Language": "de;q=0.9, fr-CA, en;q=0.8"})
    asked = served.get(f"{path}{join}language=fr", headers={"Accept-Language": "en"})
    for told, language in ((english, "en"), (french, "fr"), (asked, "fr")):
        assert told.status_code == 200, told.text[:300]
        assert f'<html lang="{language}">' in told.text
        assert told.headers["content-language"] == language
        assert told.headers["vary"] == "Accept-Language"
        assert told.headers["content-type"] == "text/html; charset=utf-8"
    assert "Overview" in english.text and "Vue d" in asked.text
    assert "language=fr" in asked.text.partition("</header>")[0]
    assert len({one.headers["etag"] for one in (english, french, asked)}) == 3
    tag = english.headers["etag"]
    again = served.get(path, headers={"Accept-Language": "en", "If-None-Match": tag})
    assert again.status_code == 304


@pytest.mark.parametrize("path", PAGES)
def test_a_page_runs_nothing_and_loads_nothing(path, served):
    told = served.get(path)
    page = Page(told.text)
    assert set(page.tags) <= TAGS | MORE_TAGS
    assert page.attributes <= ATTRIBUTES | MORE_ATTRIBUTES
    assert "script" not in page.tags and page.tags.count("style") == 2
    assert len(set(page.ids)) == len(page.ids)
    assert all(re.match(r"[#/]|https?://", link) for link in page.links)
    policy = told.headers["content-security-policy"]
    assert "script-src" not in policy and "form-action 'self'" in policy
    assert "frame-ancestors 'none'" in policy


def test_every_link_within_leads_somewhere(served):
    waiting, seen = set(PAGES), set()
    for path in waiting:
        seen |= {one for one in Page(served.get(path).text).links if one.startswith("/")}
    assert len(seen) > 200
    for path in sorted(seen)[::9]:
        assert served.get(path).status_code in (200, 202), path


def test_the_first_page_counts_as_the_report_does(served):
    ledger = reconcile.read(SHIPPED)
    report = reconcile.report(ledger, reconcile.check(ledger, expectations=False), form="html")
    wanted = re.search(r'<section id="first".*?</section>', report, re.S)[0]
    told = re.search(r'<section id="first".*?</section>', served.get("/").text, re.S)[0]
    assert told.replace("/events/", "#event-").replace('href="?', 'href="') == wanted


def test_a_ledger_that_holds_nothing_has_its_pages(tmp_path):
    with serving(ledger_of(tmp_path)) as client:
        for path in ("/", "/?as_of=2000-01-01", "/events", "/sources", "/compare", "/changes"):
            assert client.get(path).status_code == 200, path


def test_before_anything_was_said_there_is_a_first_page(served):
    assert served.get("/?as_of=2000-01-01").status_code == 200


def test_no_page_leads_to_another_host(served):
    for path in ("//evil.example/x", "//evil.example//x?a=b"):
        told = served.get(f"http://testserver{path}")
        assert told.status_code == 404
        assert not [one for one in Page(told.text).links if one.startswith("//")]


def test_an_event_says_what_the_report_says(served):
    told = Texts(served.get("/events/boulikessi-2025-06-01?language=en").text).text
    assert "4 Jun 2025: Malian security source quoted by RFI corrects 91 or more" in told
    assert "71 apart" in told


def test_a_claim_has_its_history(served):
    told = Texts(served.get(f"/claims/{CLAIM}?language=en").text).text
    assert "200 soldiers killed" in told and "corrects itself" in told
    assert "60 soldiers killed" in told and "corrected since" in told
    assert "denies the figure" in told and "claims/figures/2025.csv:" in told


def test_a_day_is_asked_of_every_page(served):
    for path in PAGES:
        if path.startswith(("/claims", "/changes?")):
            continue
        join = "&" if "?" in path else "?"
        told = served.get(f"{path}{join}as_of=2025-06-02&language=en").text
        assert "What had been said by 2 Jun 2025" in told, path
        links = [one for one in Page(told).links if one.startswith("/events/")]
        assert all("as_of=2025-06-02" in one or one.startswith(path) for one in links)
    assert served.get("/claims/nobody").status_code == 404


def test_a_field_left_empty_asks_nothing(served):
    told = served.get("/events?text=&country=&since=&until=&status=&side=&silent=&source=&as_of=")
    assert told.status_code == 200 and "124 events" in told.text


def test_pages_follow_each_other(served):
    path, seen = "/events?language=en", []
    while path:
        page = served.get(path).text
        seen += re.findall(r'<th><a href="/events/([^"?]+)', page)
        found = re.search(r'rel="next" href="([^"]+)"', page)
        path = found and found[1].replace("&amp;", "&")
    assert len(seen) == len(set(seen)) == 124


def test_a_misspelt_page_or_parameter_is_told_as_a_page(served):
    for path, status, words in (
        ("/nothing", 404, "There is nothing at this address."),
        ("/events/djib", 404, "events has no djib"),
        ("/events?contry=ML", 422, "did you mean country?"),
        ("/compare?one=jnm&other=government", 422, "did you mean jnim?"),
        ("/changes?since=2031-01-01", 422, "is not before"),
        ("/sources/jnm", 404, "did you mean jnim?"),
    ):
        told = served.get(path, headers={"Accept-Language": "en"})
        assert told.status_code == status
        assert words in Texts(told.text).text
        assert told.headers["cache-control"] == "private, no-store"


def test_findings_are_a_page_that_asks_again_until_they_are_there(served):
    first = served.get("/findings?language=en")
    if first.status_code == 202:
        assert '<meta http-equiv="refresh" content="2">' in first.text
        assert first.headers["retry-after"] == "2"
    until(lambda: served.get("/findings").status_code == 200, 120)
    told = Texts(served.get("/findings?rule=figures-apart&language=en").text).text
    assert "Defense Archives analyst says 24, Defense Arab forum says 38, 14 apart" in told
    assert "écart" in served.get("/findings?rule=figures-apart&language=fr").text
    page = Texts(served.get("/events/eknewane-2024-09-18?language=en").text).text
    assert "What the checks say" in page and "is not among this yet" not in page


# hostile texts ------------------------------------------------------------------------------------


def test_hostile_texts_of_the_ledger_are_shown_and_do_nothing(hostile):
    shown = ""
    for path in (
        "/",
        "/events?limit=300",
        "/sources?limit=300",
        "/compare",
        "/compare?one=s1&other=s2",
    ):
        page = Page(hostile.get(path).text)
        assert set(page.tags) <= TAGS | MORE_TAGS, path
        assert page.attributes <= ATTRIBUTES | MORE_ATTRIBUTES, path
        assert "script" not in page.tags
        shown += "".join(page.texts)
    for at in range(0, 300, 7):
        for path in (f"/events/e{at}", f"/sources/s{at}", f"/claims/low-{at}"):
            told = hostile.get(path)
            assert told.status_code == 200
            page = Page(told.text)
            assert set(page.tags) <= TAGS | MORE_TAGS, path
            assert page.attributes <= ATTRIBUTES | MORE_ATTRIBUTES, path
            assert all(re.match(r"[#/]|https?://", link) for link in page.links)
            shown += "".join(page.texts)
    for text in TEXTS[::7]:
        assert terminal(text) in shown, text


@pytest.mark.parametrize(
    "path",
    [
        *("/events?text={}", "/events?{}=1", "/events?source={}", "/compare?one={}&other=s1"),
        *("/sources/{}", "/events/{}", "/claims/{}", "/{}", "/changes?since={}", "/events?page={}"),
        *("/v1/events?text={}", "/v1/events?{}=1", "/v1/{}", "/v1/claims/{}", "/?language={}"),
        "/?as_of={}",
    ],
)
def test_hostile_texts_of_a_request_are_not_reflected(path, hostile):
    from urllib.parse import quote

    for text in [*TEXTS[::11], *TURNING, "../../etc/passwd", "..%2f..%2fetc%2fpasswd", "x\x00y"]:
        told = hostile.get(path.replace("{}", quote(text, safe="")))
        assert told.status_code in (200, 404, 422), (path, text)
        assert "root:" not in told.text
        if told.headers["content-type"].startswith("text/html"):
            page = Page(told.text)
            assert set(page.tags) <= TAGS | MORE_TAGS, text
            assert page.attributes <= ATTRIBUTES | MORE_ATTRIBUTES, text
            assert not re.search("[\u202a-\u202e\u2066-\u2069]", told.text)
        else:
            assert told.headers["content-type"] in ("application/json", "application/problem+json")
            assert told.headers["x-content-type-options"] == "nosniff"
            assert "<" not in told.text
