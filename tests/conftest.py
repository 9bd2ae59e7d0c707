"""How often properties are tried: RECONCILE_SOAK in the environment asks for twenty times more."""

import os

from hypothesis import HealthCheck, settings

EXAMPLES = 60
SOAKING = "RECONCILE_SOAK" in os.environ

settings.register_profile(
    "test",
    max_examples=EXAMPLES * (20 if SOAKING else 1),
    deadline=None,
    derandomize=not SOAKING,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("test")
