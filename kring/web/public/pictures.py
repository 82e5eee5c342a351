"""An organisation's pictures: its logo, the photos of its events, the logos of its partners."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponseBase
from django.views.decorators.http import require_safe

from kring.accounts.requests import TenantRequest
from kring.events.models import Event
from kring.partners.models import Partner
from kring.web.access import public

# Another picture gets another name.
A_MONTH = "public, max-age=2592000"
KINDS = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp"}


@public
@require_safe
def picture(request: TenantRequest, name: str) -> HttpResponseBase:
    """404 for what is no picture of this organisation, even if it is in the same folder."""
    kind = KINDS.get(name.rpartition(".")[2].lower())
    if kind is None or not _is_ours(request, name):
        raise Http404
    try:
        file = default_storage.open(name)
    except (OSError, ValueError):
        raise Http404 from None
    return FileResponse(file, content_type=kind, headers={"Cache-Control": A_MONTH})


def _is_ours(request: TenantRequest, name: str) -> bool:
    logo = request.organisation.logo
    if logo and logo.name == name:
        return True
    return Event.objects.filter(photo=name).exists() or Partner.objects.filter(logo=name).exists()
