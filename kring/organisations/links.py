"""URLs for texts read away from the site: mails and documents."""

from __future__ import annotations

import re

from django.conf import settings
from django.urls import reverse

from kring.organisations.models import Organisation

# What anybody may read: it is at the organisation's own domain, where it has one. All else, with what belongs to a
# person, a login or a program, stays at its subdomain.
PUBLIC_PAGE = re.compile(r"/|/events/[\w-]+(/|\.ics)|/(terms|privacy|become-a-member)/")


def link(organisation: Organisation, name: str, *args: object) -> str:
    """The absolute URL of a page of the organisation's site; right in a worker too, which has no request."""
    return url_of(organisation, reverse(name, urlconf=settings.ORGANISATION_URLCONF, args=args))


def url_of(organisation: Organisation, path: str) -> str:
    """The absolute URL of this path of its site."""
    return (organisation.public_url if is_public(path) else organisation.url) + path


def is_public(path: str) -> bool:
    return PUBLIC_PAGE.fullmatch(path) is not None
