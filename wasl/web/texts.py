"""The plain pages, as text that translators see whole."""

from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Page:
    """A page of plain text: sections of (heading, paragraphs)."""

    title: str
    sections: list[tuple[str, list[str]]]


def help_page() -> Page:
    """How to get help."""
    return Page(
        _("Help"),
        [
            (
                _("You lost your reference number"),
                [
                    _(
                        "Sign in with your telephone number: all your applications are listed. The reference also stands in our first message."
                    )
                ],
            ),
            (
                _("You cannot use the Internet yourself"),
                [
                    _(
                        "A person you trust can apply for you. The form asks for their name, and you give your consent; it is recorded."
                    )
                ],
            ),
            (
                _("Somebody asked you for money"),
                [
                    _(
                        "There is no cash stage. You pay only through this site, and only the itemised estimate that you accepted. Whoever asks for anything else breaks the law: tell us by telephone on 157."
                    ),
                    _(
                        "If you fear for yourself, write a protected report instead (at /protected/ on this site): nobody can know who you are."
                    ),
                ],
            ),
            (
                _("Call us"),
                [
                    _(
                        "The hotline is 157. The number is that of Karkh as last published, and is to be confirmed by each directorate."
                    )
                ],
            ),
        ],
    )


def about() -> Page:
    """What Wasl is, and what it cannot do."""
    return Page(
        _("About Wasl"),
        [
            (
                _("What it is"),
                [
                    _(
                        "Wasl means connection, and receipt. It lets people apply for a meter, pay, and follow every stage from home."
                    ),
                    _(
                        "It begins at the Karkh directorate, then Rusafa, then Sadr, then every directorate of the country."
                    ),
                ],
            ),
            (
                _("How it keeps its word"),
                [
                    _(
                        "Every service follows a published process with time limits. Every step is an event, and every event is sealed in a public log."
                    ),
                    _(
                        "Officers are drawn by lot. Refusals come from a closed list of reasons, and can be appealed, never to the person who refused."
                    ),
                ],
            ),
            (
                _("What it cannot do"),
                [
                    _(
                        "The log proves what was recorded and when, not that it is true. What happens outside the platform stays invisible to it. That is why citizens confirm, and inspectors are drawn."
                    )
                ],
            ),
        ],
    )


def privacy() -> Page:
    """What is kept about people."""
    return Page(
        _("What we keep about you"),
        [
            (
                _("What"),
                [
                    _(
                        "Your telephone number, and what you write in an application: name, card number, address, documents. All of it is encrypted where it is stored."
                    ),
                    _(
                        "If you ask to be told of outages: the places you follow, and the address of your browser, until you stop it. A browser's maker carries only that there is a message."
                    ),
                ],
            ),
            (
                _("Who sees it"),
                [
                    _(
                        "Only the officer who was drawn for a step, and only what that step needs. Each opening of your file is shown to you."
                    )
                ],
            ),
            (
                _("What is public"),
                [
                    _(
                        "The public log holds codes and times, never a name, number, address or document."
                    )
                ],
            ),
        ],
    )


def accessibility() -> Page:
    """How the pages are made to be used by everybody."""
    return Page(
        _("Accessibility"),
        [
            (
                _("What we aim at"),
                [
                    _(
                        "Every page is made to meet WCAG 2.2 level AA, works without JavaScript, with a keyboard, with a screen reader, and on a small and slow phone."
                    )
                ],
            ),
            (_("Tell us"), [_("If something does not work for you, call 157 and say which page.")]),
        ],
    )
