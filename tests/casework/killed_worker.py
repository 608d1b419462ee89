"""A worker that dies in the middle of a step, as a program: after everything, just before the commit."""

import os
import sys
from datetime import datetime
from uuid import UUID

import django


def main(task_id: str, now: str) -> None:
    """Run the operation of a task, and die before its transaction ends."""
    django.setup()
    from wasl.casework import services
    from wasl.casework.services import steps
    from wasl.core import scope

    real = steps.apply

    def die_afterwards(**values: object) -> None:
        real(**values)
        os._exit(9)

    steps.apply = die_afterwards
    with scope.within_system():
        services.run_operation(task_id=UUID(task_id), now=datetime.fromisoformat(now))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
