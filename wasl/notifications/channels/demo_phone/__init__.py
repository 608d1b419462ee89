"""The phone on the demo page: what each citizen would receive, with no operator in between."""

from django.conf import settings

from wasl.notifications import channels


class Channel:
    """Takes every SMS, and asks for it to be shown on the demo page."""

    name = "demo_phone"
    carries = channels.SMS

    def reaches(self, message: channels.Outgoing) -> bool:
        """Whoever has a phone."""
        return bool(message.phone)

    def send(self, message: channels.Outgoing) -> channels.Receipt:
        """This method will take the message at once."""
        return channels.Receipt(reference=f"demo-{message.id[:8]}", is_for_demo_phone=True)

    def check_config(self) -> list[str]:
        """On a real system, nobody's messages may be shown to everybody."""
        if settings.WASL_DEMO:
            return []
        return ["The demo phone shows messages to everybody. Take demo_phone out of WASL_CHANNELS."]
