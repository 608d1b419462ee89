"""What a browser says of itself, made coarse: enough to recognise one's own phone in a list."""

from ipaddress import ip_address, ip_network

_DEVICES = (
    ("iPhone", "IPHONE"),
    ("iPad", "IPAD"),
    ("Android", "ANDROID"),
    ("Windows", "WINDOWS"),
    ("CrOS", "CHROMEBOOK"),
    ("Macintosh", "MAC"),
    ("Linux", "LINUX"),
)
# The order matters: Chrome calls itself Safari too, and Edge calls itself Chrome.
_BROWSERS = (
    ("Edg", "EDGE"),
    ("OPR", "OPERA"),
    ("SamsungBrowser", "SAMSUNG"),
    ("UCBrowser", "UC"),
    ("Firefox", "FIREFOX"),
    ("FxiOS", "FIREFOX"),
    ("CriOS", "CHROME"),
    ("Chrome", "CHROME"),
    ("Safari", "SAFARI"),
)


def device_of(user_agent: str) -> str:
    """The kind of device: ANDROID, IPHONE, WINDOWS … or OTHER."""
    return next((code for word, code in _DEVICES if word in user_agent), "OTHER")


def browser_of(user_agent: str) -> str:
    """The browser: CHROME, FIREFOX, SAMSUNG … or OTHER."""
    return next((code for word, code in _BROWSERS if word in user_agent), "OTHER")


def network_of(address: str) -> str:
    """The network an address belongs to, not the address: 16 bits of IPv4, 32 of IPv6."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return ""
    bits = 16 if parsed.version == 4 else 32
    network = ip_network(f"{parsed}/{bits}", strict=False)
    return str(network.network_address)
