"""Who goes: by the rule, by draw among equals, against the rule by two persons; and computed again."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from tests import people
from tests.fieldwork import field
from tests.fieldwork.field import NOW
from wasl.accounts.roles import Role
from wasl.casework.models import DutyExclusion, SeedChain
from wasl.core.errors import Unable
from wasl.events.models import Event
from wasl.fieldwork import dispatching, services
from wasl.fieldwork.dispatching import Candidate, Job, Rates
from wasl.fieldwork.management.commands.dispatch_replay import replay
from wasl.fieldwork.models import WorkOrder

RATES = Rates(
    kmh=20, unfinished_minutes=40, fair_minutes=5, tolerance=10, tolerance_danger=3, at_once=3
)
candidates = st.lists(
    st.builds(
        Candidate,
        name=st.text("abcdef0123456789", min_size=4, max_size=4),
        skills=st.sets(st.sampled_from(["a", "b"])).map(lambda x: tuple(sorted(x))),
        lat=st.floats(33.2, 33.4),
        lon=st.floats(44.2, 44.5),
        is_on_shift=st.booleans(),
        unfinished=st.integers(0, 4),
        taken=st.integers(0, 9),
        grounds=st.sampled_from([(), (), ("DUTY",), ("RETURNED",)]),
    ),
    max_size=8,
    unique_by=lambda each: each.name,
)
work = st.builds(
    Job,
    skills=st.sampled_from([(), ("a",), ("a", "b")]),
    danger=st.integers(0, 2),
    customers=st.integers(0, 500),
    lat=st.floats(33.2, 33.4),
    lon=st.floats(44.2, 44.5),
)


@given(work, candidates, st.randoms())
def test_the_rule_is_whole_and_forgets_the_order_of_the_crews(job, crews, chance) -> None:
    ranking = dispatching.rank(job, crews, RATES)
    mixed = list(crews)
    chance.shuffle(mixed)
    assert dispatching.rank(job, mixed, RATES) == ranking
    assert sorted(each.name for each in ranking.lines) == sorted(each.name for each in crews)
    by_name = {each.name: each for each in ranking.lines}
    able = [each for each in ranking.lines if each.is_eligible]
    assert bool(able) == bool(ranking.equal)
    tolerance = 3 if job.danger == 2 else 10
    for each in able:
        is_equal = each.minutes <= min(x.minutes for x in able) + tolerance
        assert (each.name in ranking.equal) == is_equal
    for crew in crews:
        may = (
            set(job.skills) <= set(crew.skills) and crew.is_on_shift and not crew.grounds
            and crew.unfinished < RATES.at_once
        )  # fmt: skip
        assert by_name[crew.name].is_eligible == may


@given(work, candidates)
def test_who_may_not_go_changes_nothing_for_the_others(job, crews) -> None:
    ranking = dispatching.rank(job, crews, RATES)
    gone = {each.name for each in ranking.lines if not each.is_eligible}
    rest = dispatching.rank(job, [each for each in crews if each.name not in gone], RATES)
    assert rest.equal == ranking.equal


@given(work, candidates)
def test_life_in_danger_asks_only_who_is_near(job, crews) -> None:
    urgent = Job(skills=job.skills, danger=2, lat=job.lat, lon=job.lon)
    for each in dispatching.rank(urgent, crews, RATES).lines:
        assert each.held == each.shared == 0


@given(work, candidates)
def test_kept_facts_give_the_same_ranking(job, crews) -> None:
    kept = dispatching.facts(job, crews, RATES)
    assert dispatching.rank(*dispatching.from_facts(kept)) == dispatching.rank(job, crews, RATES)


@pytest.mark.django_db
class TestFinding:
    @pytest.fixture(autouse=True)
    def _field(self, db) -> None:
        field.build()

    def test_the_nearest_by_far_goes_by_the_rule_alone(self) -> None:
        near, _user = field.crew("near")
        field.crew("far", lat=33.45, lon=44.6)
        made = field.order()
        decision = services.dispatch(order_id=made.id, now=NOW)
        made.refresh_from_db()
        assert decision is not None
        assert (decision.way, made.state, made.crew) == ("RULE", "DISPATCHED", near)
        call_command("dispatch_replay", made.reference)

    def test_among_equals_a_draw_decides_and_can_be_computed_again(self, capsys) -> None:
        for name in ("A", "B", "C"):
            field.crew(name)
        made = field.order()
        before = SeedChain.objects.first().next_link
        decision = services.dispatch(order_id=made.id, now=NOW)
        assert decision is not None
        assert decision.way == "DRAW"
        assert len(decision.pool) == 3
        assert SeedChain.objects.first().next_link == before + 1
        fixed = Event.objects.get(kind="fieldwork.pool.fixed")
        assert fixed.data["digest"] == decision.pool_digest
        call_command("dispatch_replay", made.reference.lower())
        assert "agree" in capsys.readouterr().out

    def test_a_record_that_was_bent_is_found_out(self) -> None:
        for name in ("A", "B", "C"):
            field.crew(name)
        made = field.order()
        decision = services.dispatch(order_id=made.id, now=NOW)
        assert decision is not None
        assert replay(decision) == []
        decision.chosen = next(each for each in decision.pool if each != decision.chosen)
        assert replay(decision) != []
        decision.refresh_from_db()
        decision.facts["crews"][0]["taken"] = 9
        assert replay(decision) != []

    def test_nobody_picks_where_no_chain_can_be_drawn(self) -> None:
        field.crew("A")
        field.crew("B")
        SeedChain.objects.update(retired_at=NOW)
        made = field.order()
        assert services.dispatch(order_id=made.id, now=NOW) is None
        made.refresh_from_db()
        assert made.state == "OPEN"

    def test_who_is_left_out_and_why(self) -> None:
        names = {}
        for name, more in (
            ("skill", {"skills": ("street_light",)}),
            ("shift", {"on_shift": False}),
            ("duty", {}),
            ("nobody", {}),
        ):
            crew, user = field.crew(name, **more)
            names[crew.id] = name
            if name == "duty":
                DutyExclusion.objects.create(
                    directorate_id=1, user=user, ground="X", valid_from=NOW,
                    asked_by=people.staff(Role.SUPERVISOR), approved_by=people.staff(Role.DIRECTOR),
                )  # fmt: skip
            if name == "nobody":
                services.remove_member(
                    directorate_id=1, crew_id=crew.id, user_id=user.id, valid_to=NOW.date(),
                    actor=field.actor(), now=NOW,
                )  # fmt: skip
        made = field.order()
        ranking, whose = services.weigh(made, NOW)
        assert {names[whose[each.name].id]: each.ground for each in ranking.lines} == {
            "skill": "SKILL", "shift": "SHIFT", "duty": "DUTY", "nobody": "NOBODY",
        }  # fmt: skip
        assert services.dispatch(order_id=made.id, now=NOW) is None

    def test_danger_to_life_goes_first_however_small(self) -> None:
        many = [field.order(customers=500) for _each in range(3)]
        life = field.order(danger=2)
        field.crew("only")
        services.dispatch_waiting(directorate_id=1, now=NOW)
        went = set(WorkOrder.objects.filter(state="DISPATCHED").values_list("id", flat=True))
        # It holds three at once: life is among them, and one of the many waits.
        assert life.id in went
        assert len(went & {each.id for each in many}) == 2

    def test_a_crew_that_gave_it_back_is_not_sent_again(self) -> None:
        made, user = field.dispatched()
        field.send(made, user, "RETURN", at=NOW, reason="NO_ACCESS")
        made.refresh_from_db()
        assert made.state == "OPEN"
        assert services.dispatch(order_id=made.id, now=NOW) is None
        other, _user = field.crew("B")
        services.dispatch(order_id=made.id, now=NOW)
        made.refresh_from_db()
        assert made.crew == other

    def test_against_the_rule_by_two_persons_with_a_listed_reason(self) -> None:
        made, _user = field.dispatched()
        other, _user = field.crew("B", lat=33.45, lon=44.6)
        asker, decider = field.actor(), field.actor(Role.DIRECTOR)
        with pytest.raises(services.UnableToOverride):
            services.ask_override(
                order_id=made.id, crew_id=other.id, reason="A friend", actor=asker, now=NOW
            )
        asked = services.ask_override(
            order_id=made.id, crew_id=other.id, reason="SPECIAL_TOOLS", actor=asker, now=NOW
        )
        with pytest.raises(services.UnableToOverride):
            services.decide_override(
                directorate_id=1, override_id=asked.id, is_approved=True, actor=asker, now=NOW
            )
        services.decide_override(
            directorate_id=1, override_id=asked.id, is_approved=True, actor=decider, now=NOW
        )
        made.refresh_from_db()
        assert made.crew == other
        last = made.decisions.order_by("-attempt").first()
        assert last is not None
        assert last.way == "OVERRIDE"
        assert Event.objects.filter(kind="fieldwork.override.decided").count() == 1
        call_command("dispatch_replay", made.reference)

    def test_a_place_is_coarse_and_known_only_on_shift(self) -> None:
        crew, _user = field.crew()
        assert services.note_position(crew=crew, lat=33.123456, lon=44.654321, at=NOW)
        assert str(crew.position.lat) == "33.123"
        late = NOW + timedelta(hours=11)
        assert not services.note_position(crew=crew, lat=33.2, lon=44.6, at=late)
        assert services.forget_positions(now=NOW + timedelta(hours=1)) == 0
        assert services.forget_positions(now=late) == 1

    def test_nobody_is_in_two_crews(self) -> None:
        _crew, user = field.crew("A")
        other, _user = field.crew("B")
        with pytest.raises(Unable):
            services.add_member(
                directorate_id=1, crew_id=other.id, user_id=user.id, valid_from=NOW.date(),
                actor=field.actor(), now=NOW,
            )  # fmt: skip
