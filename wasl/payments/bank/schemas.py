"""
The schemas of ISO 20022 for statements and notices (camt.053, camt.054; versions 02 to 14).

They lie in one archive beside this file, as the standard's registration authority published them.
"""

import functools
import io
import re
import tarfile
from pathlib import Path

from lxml import etree

ARCHIVE = Path(__file__).with_name("camt-schemas.tar.xz")
NAMESPACE = re.compile(r"urn:iso:std:iso:20022:tech:xsd:(camt\.05[34]\.001\.\d{2})")


@functools.cache
def schema(version: str) -> etree.XMLSchema | None:
    """The schema of a version, for example "camt.053.001.08"; None when we have it not."""
    with tarfile.open(ARCHIVE) as archive:
        try:
            found = archive.extractfile(f"{version}.xsd")
        except KeyError:
            return None
        content = found.read() if found else b""
    return etree.XMLSchema(etree.parse(io.BytesIO(content)))


def versions() -> list[str]:
    """All versions that can be read."""
    with tarfile.open(ARCHIVE) as archive:
        return sorted(Path(name).stem for name in archive.getnames())
