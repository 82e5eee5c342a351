"""Whether others may ask this register if somebody is a member (docs/registry.md)."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kring.accounts.models import ApiToken
from kring.accounts.requests import UserRequest
from kring.members import numbering
from kring.members.models import RegisterSettings
from kring.organisations import changing
from kring.organisations.models import AuditEntry
from kring.web.manage.members.forms import OfferingForm
from kring.web.manage.pages import saved, show
from kring.web.manage.rights import needs
from kring.web.manage.shared.merging import merge, one_save_at_a_time

COUNTED = timedelta(days=30)


@needs("manage_settings")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@one_save_at_a_time
def offering(request: UserRequest) -> HttpResponse:
    found = numbering.settings()
    form = OfferingForm(request.POST or None, instance=RegisterSettings.objects.get(pk=found.pk))
    merge(request, form)

    if saved(
        request, form, partial(changing.change, found, "register_settings.changed"), _("The settings have been saved.")
    ):
        return redirect("manage:register_offering")
    questions = AuditEntry.objects.filter(action="register.asked", at__gte=timezone.now() - COUNTED)
    return show(
        request,
        "manage/members/offering.html",
        status=422 if form.is_bound else 200,
        form=form,
        address=f"{request.organisation.url}/api/v1/membership",
        tokens=ApiToken.objects.live().filter(scopes__contains=["membership"]),
        asked=questions.count(),
        back=reverse("manage:register_settings"),
    )
