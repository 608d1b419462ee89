"""Runs a tool that reads Django's settings (mypy with its plugin), without any database."""

import runpy
import sys

from wasl.launcher import sample_environment

if __name__ == "__main__":
    sample_environment.complete(DATABASE_URL="postgresql:///")
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
