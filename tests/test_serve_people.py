"""Who may do what: people, roles, tokens and sessions."""

import datetime as dt
import sqlite3
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from reconcile.finding import ReconcileError
from reconcile.serve.keeping import FOLDER
from reconcile.serve.people import People, Role

DAY = dt.date(2026, 5, 4)


@pytest.fixture
def people(tmp_path):
    return People(tmp_path)


def test_a_token_is_told_once_and_kept_as_its_hash_alone(people, tmp_path):
    token = people.add("A recorder", Role.RECORDER, DAY)
    told = people.of_token(token)
    assert (told.name, told.role, told.added_on) == ("A recorder", Role.RECORDER, DAY)
    for file in (tmp_path / FOLDER).iterdir():
        assert token.encode() not in file.read_bytes()
        assert token.removeprefix("rcl_").encode() not in file.read_bytes()


def test_no_other_text_is_a_token(people):
    token = people.add("A", Role.READER, DAY)
    for tried in ("", "rcl_", token[:-1], token + "x", token.lower(), "' OR 1=1 --", "\udc80"):
        assert tried == token or people.of_token(tried) is None


def test_a_role_may_what_those_below_it_may(people):
    people.add("r", Role.RECORDER, DAY)
    (one,) = people.everyone()
    assert [one.may(role) for role in Role] == [True, True, False]
    assert [Role.of(word) for word in ("reader", "recorder", "reviewer")] == list(Role)
    with pytest.raises(ReconcileError, match="there are reader, recorder, reviewer"):
        Role.of("admin")


def test_a_new_token_ends_the_old_one_and_its_sessions(people):
    old = people.add("A", Role.REVIEWER, DAY)
    session = people.begin(people.of_token(old), 0, 100)
    new = people.renew("A")
    assert people.of_token(old) is None and people.of_session(session, 1) is None
    assert people.of_token(new).name == "A"


def test_who_is_taken_away_can_do_nothing(people):
    token = people.add("A", Role.REVIEWER, DAY)
    other = people.add("B", Role.READER, DAY)
    session = people.begin(people.of_token(token), 0, 100)
    people.remove("A")
    assert people.of_token(token) is None and people.of_session(session, 1) is None
    assert [one.name for one in people.everyone()] == ["B"]
    assert people.of_token(other).name == "B"
    for act in (people.remove, people.renew):
        with pytest.raises(ReconcileError, match="nobody here is called A"):
            act("A")


def test_a_session_ends_by_time_or_by_word(people):
    person = people.of_token(people.add("A", Role.READER, DAY))
    first, second = people.begin(person, 0, 10), people.begin(person, 0, 10)
    assert people.of_session(first, 9.9) == person
    assert people.of_session(first, 10) is None
    people.end(second)
    assert people.of_session(second, 1) is None
    people.end("no session")


@pytest.mark.parametrize("name", ["", " ", "a\nb", "a\x1b[2J", "x" * 101, "a\u202eb"])
def test_a_name_is_one_line_that_can_be_printed(people, name):
    with pytest.raises(ReconcileError, match="a name is one line"):
        people.add(name, Role.READER, DAY)
    assert people.everyone() == []


def test_a_name_is_given_once_whatever_its_letters(people):
    people.add("Analyst", Role.READER, DAY)
    with pytest.raises(ReconcileError, match="has a token already"):
        people.add("ANALYST", Role.REVIEWER, DAY)
    assert [one.role for one in people.everyone()] == [Role.READER]


def test_reading_makes_no_file_and_what_is_made_is_nobody_elses(people, tmp_path):
    assert people.everyone() == [] and people.of_token("x") is None
    assert list(tmp_path.iterdir()) == []
    people.add("A", Role.READER, DAY)
    folder = tmp_path / FOLDER
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "people.sqlite3").stat().st_mode) == 0o600
    assert (folder / ".gitignore").read_text() == "*\n"


def test_several_at_once_lose_nobody(tmp_path):
    def add(at):
        return People(tmp_path).add(f"person {at}", Role.READER, DAY)

    with ThreadPoolExecutor(8) as pool:
        tokens = list(pool.map(add, range(40)))
    assert len({People(tmp_path).of_token(token).name for token in tokens}) == 40


def test_what_fails_midway_changes_nothing(people, tmp_path):
    token = people.add("A", Role.READER, DAY)
    session = people.begin(people.of_token(token), 0, 100)
    with sqlite3.connect(tmp_path / FOLDER / "people.sqlite3") as database:
        database.execute(
            "CREATE TRIGGER no BEFORE DELETE ON session BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
    with pytest.raises(sqlite3.IntegrityError):
        people.renew("A")
    assert people.of_token(token).name == "A" and people.of_session(session, 1) is not None
