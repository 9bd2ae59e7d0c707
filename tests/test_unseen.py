"""A library that others are not to find: in one block after another, however many threads ask."""

import importlib
import sys
import threading
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


def test_another_thread_may_import_meanwhile():
    ended = threading.Event()

    def load():
        while not ended.is_set():
            for at in range(200):
                sys.modules[f"made_for_this_test_{at}"] = sys
            for at in range(200):
                sys.modules.pop(f"made_for_this_test_{at}", None)

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    loading = threading.Thread(target=load)
    loading.start()
    try:
        for _ in range(300):
            with unseen("colorsys"):
                pass
    finally:
        ended.set()
        loading.join()
        sys.setswitchinterval(before)


def test_threads_hide_it_one_after_another():
    def hide(_):
        with unseen("colorsys"):
            return found("colorsys")

    importlib.import_module("colorsys")
    known = sys.modules["colorsys"]
    with ThreadPoolExecutor(8) as pool:
        assert not any(pool.map(hide, range(400)))
    assert sys.modules["colorsys"] is known
