"""What the reader may do: `{% load standing %}`."""

from typing import Any

from django import template
from django.urls import resolve, reverse

from wasl.accounts.policies import Rule, Standing

register = template.Library()


@register.simple_tag(takes_context=True)
def may_open(context: dict[str, Any], name: str, *args: Any) -> bool:
    """
    Whether the policy of a page lets the reader in: `{% may_open "billing_desk:imports" as ok %}`.

    For links: a page never offers what it would refuse. The page itself decides again.
    """
    request = context["request"]
    rule: Rule = resolve(reverse(name, args=args)).func.wasl_policy  # type: ignore[attr-defined]
    standing: Standing = getattr(request, "standing", Standing())
    return rule.admits(standing)
