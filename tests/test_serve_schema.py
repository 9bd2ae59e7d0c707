"""The service holds to what its OpenAPI says, whatever is asked of it."""

import os

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from ledgers import BASE
from schemathesis import checks
from schemathesis.specs.openapi import checks as openapi
from serving import TODAY, serving, until

from reconcile.serve.app import application
from reconcile.serve.service import Service

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

asked_of = application(Service.of(BASE, lambda: TODAY))


async def answered(scope, receive, send):
    """The service under test, which is started once and not by each request."""
    if scope["type"] == "lifespan":
        for kind in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{kind}.complete"})
    else:
        headers = [one for one in scope["headers"] if one[0] != b"host"]
        told = {**scope, "headers": [*headers, (b"host", b"testserver")]}
        await asked_of(told, receive, send)


DESCRIBED = schemathesis.openapi.from_asgi("/v1/openapi.json", answered)
OPERATIONS = {one.ok().label: one.ok() for one in DESCRIBED.get_all_operations()}


@pytest.fixture(scope="module", autouse=True)
def service():
    global asked_of
    before = asked_of
    with serving(BASE) as client:
        until(lambda: client.get("/v1/findings").status_code == 200, 120)
        asked_of = client.app
        yield
    asked_of = before


def test_the_whole_api_is_tried():
    assert len(OPERATIONS) >= 15


@pytest.mark.parametrize("mode", schemathesis.GenerationMode)
@pytest.mark.parametrize("label", OPERATIONS)
def test_an_answer_is_as_described(label, mode):
    @settings(
        max_examples=400 if SOAKING else 4,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=OPERATIONS[label].as_strategy(generation_mode=mode))
    def holds(case):
        case.call_and_validate(checks=CHECKS)

    holds()
