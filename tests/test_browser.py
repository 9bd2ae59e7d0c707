"""The pages in a browser: nothing fails, nothing is loaded, nothing overlaps, axe finds nothing.

RECONCILE_PHOTOGRAPHS in the environment names a folder in which every combination is photographed.
"""

import os
import re
from datetime import date
from pathlib import Path

import pytest
from many_events import many_events

import reconcile
from reconcile.bundled import content
from reconcile.pages.changes import changed_since
from reconcile.selection import Selection

pytestmark = pytest.mark.untraced

SHIPPED = content("claims").parent
PHOTOGRAPHS = os.environ.get("RECONCILE_PHOTOGRAPHS")
WIDTHS = {"phone": 390, "laptop": 1280, "print": 718}
THEMES = ("light", "dark")
LANGUAGES = ("en", "fr")
DAY = date(2025, 6, 2)
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OUTSIDE = """() => {
  const width = document.documentElement.clientWidth;
  const scrolls = (one) => one.closest(".scroll, .map, svg, .vh, .skip");
  const cut = (one) => {
    const style = getComputedStyle(one);
    const whole = style.display === "inline" || style.overflowX !== "visible";
    return !whole && !one.querySelector("svg") && one.scrollWidth > one.clientWidth + 1;
  };
  return [...document.querySelectorAll("body *")]
    .filter((one) => !scrolls(one) && one.getBoundingClientRect().width > 2)
    .filter((one) => one.getBoundingClientRect().right > width + 1 || cut(one))
    .map((one) => one.tagName + " " + one.textContent.slice(0, 60));
}"""
OVERLAPPING = """() => {
  const meet = (one, other) => one.left < other.right - 1 && other.left < one.right - 1
    && one.top < other.bottom - 1 && other.top < one.bottom - 1;
  const around = (one) => {
    const range = document.createRange();
    range.selectNodeContents(one);
    return range.getBoundingClientRect();
  };
  const groups = [...document.querySelectorAll(".plot svg, .map svg")]
    .map((one) => [...one.querySelectorAll("text")].map((text) => text.getBoundingClientRect()));
  for (const row of document.querySelectorAll(".plot tbody tr:not(.c)"))
    groups.push([...row.children].filter((one) => one.textContent.trim()).map(around));
  return groups.flatMap((boxes) => boxes.flatMap((one, at) =>
    boxes.slice(at + 1).filter((other) => one.width && other.width && meet(one, other))
      .map((other) => [one.x, one.y, other.x, other.y])));
}"""
OPEN = "document.querySelectorAll('details').forEach(one => one.open = true)"


class Heard(list):
    """What a page says and asks for while it is open."""

    def listen(self, page):
        for name in ("console", "pageerror", "dialog", "requestfailed"):
            page.on(name, lambda told, name=name: self.append((name, str(told))))
        page.on("request", lambda told: self.asked.append(told.url))
        return page

    def __init__(self):
        super().__init__()
        self.asked = []


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The pages of the shipped ledger, and short ones of a few events, in each language."""
    folder = tmp_path_factory.mktemp("pages")
    ledger = reconcile.read(SHIPPED)
    database = reconcile.connect(ledger)
    findings = reconcile.check(ledger, database, expectations=False)
    changes = changed_since(ledger, database, DAY)
    told = {}
    for language in LANGUAGES:
        for name, selection in (("all", Selection()), ("some", Selection(event="djibo"))):
            file = folder / f"{name}-{language}.html"
            text = reconcile.report(
                ledger, findings, database, selection=selection, changes=changes, form="html",
                language=language,
            )  # fmt: skip
            file.write_text(text, "utf-8")
            told[name, language] = file
    return told


@pytest.fixture
def opened(browser):
    """Opens a file as a reader would: a width, a theme, no network; closed at the end."""
    contexts = []

    def open_at(file, width=1280, theme="light", scripts=True, heard=None):
        context = browser.new_context(
            offline=True,
            viewport={"width": width, "height": 900},
            color_scheme=theme,
            java_script_enabled=scripts,
        )
        contexts.append(context)
        page = (heard if heard is not None else Heard()).listen(context.new_page())
        page.goto(Path(file).as_uri())
        return page

    yield open_at
    for context in contexts:
        context.close()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_fails_is_loaded_is_cut_or_overlaps(width, theme, language, files, opened):
    heard = Heard()
    everything = PHOTOGRAPHS or (theme, language) == ("light", "en")
    file = files["all" if everything else "some", language]
    page = opened(file, WIDTHS[width], theme, heard=heard)
    if width == "print":
        page.emulate_media(media="print", color_scheme=theme)
    page.evaluate(OPEN)
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[width]
    assert page.evaluate(OUTSIDE) == []
    assert page.evaluate(OVERLAPPING) == []
    assert heard == []
    assert heard.asked == [file.as_uri()]
    if PHOTOGRAPHS:
        photograph(page, f"{width}-{theme}-{language}")


def photograph(page, name):
    folder = Path(PHOTOGRAPHS)
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {
        "first": "#first",
        "sentences": "#sentences",
        "map": "#map",
        "event": "#event-boulikessi-2025-06-01",
        "source": "#source-mali-army",
        "reading": "#reading",
    }
    for part, selector in wanted.items():
        page.locator(selector).screenshot(path=folder / f"{part}-{name}.png")


@pytest.mark.parametrize("width", ["phone", "laptop"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing(theme, language, width, files, opened):
    from axe_playwright_python.sync_playwright import Axe

    page = opened(files["some", language], WIDTHS[width], theme)
    page.evaluate(OPEN)
    told = Axe().run(page, options={"runOnly": {"type": "tag", "values": STANDARD}}).response
    assert [(one["id"], one["nodes"][0]["html"]) for one in told["violations"]] == []
    assert len(told["passes"]) > 30


def test_the_page_reads_without_a_script(files, opened):
    page = opened(files["all", "en"], scripts=False)
    assert page.locator("#first").is_visible()
    assert not page.locator(".find").is_visible()
    page.locator("#event-abala-2025-05-04 summary, #events details summary").first.click()
    assert page.locator("#events details[open] table.plot").first.is_visible()


def test_a_permalink_opens_what_is_folded(files, opened):
    file = files["all", "en"]
    told = re.findall(r'<details class="event" id="(event-[^"]+)"', file.read_text("utf-8"))
    page = opened(file)
    page.goto(f"{file.as_uri()}#{told[-1]}")
    assert page.locator(f"#{told[-1]} table.plot").is_visible()
    assert page.locator(f"#{told[-1]}").evaluate("one => one.getBoundingClientRect().top") < 900


def test_the_list_of_events_can_be_searched(files, opened):
    page = opened(files["all", "en"])
    page.locator(".find input").fill("boulikessi contested")
    shown = page.locator("#sentences tbody tr:visible")
    assert 1 <= shown.count() < 5
    assert page.locator(".find span").inner_text() == f"{shown.count()} / 124"


def test_the_keyboard_reaches_the_page_in_order(files, opened):
    page = opened(files["some", "en"])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    inside = "document.activeElement.closest('#first') !== null"
    assert page.evaluate(inside)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_page_is_one_page_of_paper(language, files, opened):
    page = opened(files["all", language])
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 703, "height": 1047})
    height = page.evaluate("document.getElementById('first').getBoundingClientRect().bottom")
    assert height <= 1047
    told = page.pdf(prefer_css_page_size=True, page_ranges="1-2")
    assert told.count(b"/Type /Page\n") == 2
    if PHOTOGRAPHS:
        (Path(PHOTOGRAPHS) / f"paper-{language}.pdf").write_bytes(told)


def test_the_tail_of_a_long_ledger_is_folded_and_not_cut(tmp_path, opened):
    ledger = reconcile.read(many_events(tmp_path / "many", 600))
    findings = reconcile.check(ledger, expectations=False)
    file = tmp_path / "many.html"
    file.write_text(reconcile.report(ledger, findings, form="html"), "utf-8")
    heard = Heard()
    page = opened(file, heard=heard)
    events = page.locator("[id^=event-]")
    assert events.count() == 600
    folded = page.locator("details > details[id^=event-]")
    assert folded.count() > 400 and not folded.first.is_visible()
    page.goto(f"{file.as_uri()}#{folded.first.get_attribute('id')}")
    assert folded.first.locator("li").first.is_visible()
    assert heard == []
