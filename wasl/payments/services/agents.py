"""
Agents of the biller interface: wallets, banks and cash desks, let in by their keys.

Each agent has its own account of the books (CASH_AGENTS, by code).
"""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from wasl.core import identifiers, scope, signed_requests
from wasl.core.errors import Unable
from wasl.core.signed_requests import UnableToServeMachine
from wasl.payments import biller_signature
from wasl.payments.biller_signature import Signed
from wasl.payments.models import BillerAgent, BillerNonce


class UnableToServeAgent(UnableToServeMachine):
    """The request of an agent cannot be fulfilled."""

    code = "AGENT_REFUSED"


class UnableToRegisterAgent(Unable):
    """The key or a limit is not such."""

    code = "AGENT_NOT_REGISTERED"
    message = _("The agent is not registered: %(cause)s")


def register_agent(
    *,
    directorate_id: int,
    code: str,
    name: str,
    public_key: str,
    most_per_payment: int,
    most_per_day: int,
    now: datetime,
) -> BillerAgent:
    """
    This function will let an agent in by its public key; known by its code, the key is replaced.

    :raises UnableToRegisterAgent: when the key is no Ed25519 key in Base64, or the code is not
        letters and digits.
    """
    if not signed_requests.is_public_key(public_key):
        raise UnableToRegisterAgent(cause=_("the key is 32 bytes in Base64."))
    if not (code.isascii() and code.isalnum() and code == code.upper() and 4 <= len(code) <= 20):
        raise UnableToRegisterAgent(cause=_("the code is 4 to 20 capital letters and digits."))
    with scope.within_system():
        agent, _is_new = BillerAgent.objects.update_or_create(
            code=code,
            defaults={
                "directorate_id": directorate_id,
                "name": name[:100],
                "public_key": public_key,
                "most_per_payment": most_per_payment,
                "most_per_day": most_per_day,
                "is_active": True,
            },
            create_defaults={
                "id": identifiers.new_id(now),
                "directorate_id": directorate_id,
                "name": name[:100],
                "public_key": public_key,
                "most_per_payment": most_per_payment,
                "most_per_day": most_per_day,
                "registered_at": now,
            },
        )
    return agent


def admit(*, method: str, path: str, signed: Signed, body: bytes, now: datetime) -> BillerAgent:
    """
    This function will say which agent sent a request, and use up its nonce.

    :raises UnableToServeAgent: when nobody known signed it just so and just now, or sent it before.
    """
    with scope.within_system():
        agent = BillerAgent.objects.filter(code=signed.agent, is_active=True).first()
        if agent is None:
            raise UnableToServeAgent("WRONG_SIGNATURE", 401)
        wrong = biller_signature.problem(
            public_key=agent.public_key, method=method, path=path, signed=signed, body=body, now=now
        )
        if wrong:
            raise UnableToServeAgent(wrong, 401)
        try:
            with transaction.atomic():
                BillerNonce.objects.create(
                    id=identifiers.new_id(now), agent=agent, nonce=signed.nonce, used_at=now
                )
        except IntegrityError:
            raise UnableToServeAgent("NONCE_USED", 401) from None
    return agent


def forget_nonces(*, now: datetime) -> int:
    """This function will forget the nonces of requests that are too old to be sent again."""
    with scope.within_system():
        old = BillerNonce.objects.filter(used_at__lt=now - 3 * biller_signature.MAY_DIFFER)
        return old.delete()[0]
