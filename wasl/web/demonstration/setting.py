"""What must stand before the first citizen comes: staff, processes, chains, network, meters."""

from datetime import datetime
from random import Random

from wasl.accounts import services as accounts
from wasl.accounts.actors import Actor
from wasl.accounts.models import User
from wasl.accounts.roles import Role
from wasl.casework import draws
from wasl.casework import selectors as casework_selectors
from wasl.casework import services as casework
from wasl.core.calendars import BAGHDAD
from wasl.customers import services as customers
from wasl.directorates import selectors as directorates
from wasl.network import sample
from wasl.web.demonstration import names

TEAM = {
    Role.DOCUMENTS_OFFICER: 5,
    Role.INSPECTOR: 6,
    Role.ENGINEER: 4,
    Role.STORE_KEEPER: 3,
    Role.TECHNICIAN: 6,
    Role.SUPERVISOR: 3,
    Role.DIRECTOR: 1,
    Role.QUALITY_OFFICER: 4,
    Role.CASHIER_CONTROLLER: 1,
    Role.METER_READER: 3,
}
MINISTRY = {Role.QUALITY_MINISTRY: 2, Role.AUDITOR: 1}


def prepare(*, directorate_id: int, meters: int, now: datetime, chance: Random) -> None:
    """This function will set the scene, by the services that a real directorate would use."""
    team = staff(directorate_id, TEAM, now, chance)
    staff(directorates.ministry().id, MINISTRY, now, chance)
    today = now.astimezone(BAGHDAD).date()
    sample.load_sample_network(directorate_id=directorate_id, seed=7, on=today)
    for party in draws.PARTIES:
        draws.start_chain(directorate_id=directorate_id, party=party, actor=Actor.system(), now=now)
    publisher = Actor.for_user(team[Role.QUALITY_OFFICER][0], Role.QUALITY_OFFICER, directorate_id)
    for process in casework_selectors.process_versions():
        casework.publish_process(version_id=process.id, valid_from=today, actor=publisher, now=now)
    keeper = Actor.for_user(team[Role.STORE_KEEPER][0], Role.STORE_KEEPER, directorate_id)
    for phases, share in ((1, meters), (3, meters // 2)):
        customers.receive_meters(
            directorate_id=directorate_id,
            serials=[f"IQ{phases}{number:06d}" for number in range(1, share + 1)],
            phases=phases,
            delivery_no=f"DEMO-{phases}",
            actor=keeper,
            now=now,
        )


def staff(
    directorate_id: int, team: dict[Role, int], now: datetime, chance: Random
) -> dict[Role, list[User]]:
    """This function will register so many people for each role, with invented names."""
    found: dict[Role, list[User]] = {}
    for role, number in team.items():
        for place in range(1, number + 1):
            user = accounts.register_staff(
                username=f"{role.value.lower().replace('_', '-')}{place}",
                password=None,  # nobody signs in so: the demo page makes one anybody
                staff_no=f"{directorate_id:02d}{list(Role).index(role):02d}{place:02d}",
                full_name=names.full_name(chance),
                now=now,
            )
            accounts.grant_role(
                user=user,
                role=role,
                directorate_id=directorate_id,
                valid_from=now.astimezone(BAGHDAD).date(),
                granted_by=None,
                now=now,
            )
            found.setdefault(role, []).append(user)
    return found
