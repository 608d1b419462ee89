"""What all tests share."""

pytest_plugins = ["tests.database_role"]
