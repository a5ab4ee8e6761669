"""Which class of device a browser says it runs on: one of three words, and nothing finer.

Read from what each request carries anyway (User-Agent Client Hints, section 3.3 `Sec-CH-UA-Mobile`;
RFC 9110, section 10.1.5 `User-Agent`); nothing is read from the device. A tablet that calls itself
a computer, as iPads do, counts as one.
"""

import re
from enum import StrEnum

# Real ones are shorter; a made-up one must cost nobody time.
MOST_READ = 512
_TABLET = re.compile(r"iPad|Tablet|Android(?!.*\bMobile)", re.IGNORECASE)
_PHONE = re.compile(r"\bMobi|iPhone|iPod", re.IGNORECASE)
_COMPUTER = re.compile(r"Windows NT|Macintosh|X11|CrOS|Linux", re.IGNORECASE)


class Device(StrEnum):
    """A class of devices. Members are added, never removed: they are stored."""

    PHONE = "phone"
    TABLET = "tablet"
    COMPUTER = "computer"


def device_of(agent: str | None, mobile: str | None = None) -> Device | None:
    """Return the class that the headers User-Agent and Sec-CH-UA-Mobile say; None if they do not.

    Programs that are no browsers say none of it and are no device.
    """
    said = (agent or "")[:MOST_READ]
    if mobile == "?1":
        return Device.PHONE
    for device, words in (
        (Device.TABLET, _TABLET),
        (Device.PHONE, _PHONE),
        (Device.COMPUTER, _COMPUTER),
    ):
        if words.search(said):
            return device
    return None
