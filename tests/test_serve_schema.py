"""The service holds to what its OpenAPI says, whatever is asked of it."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from ledgers import BASE
from schemathesis import checks
from schemathesis.specs.openapi import checks as openapi
from serving import TODAY, TestClient, until

from reconcile.serve.app import application
from reconcile.serve.people import People, Role
from reconcile.serve.service import Service
from reconcile.serve.writing import Writing

pytestmark = pytest.mark.untraced

SOAKING = "RECONCILE_SOAK" in os.environ
CHECKS = [
    checks.not_a_server_error,
    openapi.status_code_conformance,
    openapi.content_type_conformance,
    openapi.response_schema_conformance,
    openapi.response_headers_conformance,
    openapi.negative_data_rejection,
    openapi.unsupported_method,
]
"""All but the one that wants 200 for every id that could be one: an unknown id is refused."""

HOME = Path(tempfile.mkdtemp())
shutil.copytree(BASE, HOME, dirs_exist_ok=True)
atexit.register(shutil.rmtree, HOME, ignore_errors=True)
PEOPLE = People(HOME)
TOKEN = {"Authorization": f"Bearer {PEOPLE.add('Rea', Role.REVIEWER, TODAY)}"}
WRITES = {"POST /v1/claims", "POST /v1/claims/preview", "POST /v1/claims/{id}/review"}
service = Service.of(HOME, lambda: TODAY)
asked_of = application(service, Writing(HOME, PEOPLE))


async def answered(scope, receive, send):
    """The service under test, which is started once and not by each request."""
    if scope["type"] == "lifespan":
        for kind in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{kind}.complete"})
    else:
        await asked_of(scope, receive, send)


DESCRIBED = schemathesis.openapi.from_asgi("/v1/openapi.json", answered)
OPERATIONS = {one.ok().label: one.ok() for one in DESCRIBED.get_all_operations()}
UNASKED = ("GET /v1/review", schemathesis.GenerationMode.NEGATIVE)
"""It takes no parameter that could be wrong."""

TRIED = [
    (label, mode)
    for label in OPERATIONS
    for mode in schemathesis.GenerationMode
    if (label, mode) != UNASKED
]


@pytest.fixture(scope="session", autouse=True)
def at_work():
    """The service is this module's own and starts once, also where a worker comes back to it."""
    with TestClient(asked_of) as client:
        service.keeper.renew()
        until(lambda: client.get("/v1/findings").status_code == 200, 120)
        yield


def test_the_whole_api_is_tried():
    assert len(OPERATIONS) >= 21 and OPERATIONS.keys() >= WRITES


@pytest.mark.parametrize(("label", "mode"), TRIED)
def test_an_answer_is_as_described(label, mode):
    @settings(
        max_examples=(100 if label in WRITES else 400) if SOAKING else 2,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=OPERATIONS[label].as_strategy(generation_mode=mode))
    def holds(case):
        case.call_and_validate(checks=CHECKS, headers=TOKEN)

    holds()
