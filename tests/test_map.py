"""The map: outlines of the countries in view, marks that stand apart, names that stand clear."""

import datetime as dt
import json
import re
from importlib.resources import files
from itertools import pairwise

import pytest
from ledgers import claim, event, ledger_at

import reconcile
from reconcile.pages.account import EventAccount
from reconcile.pages.atlas import atlas
from reconcile.pages.outlines.renew import outlines

PLACES = [
    (14.3, -3.6, "ML"), (48.5, 37.9, "UA"), (-1.7, 29.2, "CD"), (33.3, 44.4, "IQ"), (4, 114, "MY"),
]  # fmt: skip


def account(name, latitude=None, longitude=None, contested=False):
    told = {"contested": contested}
    return EventAccount(name, name, "ML", dt.date(2025, 6, 1), None, latitude, longitude, told, ())


def test_without_coordinates_there_is_no_map():
    assert atlas([account("a"), account("b")]) is None


def test_events_without_coordinates_are_counted():
    told = atlas([account("a", 14.3, -3.6), account("b"), account("c")])
    assert told.unplaced == 2
    assert [len(place.accounts) for place in told.places] == [1]


@pytest.mark.parametrize(
    ("latitude", "longitude", "country"),
    [
        (14.3, -3.6, "ML"),
        (48.5, 37.9, "UA"),
        (-1.7, 29.2, "CD"),
        (33.3, 44.4, "IQ"),
        (4, 114, "MY"),
    ],
)
def test_a_map_anywhere_shows_the_country_of_its_events(latitude, longitude, country):
    told = atlas([account("a", latitude, longitude)])
    assert country in {one.country for one in told.outlines}
    (place,) = told.places
    assert 0 < place.x < told.width and 0 < place.y < told.height


def test_east_is_right_and_north_is_up():
    west, east = account("west", 12.0, -4.0), account("east", 16.0, 3.0)
    told = atlas([west, east])
    at = {place.accounts[0].event: (place.x, place.y) for place in told.places}
    assert at["west"][0] < at["east"][0] and at["west"][1] > at["east"][1]


def test_marks_stand_apart_and_no_event_is_lost():
    accounts = [
        account(f"e{at}", 12 + at % 7 / 9, -4 + at // 7 / 9, at % 5 == 0) for at in range(140)
    ]
    told = atlas([*accounts, account("far", 20, 10)])
    assert sum(len(place.accounts) for place in told.places) == 141
    for at, one in enumerate(told.places):
        for other in told.places[at + 1 :]:
            assert (one.x - other.x) ** 2 + (one.y - other.y) ** 2 >= 26**2 - 60
    assert any(place.contested for place in told.places)


def test_names_of_countries_stand_clear_of_marks_and_edges():
    accounts = [account(f"e{at}", 12 + at % 5, -6 + at // 5 * 1.5) for at in range(30)]
    told = atlas(accounts)
    labels = [one.label for one in told.outlines if one.label]
    assert labels
    for x, y in labels:
        assert 60 <= x <= told.width - 60 and 20 <= y <= told.height - 20
        assert not any(abs(p.x - x) < 60 and abs(p.y - y) < 18 for p in told.places)


def test_what_is_out_of_view_is_not_in_the_page():
    told = atlas([account("a", 14.3, -3.6)])
    numbers = [
        tuple(map(int, re.findall(r"-?\d+", start)))
        for one in told.outlines
        for start in re.findall(r"M(-?\d+ -?\d+)", one.path)
    ]
    assert all(-5 <= x <= told.width + 5 and -5 <= y <= told.height + 5 for x, y in numbers)
    assert {one.country for one in told.outlines} <= {"ML", "BF", "NE", "MR", "CI", "DZ", "GH"}


def test_the_page_links_each_mark_and_tells_what_is_not_on_the_map(tmp_path):
    events = [
        event("one", latitude=14.3, longitude=-3.6),
        event("two", latitude=14.31, longitude=-3.61),
        event("far", latitude=17, longitude=2),
        event("nowhere"),
    ]
    figures = [claim(f"c-{one['event']}", event=one["event"], low=8) for one in events]
    ledger = reconcile.read(
        ledger_at(tmp_path, events=events, figures=figures, event_parts=[], attributions=[])
    )
    page = reconcile.report(ledger, reconcile.check(ledger, expectations=False), form="html")
    told = page.partition('<section id="map">')[2].partition("</section>")[0]
    assert "1 event has no coordinates in the ledger and is not on the map." in told
    assert re.search(r'<a href="#event-far"><title>An event</title><circle', told)
    assert re.search(r'<a href="#place-\d"><title>2 events, among them An event</title>', told)
    assert '<a href="#event-one">' in told.partition("<ul")[2]


# the outlines -------------------------------------------------------------------------------------


def ring(points):
    """Points as a TopoJSON arc, in steps."""
    steps = [points[0]]
    for (x1, y1), (x2, y2) in pairwise(points):
        steps.append((x2 - x1, y2 - y1))
    return [list(step) for step in steps]


def test_outlines_are_simplified_and_shared_borders_still_meet():
    border = [(10, 0), (10, 5), (10, 10)]
    topology = {
        "transform": {"scale": [1, 1], "translate": [0, 0]},
        "arcs": [
            ring(border),
            ring([(10, 10), (5, 10), (0, 10), (0, 0), (10, 0)]),
            ring([(10, 10), (20, 10), (20, 0), (10, 0)]),
        ],
        "objects": {
            "countries": {
                "geometries": [
                    {"type": "Polygon", "id": "466", "arcs": [[0, 1]]},
                    {"type": "MultiPolygon", "id": "854", "arcs": [[[-1, -3]]]},
                    {"type": "Polygon", "arcs": [[0, 1]]},
                ]
            }
        },
    }
    told = outlines(topology)
    assert set(told) == {"ML", "BF"}
    assert told["ML"] == [[1000, 0, 0, 1000, -1000, 0, 0, -1000]]
    assert sum(told["BF"][0][0::2]) in (1000, 2000)


def test_the_world_is_small_and_has_the_countries_of_the_region():
    text = files("reconcile.pages.outlines").joinpath("world.json").read_text("utf-8")
    world = json.loads(text)
    assert len(text) < 250_000
    for country in ("ML", "BF", "NE", "BJ", "TG", "MR", "NG", "CI", "GH", "DZ", "SN", "TD"):
        assert 0 < len(json.dumps(world[country])) < 4_000
