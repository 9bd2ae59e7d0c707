"""Work beside the answers: each piece once, a few days, one at a time, and a fault that passes."""

import datetime as dt
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from serving import until
from starlette.requests import Request

from reconcile.finding import ReconcileError
from reconcile.serve.beside import BeingDrawnUpError, Beside
from reconcile.serve.days import Days
from reconcile.serve.service import Service

DAYS = [dt.date(2025, 6, at) for at in range(1, 10)]


class Made:
    """Stands for a database that takes a moment to draw up."""

    at_once = most_at_once = made = 0

    def __init__(self, day, seconds=0.02):
        self.day, self.seconds = day, seconds

    def begin(self):
        Made.at_once += 1
        Made.made += 1
        Made.most_at_once = max(Made.most_at_once, Made.at_once)
        time.sleep(self.seconds)
        Made.at_once -= 1
        return self


@pytest.fixture(autouse=True)
def unmade():
    Made.at_once = Made.most_at_once = Made.made = 0


def test_the_same_work_is_done_once_for_all_who_wait():
    beside, done, going = Beside(), [], threading.Event()

    def work():
        going.wait(5)
        done.append(1)
        return "told"

    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(beside.wait, "key", work, 5) for _ in range(8)]
        going.set()
        assert {one.result() for one in waiting} == {"told"}
    assert len(done) == 1


def test_who_cannot_wait_is_told_and_the_work_goes_on():
    beside, going = Beside(), threading.Event()
    with pytest.raises(BeingDrawnUpError):
        beside.wait("key", lambda: going.wait(5), 0.01)
    assert len(beside.busy) == 1
    going.set()
    until(lambda: beside.busy == [])


def test_a_fault_goes_to_who_waits_and_is_not_kept():
    beside = Beside()

    def broken():
        raise ReconcileError("not now")

    with pytest.raises(ReconcileError, match="not now"):
        beside.wait("key", broken, 5)
    assert beside.wait("key", lambda: "told", 5) == "told"


def test_so_much_is_under_way_and_no_more():
    beside, going = Beside(), threading.Event()
    for at in range(20):
        beside.begin(at, lambda: going.wait(5))
    with pytest.raises(BeingDrawnUpError, match="ask again"):
        beside.begin("more", lambda: None)
    beside.begin(3, lambda: None)
    going.set()
    until(lambda: beside.busy == [])
    assert beside.wait("more", lambda: "told", 5) == "told"


def test_days_are_drawn_up_one_at_a_time_and_a_few_are_held():
    days = Days(Made, 2)
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda day: days.of(day, None), DAYS[:6]))
    assert [one.day for one in told] == DAYS[:6]
    assert Made.most_at_once == 1 and Made.made == 6 and len(days) == 2


def test_two_who_ask_for_two_days_are_both_answered():
    days, found = Days(lambda day: Made(day, 0.2), 2), set()
    for _ in range(40):
        for day in DAYS[:2]:
            try:
                found.add(days.of(day, 0.01).day)
            except BeingDrawnUpError:
                time.sleep(0.01)
    assert found == set(DAYS[:2]) and Made.made == 2


def test_the_day_that_is_kept_is_let_go_for_no_other():
    days = Days(Made, 1)
    days.keep(DAYS[0])
    kept = days.of(DAYS[0], None)
    for day in DAYS[1:5]:
        days.of(day, None)
    assert days.of(DAYS[0], None) is kept and Made.made == 5
    days.keep(DAYS[6])
    days.of(DAYS[6], None)
    days.of(DAYS[7], None)
    assert len(days) == 2 and days.of(DAYS[0], None) is not kept


def test_a_day_that_could_not_be_drawn_up_is_tried_again():
    broken = iter([True, False])

    def make(day):
        if next(broken):
            raise ReconcileError("no memory")
        return Made(day)

    days = Days(make, 1)
    with pytest.raises(ReconcileError, match="no memory"):
        days.of(DAYS[0], None)
    assert days.of(DAYS[0], None).day == DAYS[0]


def test_an_answer_that_many_ask_for_at_once_is_made_once_and_others_do_not_wait():
    service = Service(keeper=None, judge=None)
    asked = Request({"type": "http", "headers": []})
    made, other = [], threading.Event()

    def make(tag):
        def body():
            made.append(tag)
            if tag == "slow":
                assert other.wait(10)
            return tag.encode(), "text/plain"

        return service.answered(asked, tag, body).body

    with ThreadPoolExecutor(9) as pool:
        waiting = [pool.submit(make, "slow") for _ in range(8)]
        assert pool.submit(make, "quick").result(10) == b"quick"
        other.set()
        assert {one.result(10) for one in waiting} == {b"slow"}
    assert sorted(made) == ["quick", "slow"]


def test_an_answer_that_cannot_be_made_is_made_by_who_asks_next():
    service = Service(keeper=None, judge=None)
    asked = Request({"type": "http", "headers": []})

    def broken():
        raise BeingDrawnUpError("later")

    with pytest.raises(BeingDrawnUpError):
        service.answered(asked, "page", broken)
    assert service.answered(asked, "page", lambda: (b"there", "text/plain")).body == b"there"
    assert service.once._begun == {}


def test_an_answer_that_cannot_be_made_or_is_too_long_to_keep_is_tried_once_for_all_who_wait():
    service = Service(keeper=None, judge=None)
    asked = Request({"type": "http", "headers": []})
    made, there = [], threading.Event()

    def ask(tag):
        def body():
            made.append(tag)
            assert there.wait(10)
            time.sleep(0.2)
            if tag == "broken":
                raise BeingDrawnUpError("later")
            return b"x" * (2 << 20), "text/plain"

        return len(service.answered(asked, tag, body).body)

    with ThreadPoolExecutor(8) as pool:
        for tag in ("broken", "long"):
            told = [pool.submit(ask, tag) for _ in range(8)]
            there.set()
            if tag == "broken":
                assert all(isinstance(one.exception(10), BeingDrawnUpError) for one in told)
            else:
                assert {one.result(10) for one in told} == {2 << 20}
    assert made == ["broken", "long"]


def test_the_day_that_is_kept_waits_where_much_is_under_way():
    days, going = Days(Made, 2), threading.Event()
    for at in range(20):
        days.beside.begin(at, lambda: going.wait(10))
    days.keep(DAYS[0])
    assert len(days) == 0
    going.set()
    until(lambda: not days.beside.busy)
    days.keep(DAYS[0])
    until(lambda: len(days) == 1)


def test_a_thread_that_cannot_start_holds_nothing_up(monkeypatch):
    beside = Beside()

    def fails(thread):
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", fails)
        with pytest.raises(RuntimeError):
            beside.begin("key", lambda: 1)
    assert beside.wait("key", lambda: 2, 10) == 2


def test_a_day_that_was_drawn_up_meanwhile_is_not_drawn_up_again():
    days = Days(Made, 2)
    first = days.of(DAYS[0], None)
    assert days._draw_up(DAYS[0]) is first and Made.made == 1
