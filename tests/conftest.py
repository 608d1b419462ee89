"""What all tests share. The database comes from wasl/launcher/pytest_plugin.py."""

from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.database_role", "tests.browser", "tests.no_skip"]

# A busy machine is no fault of the code: what is drawn counts, not how long the drawing took.
settings.register_profile("wasl", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("wasl")
