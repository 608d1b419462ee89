"""ISO 8601 durations, such as PT1H or P7D."""

import re
from datetime import timedelta

_DURATION = re.compile(
    r"P(?:(?P<weeks>\d{1,4})W)?(?:(?P<days>\d{1,4})D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d{1,5})H)?(?:(?P<minutes>\d{1,6})M)?(?:(?P<seconds>\d{1,7})S)?)?"
)


def parse(text: str) -> timedelta:
    """The duration. Months and years have no fixed length: refused. :raises ValueError:"""
    found = _DURATION.fullmatch(text)
    if found is None or not any(found.groupdict().values()):
        raise ValueError(text)
    return timedelta(**{name: int(value) for name, value in found.groupdict().items() if value})
