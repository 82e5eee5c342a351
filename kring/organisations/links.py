"""URLs for texts read away from the site: mails and documents."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from kring.organisations.models import Organisation


def link(organisation: Organisation, name: str, *args: object) -> str:
    """The absolute URL of a page of the organisation's site; right in a worker too, which has no request."""
    return organisation.url + reverse(name, urlconf=settings.ORGANISATION_URLCONF, args=args)
