"""The pages of the review: what waits, what may be done and by whom, and what was done."""

import datetime as dt
import re

import pytest
from ledgers import base, claim, event, ledger_at
from serving import Office, TestClient

from reconcile.journal import history
from reconcile.pipeline import read
from reconcile.review import accept, record
from reconcile.serve.app import application
from reconcile.serve.people import Role

HOSTILE = "<script>alert(1)</script>"
ROLES = {
    "Rea": Role.READER,
    "Awa": Role.RECORDER,
    "Ibrahim": Role.REVIEWER,
    "Fatou": Role.REVIEWER,
}
WHEN = dt.datetime(2025, 7, 1, 10, tzinfo=dt.UTC)
FIGURES = [
    claim("a", low=8, best=8, high=8),
    claim("z", source="jnim", low=9, best=9, high=9, victims="civilians"),
]


BROUGHT = ("day", "first", "race", "role", "forms", "acts", "lines")


def row(identity, **cells):
    """A claim of JNIM on the wounded, of whom nobody else speaks."""
    cells = {"source": "jnim", "low": 30, "best": 30, "high": 30, "measure": "wounded"} | cells
    return {name: cell for name, cell in claim(identity, **cells).items() if cell != ""}


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """A service of a ledger in which a claim waits for each test."""
    home = ledger_at(tmp_path_factory.mktemp("review"), figures=FIGURES, attributions=[])
    rows = [
        *(row(name) for name in BROUGHT),
        row("second", repeats="first"),
        row("apart", measure="killed"),
        row("fits", source="army", victims="civilians", measure="killed", low=9, best=9, high=9),
    ]
    for by, because, told in (
        ("Awa", "Read in the paper", rows),
        ("Ibrahim", "Read in the paper", [row("own")]),
        ("Awa", HOSTILE, [row("hostile", stated=f"{HOSTILE} hurt")]),
    ):
        record(home, {"figures": told}, by=by, because=because, on=WHEN)
    return Office(home, ROLES)


def seen(page):
    return re.search(r'name="seen" value="([^"]*)"', page.text)[1]


def act(browser, identity, deed, because="As printed", **more):
    page = browser.get(f"/review/{identity}")
    told = {"act": deed, "because": because, "seen": seen(page)} | more
    return browser.form(f"/review/{identity}", **told)


def acts(office, identity):
    return [(one.act, one.by, one.because) for one in history(read(office.home), identity)]


def test_a_claim_is_returned_submitted_accepted_and_retracted_from_pages(office):
    identity = "day"
    awa, ibrahim, fatou = (office.browser(name) for name in ("Awa", "Ibrahim", "Fatou"))
    queue = ibrahim.get("/review").text
    assert f'href="/review/{identity}"' in queue and "Read in the paper" in queue
    told = act(ibrahim, identity, "returned", "Of the day before")
    assert (told.status_code, told.headers["location"]) == (303, f"/review?done={identity}")
    assert "Returned by Ibrahim on <time" in ibrahim.get(told.headers["location"]).text
    assert act(awa, identity, "submitted", "Mended").status_code == 303
    assert "waits for review" in awa.get(f"/claims/{identity}").text
    assert act(ibrahim, identity, "accepted").status_code == 303
    page = ibrahim.get(f"/claims/{identity}").text
    assert "waits for review" not in page and "Of the day before" in page
    assert act(fatou, identity, "retracted", "Printed in error").status_code == 303
    for path in (f"/claims/{identity}", f"/review/{identity}", "/review"):
        page = office.browser().get(path)
        assert page.status_code == 200 and "Printed in error" in page.text
    assert "retracted and counts no more" in office.browser().get(f"/claims/{identity}").text
    assert "<button name" not in fatou.get(f"/review/{identity}").text
    assert acts(office, identity) == [
        ("submitted", "Awa", "Read in the paper"),
        ("returned", "Ibrahim", "Of the day before"),
        ("submitted", "Awa", "Mended"),
        ("accepted", "Ibrahim", "As printed"),
        ("retracted", "Fatou", "Printed in error"),
    ]


def test_the_conflicts_of_a_claim_stand_beside_what_others_say(office):
    told = office.browser("Ibrahim").get("/review/apart").text
    assert "soldiers killed, new: Malian army says 8, JNIM says 30, 22 apart" in told
    assert "<strong>22 apart</strong>" in told
    fitting = office.browser("Ibrahim").get("/review/fits").text
    assert "would change no conflict" in fitting and "a number fits both" in fitting


def test_what_would_count_with_a_claim_and_what_goes_with_it_is_said(office):
    first, second = "first", "second"
    ibrahim = office.browser("Ibrahim")
    assert "1 more claim would count with it" not in ibrahim.get(f"/review/{first}").text
    act(ibrahim, second, "accepted")
    assert "1 more claim would count with it" in ibrahim.get(f"/review/{first}").text
    page = ibrahim.get(f"/claims/{second}").text
    assert f'repeats one that does not.</strong> <a href="/claims/{first}"' in page
    assert "it counts" not in page
    act(ibrahim, first, "accepted")
    page = ibrahim.get(f"/review/{first}").text
    assert "1 claim repeats this one and goes with it:" in page and f"/claims/{second}" in page
    assert "goes with it" not in ibrahim.get(f"/review/{second}").text


def test_claims_that_wait_stand_under_their_own_events(tmp_path):
    """Two events may bear one name; the newest comes first."""
    told = {"name": "Attack", "country": "ML"}
    events = [*base("events"), event("a-2025-05-01", starts_on="2025-05-01", **told)]
    events += [event("b-2025-07-01", starts_on="2025-07-01", **told)]
    home = ledger_at(tmp_path, events=events, attributions=[])
    said = [row("old", event="a-2025-05-01"), row("new", event="b-2025-07-01")]
    said += [row("older", event="a-2025-05-01", victims="civilians")]
    record(home, {"figures": said}, by="Awa", because="Read", on=WHEN)
    page = Office(home, ROLES).browser("Ibrahim").get("/review?language=en").text
    assert re.findall(r'<h2><a href="/events/([^"?]+)', page) == ["b-2025-07-01", "a-2025-05-01"]
    first, _, second = page.partition("/events/a-2025-05-01")
    assert "/review/new" in first and "/review/old" in second and "/review/older" in second


def test_of_two_who_act_at_once_the_second_is_told_and_keeps_what_was_typed(office):
    identity = "race"
    ibrahim, fatou = office.browser("Ibrahim"), office.browser("Fatou")
    before = seen(fatou.get(f"/review/{identity}"))
    assert act(ibrahim, identity, "returned").status_code == 303
    told = act(fatou, identity, "accepted", "My own reason", seen=before)
    assert told.status_code == 409 and "after you opened the page" in told.text
    assert "was returned by Ibrahim" in told.text and ">My own reason</textarea>" in told.text
    assert seen(told) != before
    assert [one for one, _, _ in acts(office, identity)] == ["submitted", "returned"]
    told = act(fatou, identity, "accepted")
    assert told.status_code == 409 and "as it stands now" in told.text


def test_whoever_submits_does_not_accept(office):
    identity = "own"
    browser = office.browser("Ibrahim")
    page = browser.get(f"/review/{identity}").text
    assert "because you submitted it" in page and 'value="accepted"' not in page
    assert 'value="returned"' in page
    told = act(browser, identity, "accepted")
    assert told.status_code == 409 and "somebody else accepts it" in told.text
    assert 'value="accepted"' in office.browser("Fatou").get(f"/review/{identity}").text


def test_a_role_too_small_and_nobody_at_all_do_nothing(office):
    identity, before = "role", office.files()
    for who, why in (("Rea", "this is for a reviewer"), ("Awa", "this is for a reviewer")):
        browser = office.browser(who)
        page = browser.get(f"/review/{identity}")
        assert "<button name" not in page.text and why in page.text
        form = {"because": "x", "seen": "", "csrf": browser.csrf}
        for deed in ("accepted", "returned", "retracted"):
            told = browser.post(f"/review/{identity}", data=form | {"act": deed})
            assert told.status_code == 403 and why in told.text
    nobody = office.browser()
    page = nobody.get(f"/review/{identity}")
    assert f'/sign-in?next=%2Freview%2F{identity}"' in page.text
    told = nobody.post(f"/review/{identity}", data={"act": "accepted", "because": "x", "csrf": ""})
    assert told.status_code == 403 and "sign in" in told.text
    assert office.files() == before


def test_no_form_without_its_mark_and_none_of_another_site_does_anything(office):
    identity = "forms"
    browser, other = office.browser("Fatou"), office.browser("Fatou")
    fields = {
        "act": "accepted",
        "because": "x",
        "seen": seen(browser.get(f"/review/{identity}")),
        "csrf": browser.csrf,
    }
    before = office.files()
    for changed in ({"csrf": ""}, {"csrf": other.csrf}):
        assert browser.post(f"/review/{identity}", data=fields | changed).status_code == 403
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    told = browser.post(f"/review/{identity}", data=fields, headers=elsewhere)
    assert told.status_code == 403
    assert browser.post(f"/review/{identity}", json=fields).status_code == 415
    assert office.files() == before
    assert browser.post(f"/review/{identity}", data=fields).status_code == 303


@pytest.mark.parametrize(
    ("changed", "status", "why"),
    [
        ({"because": " \n "}, 422, "say why"),
        ({"because": "x" * 1001}, 422, "say why"),
        ({"because": "a\x00b"}, 422, "Nothing was done."),
        ({"act": "burned"}, 422, "act is one of"),
        ({"act": "draft"}, 422, "act is one of"),
        ({"act": ""}, 422, "act is one of"),
        ({"seen": ""}, 409, "after you opened the page"),
    ],
)
def test_what_is_no_act_is_refused(office, changed, status, why):
    before = office.files()
    told = act(office.browser("Fatou"), "acts", **{"deed": "accepted"} | changed_of(changed))
    assert told.status_code == status and why in told.text
    assert office.files() == before


def changed_of(changed):
    return {"deed" if name == "act" else name: value for name, value in changed.items()}


def test_what_is_not_there_is_not_found(office):
    browser = office.browser("Fatou")
    assert "figures has no nothing" in browser.get("/review/nothing").text
    for path in ("/review/nothing", "/claims/nothing"):
        assert browser.get(path).status_code == 404
    told = browser.form("/review/nothing", act="retracted", because="x", seen="")
    assert told.status_code == 404
    assert browser.get("/review/..%2f..%2fetc").status_code in (404, 422)


def test_hostile_words_are_shown_as_text(office):
    identity = "hostile"
    browser = office.browser("Fatou")
    for path in ("/review", f"/review/{identity}", f"/claims/{identity}"):
        page = browser.get(path).text
        assert HOSTILE not in page and "&lt;script&gt;alert(1)" in page
    told = act(browser, identity, "retracted", f"</textarea>{HOSTILE}")
    assert told.status_code == 409
    assert HOSTILE not in told.text and "&lt;/textarea&gt;&lt;script&gt;" in told.text


def test_the_pages_speak_french_and_a_reason_of_several_lines_is_one(office):
    identity = "lines"
    browser = office.browser("Fatou")
    page = browser.get("/review?language=fr").text
    assert "Aucune de ces affirmations ne compte" in page and "soumise" in page
    page = browser.get(f"/review/{identity}?language=fr").text
    assert "Si elle était acceptée" in page and "Accepter</button>" in page
    assert f'action="/review/{identity}?language=fr"' in page
    fields = {"act": "accepted", "because": "x", "seen": "x", "csrf": browser.csrf}
    told = browser.post(f"/review/{identity}?language=fr", data=fields)
    assert told.status_code == 409 and "après que vous avez ouvert la page" in told.text
    fields |= {"seen": seen(told), "because": "Un\r\n deux"}
    told = browser.post(f"/review/{identity}?language=fr", data=fields)
    assert told.headers["location"] == f"/review?language=fr&done={identity}"
    assert acts(office, identity)[-1] == ("accepted", "Fatou", "Un deux")


def test_a_service_that_is_only_read_shows_what_does_not_count_and_no_form(office):
    reader = TestClient(application(office.service))
    page = reader.get("/claims/own")
    assert page.status_code == 200 and "waits for review" in page.text
    assert "Ibrahim" in page.text and "/review" not in page.text and "Sign in" not in page.text
    for path in ("/review", "/review/own", "/sign-in"):
        assert reader.get(path).status_code == 404
    fields = {"act": "accepted", "because": "x", "seen": ""}
    assert reader.post("/review/own", data=fields).status_code == 404


def test_the_page_of_a_claim_that_counts_leads_to_where_it_is_retracted(office):
    page = office.browser().get("/claims/a").text
    assert '<a href="/review/a">Retract this claim</a>' in page and "no line on this claim" in page
    assert 'value="retracted"' in office.browser("Fatou").get("/review/a").text


def test_a_broken_journal_is_mended_before_anything_is_done(tmp_path):
    home = ledger_at(tmp_path, figures=FIGURES, attributions=[])
    record(home, {"figures": [row("b")]}, by="Awa", because="Read", on=WHEN)
    accept(home, "b", by="Fatou", because="As printed", on=WHEN)
    journal = home / "claims" / "journal.csv"
    journal.write_text(journal.read_text("utf-8").replace("As printed", "Altered"), "utf-8")
    office = Office(home, ROLES)
    browser = office.browser("Fatou")
    for path in ("/claims/b", "/review/b"):
        assert "a line of its journal breaks a law" in browser.get(path).text
    assert "<button name" not in browser.get("/review/b").text
    fields = {"act": "retracted", "because": "x", "seen": "", "csrf": browser.csrf}
    told = browser.post("/review/b", data=fields)
    assert told.status_code == 422 and "mend the journal first" in told.text
