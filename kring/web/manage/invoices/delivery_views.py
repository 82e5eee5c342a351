"""How an invoice reaches whoever receives it: the file, what the receiver answered, sending again."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kring.accounts.requests import UserRequest
from kring.billing.einvoicing import channels
from kring.billing.invoicing import delivering
from kring.billing.invoicing.documents import invoice_filename
from kring.billing.models import InvoiceDelivery
from kring.web.downloads import document
from kring.web.manage.invoices.channel_choices import usable
from kring.web.manage.pages import ask, attempted
from kring.web.manage.rights import needs

ACCEPTED, REJECTED = "accepted", "rejected"


class AnswerForm(forms.Form):
    outcome = forms.ChoiceField(
        label=gettext_lazy("The receiver"),
        choices=[(ACCEPTED, gettext_lazy("has accepted it")), (REJECTED, gettext_lazy("has rejected it"))],
        widget=forms.RadioSelect,
    )
    number = forms.CharField(
        label=gettext_lazy("Number that the receiver gave"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("Only if there is one."),
    )
    reason = forms.CharField(label=gettext_lazy("Reason of the rejection"), max_length=300, required=False)

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("outcome") == REJECTED and not cleaned.get("reason"):
            self.add_error("reason", _("Give the reason of the receiver."))
        return cleaned


class SendAgainForm(forms.Form):
    channel = forms.ChoiceField(label=gettext_lazy("Send by"), widget=forms.RadioSelect)

    def __init__(self, data: QueryDict | None, *, delivery: InvoiceDelivery) -> None:
        super().__init__(data, initial={"channel": delivery.channel})
        self.fields["channel"].choices = [  # type: ignore[attr-defined]
            (key, label)
            for key, label in usable()
            if (not delivery.invoice.is_test or key == delivering.MAIL)
            and (delivery.offline_at is None or key == delivery.channel)
        ]


@needs("see_invoices")
@require_safe
def file(request: UserRequest, pk: int) -> HttpResponse:
    """What was, or is to be, handed over."""
    found = _delivery(pk)
    ending = channels()[found.channel].ending if found.channel in channels() else ""
    if not ending or found.document is None:
        raise Http404
    name = invoice_filename(found.invoice).removesuffix("pdf") + ending
    return document(bytes(found.document), name=name, mimetype="application/xml")


@needs("change_invoices")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def answer(request: UserRequest, pk: int) -> HttpResponse:
    """Of a channel that Kring cannot ask."""
    found = _delivery(pk)
    if not can_be_noted(found):
        raise Http404
    form = AnswerForm(request.POST or None)
    back = reverse("manage:invoice", args=[pk])

    def note() -> None:
        data = form.cleaned_data
        is_accepted = data["outcome"] == ACCEPTED
        delivering.note_by_hand(
            found, is_accepted=is_accepted, number=data["number"], reason=data["reason"], by=request.user
        )

    if form.is_valid() and attempted(form, note):
        messages.success(request, _("The answer has been recorded."))
        return redirect(back)
    return ask(
        request,
        title=_("What did the receiver of %(number)s answer?") % {"number": found.invoice.number},
        form=form,
        button=_("Record answer"),
        back=back,
        tone="primary",
    )


@needs("change_invoices")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def sending(request: UserRequest, pk: int) -> HttpResponse:
    """Again, by the same channel or another."""
    found = _delivery(pk)
    if not can_be_sent_again(found):
        raise Http404
    form = SendAgainForm(request.POST or None, delivery=found)
    back = reverse("manage:invoice", args=[pk])

    def send() -> None:
        delivering.send_again(found, channel=form.cleaned_data["channel"], by=request.user)

    if form.is_valid() and attempted(form, send):
        messages.success(request, _("The invoice is being sent."))
        return redirect(back)
    return ask(
        request,
        title=_("Send %(number)s again?") % {"number": found.invoice.number},
        consequences=[_("The document stays as it is. If something in it is wrong, make a credit note instead.")],
        form=form,
        button=_("Send"),
        back=back,
        tone="primary",
    )


def can_be_noted(delivery: InvoiceDelivery) -> bool:
    is_by_hand = delivery.channel in channels() and channels()[delivery.channel].is_noted_by_hand
    return is_by_hand and delivery.state not in (delivery.State.ACCEPTED, delivery.State.CORRECTED)


def can_be_sent_again(delivery: InvoiceDelivery) -> bool:
    State = InvoiceDelivery.State
    return delivery.state == State.REJECTED or (delivery.state == State.WAITING and delivery.tries > 0)


def _delivery(pk: int) -> InvoiceDelivery:
    rows = InvoiceDelivery.objects.select_related("invoice__organisation")
    return get_object_or_404(rows, invoice=pk)
