"""A mandate as a PDF: what was agreed, with the number shortened."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kring.core import dates, pdf
from kring.direct_debit.evidence import mandate_text
from kring.direct_debit.mandates import version_of
from kring.direct_debit.models import Mandate
from kring.organisations.current import current_organisation


def mandate_pdf(mandate: Mandate) -> bytes:
    """In the language of the page it is made on; of what was agreed in the portal, the words of then."""
    organisation, version = current_organisation(), version_of(mandate)
    payer, address = mandate.payer, mandate.payer.address
    text = version.text or mandate_text(mandate.creditor_account)
    facts = [
        (_("Reference of the mandate"), version.reference),
        (_("Creditor"), f"{version.creditor_name}, {version.creditor_id}"),
        (_("Account holder"), version.holder),
        (pgettext("bank", "Account"), version.masked),
        (_("Kind"), str(mandate.get_kind_display())),
        (_("Signed on"), dates.plain_day(version.signed_on)),
        (_("Evidence"), str(version.get_evidence_display())),
        (_("State"), str(mandate.get_state_display())),
    ]
    town = " ".join(filter(None, [address.postal_code, address.city]))
    letter = {
        "to": [line for line in (payer.name, address.street_address, town) if line],
        "day": dates.plain_day(version.created_at.date()),
        "subject": _("SEPA direct debit mandate"),
        "paragraphs": [text, *(f"{label}: {value}" for label, value in facts)],
    }
    head = {"title": _("SEPA direct debit mandate"), "language": organisation.language}
    return pdf.render("letters.typ", {**head, "organisation": {"name": organisation.name}, "letters": [letter]})
