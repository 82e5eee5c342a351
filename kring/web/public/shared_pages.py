"""Pages that are the same for every visitor, cached in this process until their content has changed.

Only the key of their form differs: it is put in when the page is answered.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpResponse
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString

from kring.accounts.requests import TenantRequest
from kring.core import codes
from kring.web.language import appearance

MOST = 500
# Where the key goes. No text of a person can contain it: templates escape "<".
MARK = format_html("<!-- {} -->", "key")


@dataclass(frozen=True)
class SharedPage:
    version: Hashable
    parts: list[bytes]
    until: datetime


_pages: OrderedDict[Hashable, SharedPage] = OrderedDict()
_lock = Lock()


def may_be_shared(request: TenantRequest) -> bool:
    """An anonymous visitor, without a message waiting for them, at the plain address."""
    cookies = request.COOKIES
    known = settings.SESSION_COOKIE_NAME in cookies or CookieStorage.cookie_name in cookies
    return not known and not request.META.get("QUERY_STRING") and request.method in ("GET", "HEAD")


def kept(request: TenantRequest, version: Hashable) -> HttpResponse | None:
    """The answer, if the page kept for this address, language and appearance is of this version."""
    page = _pages.get(_key(request))
    if page is None or page.version != _version(request, version) or page.until <= timezone.now():
        return None
    return HttpResponse(secret_key().encode().join(page.parts))


def keep(request: TenantRequest, version: Hashable, html: str, *, until: datetime) -> HttpResponse:
    """Store `html`, in which MARK is the placeholder of the key, and answer it."""
    page = SharedPage(_version(request, version), [part.encode() for part in html.split(MARK)], until)
    with _lock:
        _pages[_key(request)] = page
        _pages.move_to_end(_key(request))
        while len(_pages) > MOST:
            _pages.popitem(last=False)
    return HttpResponse(secret_key().encode().join(page.parts))


def secret_key() -> SafeString:
    """By which two clicks on the button of one page are one order (public/ordering.py)."""
    return format_html('<input type="hidden" name="key" value="{}">', codes.secret())


def _key(request: TenantRequest) -> Hashable:
    organisation = request.organisation
    return organisation.pk, request.path, translation.get_language(), appearance(request)


def _version(request: TenantRequest, version: Hashable) -> Hashable:
    """The organisation is on each page: name, colours, logo."""
    organisation = request.organisation
    fields = tuple(str(value) for name, value in vars(organisation).items() if name != "_state")
    return version, fields
