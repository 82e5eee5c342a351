"""TXT records, asked of DNS. The demo, where there is none, pretends that each name has the right one."""

from __future__ import annotations

import dns.exception
import dns.resolver
from django.conf import settings

from kring.hosting.models import OrganisationDomain

SECONDS = 5.0


class NoAnswer(Exception):
    """DNS did not answer: whether there is a record is not known."""


def lookup(name: str) -> list[str]:
    """The texts of its records; none where there is no such name. Waits `SECONDS` at most. Raises NoAnswer."""
    if settings.DEMO:
        host = name.partition(".")[2]
        return list(OrganisationDomain.objects.filter(host=host).values_list("token", flat=True))
    try:
        # With the dot at its end: no search in the domain of this server.
        found = dns.resolver.resolve(f"{name}.", "TXT", lifetime=SECONDS)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except dns.exception.DNSException as error:
        raise NoAnswer(name) from error
    return [b"".join(record.strings).decode("ascii", "replace") for record in found]
