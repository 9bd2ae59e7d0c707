"""How often properties are tried, and what the tests need of the machine besides Python.

RECONCILE_SOAK in the environment asks for forty times more. Tests in a browser or an office suite
are skipped where there is none, which the end of the run says in plain words; in CI they fail.
"""

import importlib
import os
import shutil
import sys
import threading

import pytest
from hypothesis import HealthCheck, settings

EXAMPLES = 30
SOAKING = "RECONCILE_SOAK" in os.environ

settings.register_profile(
    "test",
    max_examples=EXAMPLES * (40 if SOAKING else 1),
    deadline=None,
    derandomize=not SOAKING,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("test")

MISSING = "not on this machine"


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory):
    """Let no command of a test keep a file in the folder of whoever runs the tests."""
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))


def program(*names):
    """The path of the first of these programs; without any the test is skipped, in CI it fails."""
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        told = f"{names[0]} is {MISSING}"
        pytest.fail(told) if os.environ.get("CI") else pytest.skip(told)
    return found


def library(name):
    """A library of an extra that the tests do not need; where it is missing the test is skipped."""
    try:
        return importlib.import_module(name)
    except ImportError:
        pytest.skip(f"{name} is {MISSING}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    """Run what is marked `untraced` without a tracer: coverage would nearly double its time."""
    if not item.get_closest_marker("untraced"):
        return (yield)
    tracers = sys.gettrace(), threading.gettrace()
    sys.settrace(None)
    threading.settrace(None)
    try:
        with pytest.MonkeyPatch.context() as patch:
            for name in [name for name in os.environ if name.startswith("COVERAGE_")]:
                patch.delenv(name)
            return (yield)
    finally:
        sys.settrace(tracers[0])
        threading.settrace(tracers[1])


@pytest.fixture(scope="module")
def known_base():
    """The small lawful ledger of the tests, and a database of it with every view."""
    from ledgers import BASE

    import reconcile

    ledger = reconcile.read(BASE)
    return ledger, reconcile.connect(ledger)


@pytest.fixture(scope="session")
def browser():
    """Chromium of the system, without a network."""
    path = program("chromium", "chromium-browser", "google-chrome")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as running:
        told = running.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield told
        told.close()


@pytest.fixture(scope="session")
def office():
    """The path of LibreOffice."""
    return program("soffice", "libreoffice")


def pytest_terminal_summary(terminalreporter):
    """Say which tests were not run for want of a program, also where -q says little."""
    missing = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
        if MISSING in reason:
            reason = reason.removeprefix("Skipped: ")
            missing[reason] = missing.get(reason, 0) + 1
    for reason, count in sorted(missing.items()):
        terminalreporter.write_line(f"NOT RUN: {count} tests, because {reason}", yellow=True)
