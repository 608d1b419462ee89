"""The network for engineers: feeders, transformers, their low-voltage networks, what is too full."""

import csv
from decimal import Decimal
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language

from wasl.accounts.policies import office_of, policy, roles
from wasl.accounts.roles import Role
from wasl.network import grid_pages, grids, low_voltage_pictures, selectors
from wasl.network.forms import TryForm
from wasl.network.models import Transformer

READERS = roles(Role.ENGINEER, Role.SUPERVISOR, Role.DIRECTOR, Role.QUALITY_OFFICER, Role.AUDITOR)
A_PAGE, NODES_SHOWN = 100, 30
_IMAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"


@policy(READERS)
def home(request: HttpRequest) -> HttpResponse:
    """Substations and feeders, and what there is to look at."""
    here, now = office_of(request), timezone.now()
    context = {
        "stations": grid_pages.stations(here),
        "figures": grid_pages.figures(here),
        "overloaded": grid_pages.overloaded(here, now).count(),
        "voltages": grid_pages.voltage_problems(here, timezone.localdate(now)).count(),
    }
    return render(request, "network/home.html", context)


@policy(READERS)
def feeder(request: HttpRequest, code: str) -> HttpResponse:
    """One feeder: its sections in the order of the current, and the transformers on each."""
    here, now = office_of(request), timezone.now()
    found = grid_pages.feeder(here, code)
    if found is None:
        raise Http404
    on_it = grid_pages.by_loading(here, now).filter(feeder=found)
    by_section: dict[int | None, list[Transformer]] = {}
    for each in on_it:
        by_section.setdefault(each.section_id, []).append(each)
    context = {
        "feeder": found,
        "parts": [
            (depth, section, by_section.get(section.pk, []))
            for depth, section in grid_pages.sections(found)
        ],
        "loose": by_section.get(None, []),
        "limits": grids.limits(here, timezone.localdate(now)),
    }
    return render(request, "network/feeder.html", context)


def _page(request: HttpRequest, code: str) -> grid_pages.NetworkPage:
    """:raises Http404: when there is no such transformer here."""
    found = selectors.transformer(office_of(request), code)
    if found is None:
        raise Http404
    asked = TryForm(request.GET.dict())
    is_asked = asked.is_valid()
    return grid_pages.network_page(
        found,
        now=timezone.now(),
        node=asked.cleaned_data["node"] if is_asked else "",
        load_kw=(asked.cleaned_data["load_kw"] or Decimal(0)) if is_asked else Decimal(0),
    )


@policy(READERS)
def transformer(request: HttpRequest, code: str) -> HttpResponse:
    """One transformer: its load flow, the picture, its nodes; and a load that is tried."""
    page = _page(request, code)
    # The lowest voltages stand first; some hundred rows more would take longer than the load flow.
    rows = page.rows if request.GET.get("all") else page.rows[:NODES_SHOWN]
    context = {"page": page, "rows": rows, "tried": TryForm(request.GET.dict())}
    return render(request, "network/transformer.html", context)


@policy(READERS)
def transformer_picture(request: HttpRequest, code: str) -> HttpResponse:
    """The picture of a transformer's network; with the same query, of the load that is tried."""
    page = _page(request, code)
    if page.modelled is None or page.flow is None:
        raise Http404
    return _image(
        low_voltage_pictures.of_flow(
            page.modelled, page.flow, page.limits, language=get_language() or "ar", asked=page.asked
        )
    )


@policy(READERS)
def check_picture(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The picture of the last check of a case of this directorate."""
    check = selectors.latest_check(case_id)
    is_ours = check is not None and check.directorate_id == office_of(request)
    svg = low_voltage_pictures.of_check(check, language=get_language() or "ar") if is_ours else None  # type: ignore[arg-type]
    if svg is None:
        raise Http404
    return _image(svg)


def _image(svg: str) -> HttpResponse:
    answer = HttpResponse(svg, content_type="image/svg+xml")
    answer["Cache-Control"] = "private, no-cache"
    answer["Content-Security-Policy"] = _IMAGE_POLICY
    return answer


@policy(READERS)
def overloaded(request: HttpRequest) -> HttpResponse:
    """Transformers beyond what is permitted, the fullest first."""
    here, now = office_of(request), timezone.now()
    page = Paginator(grid_pages.overloaded(here, now), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "limits": grids.limits(here, timezone.localdate(now)),
        "figures": grid_pages.figures(here),
    }
    return render(request, "network/overloaded.html", context)


@policy(READERS)
def overloaded_csv(request: HttpRequest) -> HttpResponse:
    """The same as a table."""
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="overloaded-transformers.csv"'
    answer.write("\ufeff")
    writer = csv.writer(answer)
    writer.writerow(
        ["transformer", "feeder", "rated_kva", "connected_kw", "kept_kw", "loading_pct", "by"]
    )
    for each in grid_pages.overloaded(office_of(request), timezone.now()):
        by = "load flow" if each.flow_pct is not None else "plate"
        loads = [each.connected_kw, each.kept_kw, f"{each.pct:.1f}"]
        names = [_harmless(each.code), _harmless(each.feeder.code)]
        writer.writerow([*names, each.rated_kva, *loads, by])
    return answer


def _harmless(cell: str) -> str:
    """What a spreadsheet would run as a formula is written as text."""
    return f"'{cell}" if cell[:1] in "=+-@\t" and cell else cell


@policy(READERS)
def voltages(request: HttpRequest) -> HttpResponse:
    """Networks whose voltage or lines are beyond what is permitted."""
    here, now = office_of(request), timezone.now()
    found = grid_pages.voltage_problems(here, timezone.localdate(now))
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "limits": grids.limits(here, timezone.localdate(now)),
        "figures": grid_pages.figures(here),
    }
    return render(request, "network/voltages.html", context)
