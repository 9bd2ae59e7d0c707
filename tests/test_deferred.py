"""What an import defers is loaded when it is used, and is then the library as ever."""

import importlib
import subprocess
import sys

import pytest
from ledgers import BASE

from reconcile.deferred import deferred

CHECK = f"import sys, reconcile; reconcile.check(reconcile.read({str(BASE)!r}))"


def printed(*code):
    told = subprocess.run(
        [sys.executable, "-c", "; ".join(code)], capture_output=True, text=True, timeout=60
    )
    assert told.returncode == 0, told.stderr
    return told.stdout.split()


@pytest.fixture
def module(tmp_path, monkeypatch):
    """A library that says when it is loaded."""
    (tmp_path / "heavy_library.py").write_text("import sys\nsys.loaded_heavy = True\nweight = 7\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "loaded_heavy", False, raising=False)
    yield "heavy_library"
    sys.modules.pop("heavy_library", None)


def test_it_is_loaded_when_something_of_it_is_used(module):
    with deferred(module):
        library = importlib.import_module(module)
        assert not sys.loaded_heavy
    assert not sys.loaded_heavy
    assert library.weight == 7
    assert sys.loaded_heavy
    assert importlib.import_module(module) is library


def test_it_may_be_used_within_the_block(module):
    with deferred(module):
        assert importlib.import_module(module).weight == 7


def test_another_library_and_one_after_the_block_are_loaded_at_once(module):
    with deferred("another_library"):
        importlib.import_module(module)
        assert sys.loaded_heavy
    sys.modules.pop(module)
    sys.loaded_heavy = False
    with deferred(module):
        pass
    importlib.import_module(module)
    assert sys.loaded_heavy


def test_what_is_not_installed_is_not_found():
    with deferred("no_library_at_all"), pytest.raises(ModuleNotFoundError):
        importlib.import_module("no_library_at_all")


def test_a_check_loads_neither_of_the_two_and_both_are_there_after_it():
    parts = "print('scipy.stats._stats_py' in sys.modules, 'altair.vegalite' in sys.modules)"
    use = "from scipy import stats; import altair; print(stats.norm.cdf(0), altair.Chart.__name__)"
    assert printed(CHECK, "print('great_expectations' in sys.modules)", parts, use, parts) == [
        *("True", "False", "False"),
        *("0.5", "Chart"),
        *("True", "True"),
    ]
