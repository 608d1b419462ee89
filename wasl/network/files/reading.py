"""Which of the four formats a file is, told by its content; its name only helps with a single table."""

from django.utils.translation import gettext as _

from wasl.network.files import pandapower_files, parsing, plain, simbench
from wasl.network.files.rows import LARGEST, Read, UnableToReadNetworkFile


def read(name: str, content: bytes, target: str = "") -> Read:
    """
    The rows of a network file. `target` names the transformer on which a study is hung.

    :raises UnableToReadNetworkFile: when it is none of the formats, too large, or broken.
    """
    if len(content) > LARGEST:
        cause = _("it is larger than %(most)s MB.")
        raise UnableToReadNetworkFile(cause=cause % {"most": LARGEST // 2**20})
    if not content.strip():
        raise UnableToReadNetworkFile(cause=_("it is empty."))
    if content[:4] == b"PK\x03\x04":
        return _of_files(parsing.members(content, set(plain.TABLES) | simbench.FILES), target)
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        data = parsing.json_of(content)
        if pandapower_files.is_one(data):
            return pandapower_files.read(data, target)
        return plain.geojson_of(data)
    base = name.replace("\\", "/").rsplit("/", 1)[-1].lower()
    if base not in plain.TABLES:
        cause = _(
            "a single table is named after what it holds: %(names)s. Several go into one zip."
        )
        raise UnableToReadNetworkFile(cause=cause % {"names": ", ".join(plain.TABLES)})
    return plain.tables({base: content})


def read_folder(files: dict[str, bytes], target: str = "") -> Read:
    """The same of a folder's files, by name in lower case."""
    return _of_files(files, target)


def _of_files(files: dict[str, bytes], target: str) -> Read:
    if simbench.is_one(files):
        return simbench.read({n: c for n, c in files.items() if n in simbench.FILES}, target)
    if not set(files) & set(plain.TABLES):
        cause = _("it holds neither tables of a network (%(names)s) nor those of SimBench.")
        raise UnableToReadNetworkFile(cause=cause % {"names": ", ".join(plain.TABLES)})
    return plain.tables(files)
