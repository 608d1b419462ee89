"""A member of staff, made on the command line: the first ones of an installation."""

from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from wasl.accounts import services
from wasl.accounts.roles import Role
from wasl.core.errors import Unable


class Command(BaseCommand):
    help = "Makes a staff account and, with --role and --directorate, its first role."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--staff-no", required=True)
        parser.add_argument("--name", required=True, help="full name, kept encrypted")
        parser.add_argument("--role", choices=[role.value for role in Role])
        parser.add_argument("--directorate", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        if bool(options["role"]) != bool(options["directorate"]):
            raise CommandError("--role and --directorate belong together.")
        password = getpass("Password: ")
        now = timezone.now()
        try:
            with transaction.atomic():
                user = services.register_staff(
                    username=options["username"],
                    password=password,
                    staff_no=options["staff_no"],
                    full_name=options["name"],
                    now=now,
                )
                if options["role"]:
                    services.grant_role(
                        user=user,
                        role=options["role"],
                        directorate_id=options["directorate"],
                        valid_from=timezone.localdate(now),
                        granted_by=None,
                        now=now,
                    )
        except Unable as unable:
            raise CommandError(str(unable)) from unable
        self.stdout.write(f"{user.username} may sign in, and then sets up the second factor.")
