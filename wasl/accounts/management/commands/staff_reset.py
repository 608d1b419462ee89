"""A new password for a member of staff who lost password or phone."""

from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from wasl.accounts import selectors, services
from wasl.core.errors import Unable


class Command(BaseCommand):
    help = "Gives a member of staff a new password; the second factor is then set up anew."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        user = selectors.staff_by_username(options["username"])
        if user is None:
            raise CommandError("There is no member of staff of that user name.")
        try:
            services.reset_sign_in(user=user, password=getpass("New password: "))
        except Unable as unable:
            raise CommandError(str(unable)) from unable
        self.stdout.write("Done. Every session has ended; the next sign-in sets up the app anew.")
