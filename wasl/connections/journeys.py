"""
The applications as data: for each service its pages, in order.

A further service is a list of pages here, its process file, its forms and operations; the wizard,
the check page and the sending are the same for all.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wasl.connections import step_forms as forms


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page: its name in the address, its heading, its form; `template` where it is special."""

    key: str
    title: str | Promise
    form: type[forms.StepForm]
    template: str = "connections/step.html"


@dataclass(frozen=True, kw_only=True)
class Journey:
    """One service: its words for the guide, and its pages up to the check page."""

    key: str
    title: str | Promise
    summary: str | Promise
    icon: str
    order: int
    who: tuple[str | Promise, ...]
    pages: tuple[Page, ...]
    has_fee: bool = False

    def page(self, key: str) -> Page | None:
        """The page of a name."""
        return next((page for page in self.pages if page.key == key), None)

    def after(self, key: str) -> str:
        """What follows a page: the next one, or the check page."""
        keys = [page.key for page in self.pages]
        position = keys.index(key) + 1
        return keys[position] if position < len(keys) else "check"

    def before(self, key: str) -> str:
        """What goes before a page; empty for the first."""
        keys = [page.key for page in self.pages] + ["check"]
        position = keys.index(key)
        return keys[position - 1] if position else ""


ELIGIBILITY = Page(
    key="eligibility", title=_("Is this the right service?"), form=forms.EligibilityForm
)
PLACE = Page(key="place", title=_("Where is the place?"), form=forms.PlaceForm)
ADDRESS = Page(key="address", title=_("What is the address?"), form=forms.AddressForm)
MAP = Page(
    key="map",
    title=_("Show the place on the map"),
    form=forms.MapForm,
    template="connections/step_map.html",
)
NEIGHBOUR = Page(key="neighbour", title=_("Your nearest neighbour"), form=forms.NeighbourForm)
PREMISES = Page(key="premises", title=_("What kind of place is it?"), form=forms.PremisesForm)
LOAD = Page(
    key="load",
    title=_("How much electricity do you need?"),
    form=forms.LoadForm,
    template="connections/step_load.html",
)
IDENTITY = Page(key="identity", title=_("Who are you?"), form=forms.IdentityForm)
ACCOUNT = Page(key="account", title=_("Which account?"), form=forms.AccountForm)
METER_REASON = Page(key="reason", title=_("The meter"), form=forms.MeterReasonForm)
DOCUMENTS = Page(
    key="documents",
    title=_("Documents"),
    form=forms.StepForm,
    template="connections/step_documents.html",
)
HELPER = Page(key="helper", title=_("Help with this application"), form=forms.HelperForm)

JOURNEYS: Mapping[str, Journey] = {
    journey.key: journey
    for journey in (
        Journey(
            key="new-connection",
            title=_("New meter connection"),
            summary=_("A meter for a home, a shop or another place that has none."),
            icon="plug",
            order=1,
            who=(
                _("Who owns the place, rents it, or acts for its owner."),
                _("The place has no electricity meter of its own yet."),
            ),
            pages=(
                ELIGIBILITY,
                PLACE,
                ADDRESS,
                MAP,
                NEIGHBOUR,
                PREMISES,
                LOAD,
                IDENTITY,
                DOCUMENTS,
                HELPER,
            ),
            has_fee=True,
        ),
        Journey(
            key="load-increase",
            title=_("Load increase"),
            summary=_("More power for a place that has a meter."),
            icon="bolt",
            order=2,
            who=(_("Who holds the account, or acts for its holder."),),
            pages=(PLACE, ADDRESS, MAP, ACCOUNT, LOAD, IDENTITY, DOCUMENTS, HELPER),
            has_fee=True,
        ),
        Journey(
            key="change-of-name",
            title=_("Change of name"),
            summary=_("Put an account into the name of its new owner or heir."),
            icon="transfer",
            order=3,
            who=(_("Who bought or inherited the place, or rents it with the owner's consent."),),
            pages=(PLACE, ADDRESS, ACCOUNT, IDENTITY, DOCUMENTS, HELPER),
        ),
        Journey(
            key="meter-replacement",
            title=_("Meter replacement"),
            summary=_("A meter that is broken, burnt, or counts wrongly."),
            icon="meter",
            order=4,
            who=(_("Who holds the account, or lives in the place."),),
            pages=(PLACE, ADDRESS, MAP, ACCOUNT, METER_REASON, IDENTITY, DOCUMENTS, HELPER),
        ),
        Journey(
            key="disconnection",
            title=_("Disconnection"),
            summary=_("Close an account, with a final reading."),
            icon="power",
            order=5,
            who=(_("Who owns the place. A tenant closes an account with the owner's consent."),),
            pages=(PLACE, ADDRESS, MAP, ACCOUNT, IDENTITY, DOCUMENTS, HELPER),
        ),
    )
}
