"""Runs the background jobs until asked to end."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from wasl import environment
from wasl.core import jobs


class Command(BaseCommand):
    help = "Run background jobs: as many workers as you like, on as many machines as you like."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--concurrency",
            type=int,
            default=environment.integer("WASL_WORKER_JOBS", 4),
            help="how many jobs at a time",
        )
        parser.add_argument(
            "--graceful",
            type=float,
            default=20.0,
            metavar="SECONDS",
            help="how long a job may still take once asked to end; then it is tried again later",
        )
        parser.add_argument(
            "--once", action="store_true", help="end when no job is left, instead of waiting"
        )

        parser.add_argument(
            "--beside-demo",
            action="store_true",
            help="while the demonstration is made: leave its jobs, and what is due at fixed times",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        words = [
            f"--concurrency={options['concurrency']}",
            f"--shutdown-graceful-timeout={options['graceful']}",
            # What has succeeded is in the events; failed jobs stay, to be looked at.
            "--delete-jobs=successful",
        ]
        if options["once"]:
            words.append("--one-shot")
        if options["beside_demo"]:
            # By the real clock, the months of its story would all be overdue at once.
            jobs.forget_periodic()
            words.append(f"--queues={jobs.DEFAULT_QUEUE}")
        call_command("procrastinate", "worker", *words)
