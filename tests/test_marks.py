"""The marks: where a number stands, what a claim looks like, and that both themes can be read."""

import re
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.finding import Text
from reconcile.model import Quantity
from reconcile.pages.cell import Cell, Voice
from reconcile.pages.edition import edition
from reconcile.pages.hypertext import inline
from reconcile.pages.saying import SIDES
from reconcile.pages.scale import Scale

NUMBERS = st.lists(st.integers(0, 100_000), min_size=1, max_size=12)


@given(NUMBERS, NUMBERS)
def test_numbers_stand_in_their_order_and_inside_the_plot(figures, others):
    scale = Scale.over(figures, others)
    told = sorted({*figures, *others})
    places = [scale.at(number) for number in told]
    assert places == sorted(places)
    assert all(0 <= place <= 94 for place in places)


@given(NUMBERS)
def test_a_scale_is_logarithmic_where_the_figures_span_more_than_a_decade(figures):
    told = [number for number in figures if number]
    wide = bool(told) and max(told) > 10 * min(told)
    assert Scale.over(figures).logarithmic == wide


@given(NUMBERS)
def test_ticks_are_few_rise_and_begin_with_nought(figures):
    scale = Scale.over(figures)
    ticks = scale.ticks()
    assert ticks[0] == 0
    assert ticks == sorted(set(ticks)) and ticks[-1] <= max(1, *figures, scale.high)
    assert len(ticks) <= 9


def test_equal_steps_on_a_linear_scale_and_equal_ratios_on_a_logarithmic_one():
    linear, logarithmic = Scale.over([10, 90]), Scale.over([1, 1000])
    assert not linear.logarithmic
    assert linear.at(60) - linear.at(30) == pytest.approx(linear.at(90) - linear.at(60), abs=0.2)
    steps = [logarithmic.at(10 ** (at + 1)) - logarithmic.at(10**at) for at in range(3)]
    assert max(steps) - min(steps) <= 0.2
    assert logarithmic.at(0) < logarithmic.at(1)


def test_nobody_named_a_number_still_has_an_axis():
    assert Scale.over([], []).ticks() == [0, 1]
    assert Scale.over([0]).at(0) == 3


# marks --------------------------------------------------------------------------------------------


def voice(low=40, high=40, named=40, side="insurgent", stance="figure", corrected=False, claim="c"):
    quantity = None if low is None else Quantity(low, high, named)
    return Voice(
        claim=claim, source="s", source_name="S", side=side, stance=stance, quantity=quantity,
        earlier=(), readings=1, stated="words", answers=None, known_on=None, document="d", url=None,
        row=1, publisher="P", archive_url=None, language="fr", corrected=corrected,
    )  # fmt: skip


def cell(*voices, **told):
    return Cell("killed", "soldiers", Text("soldiers killed", "soldats tués"), False, told, voices)


def marks(call, **values):
    template = edition("html", "en").from_string(
        '{% import "words.jinja" as words with context %}'
        '{% import "marks.jinja" as marks with context %}{{ ' + call + " }}"
    )
    return template.render(told=None, quantity=Quantity, quoted=str, **values)


SCALE = Scale.over([0, 100])


def drawn(told):
    return marks("marks.voice(told_voice, scale, 'p1')", told_voice=told, scale=SCALE)


@pytest.mark.parametrize(
    "side", ["government", "insurgent", "security", "local", "observer", "media"]
)
def test_the_shape_is_that_of_the_side(side):
    assert f'<use href="#{side[:3]}" x="39%"/>' in drawn(voice(side=side))
    assert f'id="{side[:3]}"' in marks("marks.symbols()")


def test_a_point_has_no_line_and_a_range_has_one_from_end_to_end():
    assert "<line" not in drawn(voice())
    about = drawn(voice(35, 45, 40))
    assert '<line x1="34.5%" x2="43.5%"/>' in about
    assert about.count("#ins") == 1


def test_a_range_without_a_number_named_is_marked_at_both_ends_and_never_in_the_middle():
    told = drawn(voice(20, 40, None))
    assert re.findall(r'#ins" x="([\d.]+)%', told) == ["21", "39"]


def test_an_open_bound_ends_in_an_open_arrow():
    told = drawn(voice(40, None, 40))
    assert '<line x1="39%" x2="100%"/>' in told and '<use href="#open" x="100%"/>' in told
    assert 'id="open" d="M-8-5 0 0-8 5" fill="none"' in marks("marks.symbols()")
    assert "#open" not in drawn(voice())


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        (voice(), "i"),
        (voice(side="government"), "g"),
        (voice(side="local"), ""),
        (voice(corrected=True), "i o"),
        (voice(1, None, None, stance="vague"), "i v"),
        (voice(24, None, None), "i v"),
        (voice(20, 40, None), "i"),
    ],
)
def test_superseded_is_hollow_and_vague_words_are_hatched(told, kind):
    assert marks("marks.kind(told_voice)", told_voice=told) == kind
    style = inline("style.css").text
    assert ".o use{fill:var(--paper)}" in style
    assert ".v use{fill:url(#hatch)}" in style and 'id="hatch-g"' in marks("marks.symbols()")


def test_silence_and_denial_have_marks_and_stand_nowhere_on_the_scale():
    for stance, mark in (("silence", "silence"), ("denies-figure", "denies")):
        told = drawn(voice(None, stance=stance))
        assert f'<use href="#{mark}" x="3%"/>' in told and "#ins" not in told


def test_the_gap_and_the_common_interval_are_shown_where_they_are():
    low, high = voice(8, 8, 8, claim="a"), voice(70, 70, 70, claim="b")
    apart = cell(
        low, high, status="conflicting", gap=62, low_claim="a", high_claim="b", low_high=8,
        high_low=70, common_low=None, common_high=None,
    )  # fmt: skip
    told = marks("marks.ground('p1-1', scale, cell, 1)", scale=SCALE, cell=apart)
    assert '<rect class="gap" x="10.2%" width="55.8%"/>' in told
    both = cell(low, high, status="agreed", common_low=40, common_high=None)
    told = marks("marks.ground('p1-1', scale, cell, 1)", scale=SCALE, cell=both)
    assert '<rect class="fit" x="39%" width="62%"/>' in told
    alone = cell(low, status="sole", common_low=8, common_high=8)
    assert marks("marks.ground('p1-1', scale, cell, 1)", scale=SCALE, cell=alone) == ""


def test_the_legend_names_every_mark():
    told = marks("marks.legend()")
    for mark in (*(side[:3] for side in SIDES), "open"):
        assert f'href="#{mark}"' in told
    for words in (
        "corrected since",
        "no upper bound",
        "gap",
        "fits all",
        "no toll given",
        "denies",
    ):
        assert words in told


# themes -------------------------------------------------------------------------------------------


def themes():
    """The colours of each theme by name, the print among them."""
    style = files("reconcile.pages").joinpath("templates", "style.css").read_text("utf-8")
    for told in re.findall(r":root\{[^}]*--paper[^}]*\}", style):
        yield dict(re.findall(r"--(\w+):(#[0-9a-f]+)", told))


def luminance(colour):
    digits = colour[1:] if len(colour) == 7 else "".join(one * 2 for one in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    lit = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * lit[0] + 0.7152 * lit[1] + 0.0722 * lit[2]


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", list(themes()), ids=["light", "dark", "print"])
def test_text_and_marks_stand_out_in_every_theme(theme):
    grounds = [theme[name] for name in ("paper", "wash")]
    for ground in grounds:
        for text in ("ink", "soft", "link"):
            assert contrast(theme[text], ground) >= 4.5, (text, ground)
    for ground in (*grounds, theme["gap"], theme["fit"]):
        for mark in ("gov", "ins", "oth", "edge"):
            assert contrast(theme[mark], ground) >= 3, (mark, ground)
