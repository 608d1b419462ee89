"""What a page needs to offer signs in the browser."""

from django import template

from wasl.notifications.channels import web_push

register = template.Library()


@register.simple_tag
def push_key() -> str:
    """Our public key; empty where web push is not set up."""
    return web_push.public_key()
