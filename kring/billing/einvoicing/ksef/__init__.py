"""KSeF, the Polish state's system for e-invoices: FA(3), checked against its schema before anything is sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kring.billing.einvoicing.ksef import certificates, fa3, links, offline
from kring.billing.einvoicing.ksef.client import online
from kring.billing.invoicing.channel import (
    Connection,
    InvoiceChannel,
    IssuedOffline,
    Keys,
    NotExpressible,
    NotYet,
    Stamp,
)
from kring.billing.invoicing.contents import Contents

if TYPE_CHECKING:
    from kring.billing.models import InvoiceDelivery

ENVIRONMENTS = [
    ("production", gettext_lazy("production")),
    ("demo", gettext_lazy("pre-production (demo): nothing sent there is an invoice")),
    ("test", gettext_lazy("test: nothing sent there is an invoice, and everybody can read it")),
]


class KsefKeys(forms.Form):
    environment = forms.ChoiceField(label=gettext_lazy("Environment"), choices=ENVIRONMENTS)
    nip = forms.RegexField(
        r"^[1-9]\d{9}\Z", label="NIP", strip=True, error_messages={"invalid": gettext_lazy("Ten digits.")}
    )
    certificate = forms.CharField(
        label=gettext_lazy("KSeF certificate (PEM)"),
        widget=forms.Textarea({"rows": 4, "spellcheck": "false"}),
        max_length=10_000,
        required=False,
        help_text=gettext_lazy("For authentication, from the module of certificates and permissions (MCU)."),
    )
    private_key = forms.CharField(
        label=gettext_lazy("Its private key (PEM)"),
        widget=forms.Textarea({"rows": 4, "spellcheck": "false"}),
        max_length=10_000,
        required=False,
    )
    offline_certificate = forms.CharField(
        label=gettext_lazy("KSeF certificate for offline (PEM)"),
        widget=forms.Textarea({"rows": 4, "spellcheck": "false"}),
        max_length=10_000,
        required=False,
        help_text=gettext_lazy("With it invoices are issued also while KSeF does not answer, and sent afterwards."),
    )
    offline_key = forms.CharField(
        label=gettext_lazy("Its private key (PEM)"),
        widget=forms.Textarea({"rows": 4, "spellcheck": "false"}),
        max_length=10_000,
        required=False,
    )
    password = forms.CharField(
        label=gettext_lazy("Password of the private keys"), max_length=200, required=False, widget=forms.PasswordInput
    )
    token = forms.CharField(
        label=gettext_lazy("Or a KSeF token"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("With the right to issue invoices. Better a certificate: KSeF is going to end tokens."),
    )

    def clean(self) -> dict[str, str]:
        """Private keys are kept without their password: all keys are encrypted here."""
        cleaned: dict[str, str] = super().clean() or self.cleaned_data
        password = cleaned.pop("password", "")
        if not cleaned.get("certificate") and not cleaned.get("token"):
            raise ValidationError(_("Give a certificate with its key, or a token."))
        for name, key in (("certificate", "private_key"), ("offline_certificate", "offline_key")):
            if not cleaned.get(name):
                continue
            try:
                cleaned[name], cleaned[key] = certificates.read(cleaned[name], cleaned.get(key, ""), password)
            except certificates.Unreadable as error:
                self.add_error(key if error.is_key else name, str(error))
        return cleaned


class Ksef(InvoiceChannel):
    key = "ksef"
    label = "KSeF"
    description = gettext_lazy(
        "Sent to KSeF, Poland's system for e-invoices; the buyer gets the PDF by email when it has its number."
    )
    uses_network = True
    # The PDF has the number that KSeF gives.
    emails_at_once = False
    ending = "xml"
    account_form = KsefKeys

    def prepare(self, delivery: InvoiceDelivery) -> bytes:
        from ksef_client.documents.fa3.xml import FA3XmlValidationError, validate_fa3_xml_xsd

        invoice = delivery.invoice
        made = fa3.xml(invoice, Contents.read(invoice.contents), corrected=self._corrected(delivery))
        try:
            validate_fa3_xml_xsd(made)
        except FA3XmlValidationError as error:
            raise NotExpressible(reason=str(error)[:300]) from None
        return made

    def _corrected(self, delivery: InvoiceDelivery) -> str:
        """The KSeF number of the invoice it corrects; "" where that went another way, or to another environment. Raises
        NotYet."""
        from kring.billing.models import ChannelAccount, InvoiceDelivery

        corrects = delivery.invoice.corrects_id
        before = InvoiceDelivery.objects.filter(invoice=corrects, channel=self.key).first() if corrects else None
        if before is None:
            return ""
        if before.state != InvoiceDelivery.State.ACCEPTED:
            raise NotYet
        account = ChannelAccount.objects.filter(channel=self.key).first()
        is_there = account is None or before.handle.partition("/")[0] == account.keys["environment"]
        return str(before.number) if is_there else ""

    @contextmanager
    def opened(self, keys: Keys) -> Iterator[Connection]:
        with online(keys) as connection:
            yield connection

    def try_keys(self, keys: Keys) -> str:
        with online(keys):
            return f"NIP {keys['nip']} ({keys['environment']})"

    def stamps(self, delivery: InvoiceDelivery) -> list[Stamp]:
        return links.stamps(delivery)

    def issue_offline(self, delivery: InvoiceDelivery, keys: Keys) -> IssuedOffline | None:
        return offline.issue(delivery, keys)
