"""Which addresses of the internet are open to everybody, and which an operator allowed besides.

Pure: no name is resolved here. The list of what is special is the standard library's, which follows
the registries of IANA, made stricter where a special address leads to another one inside it.
"""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# Addresses that hosts are given lie here (RFC 4291, IANA); what lies elsewhere is special.
_UNICAST = IPv6Network("2000::/3")
# DNS64 writes an IPv4 address into the last 32 bits (RFC 6052).
_NAT64 = IPv6Network("64:ff9b::/96")
_SPECIAL = (
    IPv4Network("192.0.0.0/24"),
    # the way to 6to4 relays, which nobody should take any more (RFC 7526)
    IPv4Network("192.88.99.0/24"),
    # Teredo and 6to4 lead to an IPv4 address of their own choice
    IPv6Network("2001::/23"),
    IPv6Network("2002::/16"),
    IPv6Network("3fff::/20"),
)


def is_global(address: Address) -> bool:
    """Say whether an address belongs to a host that anybody in the internet may ask."""
    address = plain(address)
    if any(address.version == each.version and address in each for each in _SPECIAL):
        return False
    if isinstance(address, IPv6Address):
        if address in _NAT64:
            return is_global(IPv4Address(int(address) & 0xFFFFFFFF))
        if address not in _UNICAST or address.scope_id:
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def plain(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 one merely writes in another way."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


@dataclass(frozen=True)
class Allowed:
    """What an operator opened besides: hosts by their name, and networks."""

    hosts: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()

    @classmethod
    def of(cls, entries: Iterable[str]) -> "Allowed":
        """Read a setting's entries: a network, an address, else a host's name."""
        hosts, networks = set(), []
        for entry in entries:
            try:
                networks.append(ipaddress.ip_network(entry.strip("[]"), strict=False))
            except ValueError:
                hosts.add(entry.lower().rstrip("."))
        return cls(frozenset(hosts), tuple(networks))

    def takes(self, host: str, address: Address) -> bool:
        """Say whether a host, or the address behind it, was opened."""
        found = plain(address)
        return host in self.hosts or any(
            found.version == each.version and found in each for each in self.networks
        )
