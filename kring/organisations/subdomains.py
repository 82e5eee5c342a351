"""Which address an organisation may have (T1): its form, the words kept for the platform, and what looks like another.

Two addresses that a hurried reader takes for each other have the same skeleton: `club-1` and `clubl`, `vvest` and
`west`. Only one of them is given out, so that nobody can pretend to be a neighbour.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.db.models import CharField, F, Func, Value
from django.db.models.functions import Lower, Replace
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.core.refusals import Refusal
from kring.core.transliteration import in_ascii
from kring.organisations.models import RESERVED_SUBDOMAINS, Organisation, OrganisationRequest

SHORTEST, LONGEST = 3, 63
# Besides those of old: what mail, name servers, certificates and visitors expect of a platform.
RESERVED = RESERVED_SUBDOMAINS | {
    *("about", "abuse", "account", "accounts", "app", "assets", "autoconfig", "autodiscover", "blog"),
    *("cdn", "demo", "dev", "dns", "docs", "ftp", "help", "imap", "info", "login", "media", "monitor"),
    *("ns", "ns1", "ns2", "ns3", "ns4", "pay", "payment", "payments", "platform", "pop", "pop3"),
    *("postmaster", "register", "root", "security", "shop", "ssl", "staff", "staging", "static", "status"),
    *("support", "sysadmin", "test", "webmail", "webmaster", "wpad"),
}
_FORM = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?", re.ASCII)
# Pairs of letters first, then single ones.
_PAIRS = (("-", ""), ("rn", "m"), ("vv", "w"))
_FROM, _TO = "01i", "oll"


class SubdomainRefused(Refusal):
    """`field` is that of the form."""

    status = 422
    field = "subdomain"


class WrongForm(SubdomainRefused):
    code = "subdomain_form"
    message = _("Use 3 to 63 unaccented lower-case letters, digits and single hyphens, with no hyphen at either end.")


class IsReserved(SubdomainRefused):
    code = "subdomain_reserved"
    message = _("“%(subdomain)s” is kept for the platform, or looks like an address that is. Choose another.")


class IsTaken(SubdomainRefused):
    code = "subdomain_taken"
    message = _("“%(subdomain)s” is already in use. Choose another.")


class LooksAlike(SubdomainRefused):
    code = "subdomain_looks_alike"
    message = _("“%(subdomain)s” looks too much like an address that is in use. Choose another.")


class IsAskedFor(SubdomainRefused):
    code = "subdomain_asked_for"
    message = _("Somebody else has just asked for “%(subdomain)s”. Choose another, or try again in two days.")


def skeleton(subdomain: str) -> str:
    """Without what a reader overlooks."""
    text = subdomain.lower()
    for old, new in _PAIRS:
        text = text.replace(old, new)
    return text.translate(str.maketrans(_FROM, _TO))


_RESERVED_SKELETONS = frozenset(map(skeleton, RESERVED))


def check_form(subdomain: str) -> None:
    """Without a statement; `xn--` is refused as two hyphens are. Raises WrongForm, IsReserved."""
    is_long_enough = SHORTEST <= len(subdomain) <= LONGEST
    if not is_long_enough or "--" in subdomain or not _FORM.fullmatch(subdomain):
        raise WrongForm
    if skeleton(subdomain) in _RESERVED_SKELETONS:
        raise IsReserved(subdomain=subdomain)


def check(subdomain: str, *, of: OrganisationRequest | None = None) -> None:
    """Two statements. `of`: the request that it is kept for. Raises SubdomainRefused."""
    check_form(subdomain)
    wanted = skeleton(subdomain)
    similar = list(
        Organisation.objects.annotate(skeleton=_skeleton_of("subdomain"))
        .filter(skeleton=wanted)
        .values_list("subdomain", flat=True)[:20]
    )
    if subdomain in map(str.lower, similar):
        raise IsTaken(subdomain=subdomain)
    if similar:
        raise LooksAlike(subdomain=subdomain)
    asked = OrganisationRequest.objects.filter(skeleton=wanted, confirmed_at=None, expires_at__gt=timezone.now())
    if (asked.exclude(pk=of.pk) if of else asked).exists():
        raise IsAskedFor(subdomain=subdomain)


def suggestion(name: str, city: str = "") -> str:
    """An address that is free, made of the name; "" where none of the first ones is. A few statements."""
    for each in _candidates(_plain(name), _plain(city)):
        try:
            check(each)
        except SubdomainRefused:
            continue
        return each
    return ""


def _candidates(name: str, city: str) -> Iterator[str]:
    yield name
    if city and city not in name:
        yield f"{name[: LONGEST - len(city) - 1].strip('-')}-{city}"
    for number in range(2, 6):
        yield f"{name[: LONGEST - 2].strip('-')}-{number}"


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", in_ascii(text).lower())[:LONGEST].strip("-")


def _skeleton_of(column: str) -> Func:
    found: Func | F = Lower(column)
    for old, new in _PAIRS:
        found = Replace(found, Value(old), Value(new))
    return Func(found, Value(_FROM), Value(_TO), function="translate", output_field=CharField())
