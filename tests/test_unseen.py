"""A library that others are not to find: in one block after another, however many threads ask."""

import importlib
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from reconcile.unseen import unseen


def found(name):
    try:
        return importlib.import_module(name) is not None
    except ImportError:
        return False


@pytest.mark.parametrize("name", ["colorsys", "no_library_at_all"])
def test_a_library_is_hidden_within_the_block_alone(name):
    before = found(name)
    with unseen(name):
        assert not found(name)
        with unseen(name):
            assert not found(name)
        assert not found(name)
    assert found(name) is before


def test_it_is_there_again_where_the_block_fails():
    with pytest.raises(ZeroDivisionError), unseen("colorsys"):
        raise ZeroDivisionError
    assert found("colorsys")


def test_threads_hide_it_one_after_another():
    def hide(_):
        with unseen("colorsys"):
            return found("colorsys")

    importlib.import_module("colorsys")
    known = sys.modules["colorsys"]
    with ThreadPoolExecutor(8) as pool:
        assert not any(pool.map(hide, range(400)))
    assert sys.modules["colorsys"] is known
