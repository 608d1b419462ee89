"""Categories: drafted by one quality officer, published from a day by another."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.complaints import category_seed
from wasl.complaints.models import CategoryVersion
from wasl.core import identifiers, scope
from wasl.core.errors import Unable
from wasl.directorates import selectors as directorates
from wasl.events import services as events


class UnableToDraftCategory(Unable):
    """The category is not sound."""

    code = "CATEGORY_UNSOUND"
    message = _("This category cannot be kept: %(cause)s")


class UnableToPublishCategory(Unable):
    """It is published already, is for a past day, or its author wants to publish it."""

    code = "CATEGORY_NOT_PUBLISHED"
    message = _("This category cannot be published: %(cause)s")


@transaction.atomic
def draft_category(*, code: str, entry: Mapping[str, Any], actor: Actor) -> CategoryVersion:
    """
    This function will keep a further version of a category; nobody sees it until it is published.

    :raises UnableToDraftCategory: when something of it is missing.
    """
    wrong = category_seed.problem(entry)
    if wrong or actor.user_id is None:
        raise UnableToDraftCategory(cause=wrong or _("a person drafts it."))
    with scope.within_system(), connection.cursor() as cursor:
        # Two at once get two versions.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"category-{code}"])
        known = CategoryVersion.objects.filter(code=code).order_by("-version")
        last = known.first()
        highest = CategoryVersion.objects.aggregate(last=Max("order"))["last"] or 0
        return CategoryVersion.objects.create(
            code=code,
            version=(last.version if last else 0) + 1,
            order=last.order if last else highest + 1,
            **category_seed.columns(entry),
            # Set when it is published.
            valid_from=category_seed.FIRST_DAY,
            drafted_by=actor.user_id,
        )


@transaction.atomic
def publish_category(
    *, version_id: int, valid_from: date, actor: Actor, now: datetime
) -> CategoryVersion:
    """
    This function will publish a draft from a day on, by another person than who drafted it.

    :raises UnableToPublishCategory: when that does not hold.
    :raises CategoryVersion.DoesNotExist: when there is no such version.
    """
    with scope.within_system():
        found = CategoryVersion.objects.select_for_update().get(id=version_id)
        if found.published_at is not None:
            raise UnableToPublishCategory(cause=_("this version is published already."))
        if actor.user_id is None or actor.user_id == found.drafted_by:
            raise UnableToPublishCategory(
                cause=_("another person publishes it than who drafted it.")
            )
        if valid_from < now.date():
            raise UnableToPublishCategory(cause=_("the day has passed."))
        found.valid_from, found.published_by, found.published_at = valid_from, actor.user_id, now
        found.save(update_fields=["valid_from", "published_by", "published_at"])
        events.record(
            kind="complaints.category.published",
            subject=("category", identifiers.new_id(now)),
            actor=actor,
            directorate_id=directorates.ministry().id,
            data={
                "category": found.code,
                "version": found.version,
                "valid_from": valid_from.isoformat(),
            },
            now=now,
        )
    return found
