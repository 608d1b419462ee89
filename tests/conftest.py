"""What all tests share. The database comes from wasl/launcher/pytest_plugin.py."""

pytest_plugins = ["tests.database_role", "tests.browser", "tests.no_skip"]
