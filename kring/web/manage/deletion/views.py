"""The organisation is deleted by its own administrator: downloads first, then its name, then days of grace (T6)."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from kring.accounts.requests import UserRequest
from kring.core.refusals import Refusal
from kring.hosting import leaving
from kring.organisations.models import Organisation
from kring.organisations.platform_settings import value_of
from kring.web.asking_again import asks_again
from kring.web.manage.pages import carry_out, show
from kring.web.manage.rights import needs


class NameForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name of the organisation"),
        max_length=300,
        help_text=gettext_lazy("Type it as it is written above."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )


@needs("delete_organisation")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@asks_again
def page(request: UserRequest) -> HttpResponse:
    form = NameForm(request.POST or None)
    if form.is_valid():
        try:
            leaving.ask(request.organisation, form.cleaned_data["name"])
        except Refusal as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, _("The deletion has been asked for. Until it begins you can take it back."))
            return redirect("manage:deletion")
    return show(
        request,
        "manage/deletion/page.html",
        status=422 if form.is_bound else 200,
        form=form,
        days=int(str(value_of(leaving.GRACE))),
        downloads=_downloads(request.organisation),
    )


@needs("delete_organisation")
@require_POST
@never_cache
@asks_again
def taking_back(request: UserRequest) -> HttpResponse:
    done = _("The deletion has been taken back.")
    return carry_out(request, lambda: leaving.take_back(request.organisation), done, reverse("manage:deletion"))


def _downloads(organisation: Organisation) -> list[tuple[str, str]]:
    """What there is to keep, as address and words."""
    invoices = reverse("manage:invoices_file", args=["zip"])
    since = timezone.localtime(organisation.created_at).date().isoformat()
    period = urlencode({"since": since, "until": timezone.localdate().isoformat()})
    return [
        (f"{invoices}?{period}", _("All invoices as PDF (zip)")),
        (f"{reverse('manage:invoices_file', args=['xlsx'])}?{period}", _("Ledger of all invoices (xlsx)")),
        (f"{reverse('manage:members_export')}?form=xlsx", _("Members (xlsx)")),
        (f"{reverse('manage:registrations_export')}?form=xlsx", _("Registrations (xlsx)")),
        (f"{reverse('manage:contributions_export')}?form=xlsx", _("Contributions (xlsx)")),
        (reverse("manage:dues_books"), _("Movements for the books")),
        (reverse("manage:providers_export"), _("Accounts with payment providers (xlsx)")),
        (reverse("manage:newsletters"), _("Subscribers of newsletters")),
    ]
