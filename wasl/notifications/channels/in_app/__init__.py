"""The list of messages in Wasl itself: a message has arrived as soon as it is kept."""

from wasl.notifications import channels


class Channel:
    """The person reads it after signing in."""

    name = "in_app"
    carries = channels.IN_APP

    def reaches(self, message: channels.Outgoing) -> bool:
        """Everybody."""
        return True

    def send(self, message: channels.Outgoing) -> channels.Receipt:
        """This method will do nothing: there is nobody to hand it to."""
        return channels.Receipt()

    def check_config(self) -> list[str]:
        """It needs no settings."""
        return []
