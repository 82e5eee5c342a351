"""The certificate as a document (Z2): rendered on request; its contents were stored when it was issued."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kring.certificates.links import check_url
from kring.certificates.models import Certificate, CertificateQuerySet
from kring.core import dates, pdf, qr
from kring.core.filenames import filename
from kring.mail.attachments import Attachment, attachment
from kring.organisations.logo import logo_png
from kring.organisations.models import Organisation
from kring.registrations.documents import language_of


def with_what_a_certificate_shows() -> CertificateQuerySet:
    return Certificate.objects.select_related(
        "organisation",
        "ticket__registration__event",
        "ticket__registration__attendee",
        "ticket__registration__line__order",
    )


def language_for(certificate: Certificate) -> str:
    """The language of the person it is for."""
    return language_of(certificate.ticket.registration)


def certificate_pdf(certificate: Certificate) -> bytes:
    """One page A4 across, in the attendee's language. About 20 ms."""
    organisation = certificate.organisation
    language = language_for(certificate)
    with dates.written_for(language, organisation.zone):
        data = _contents(certificate, organisation, language)
    logo = logo_png(organisation)
    return pdf.render("certificate.typ", data, files={"logo": logo} if logo else {}, made_at=certificate.issued_at)


def certificate_filename(certificate: Certificate) -> str:
    """`accreditatiebewijs-jan-jansen.pdf`"""
    with dates.written_for(language_for(certificate), certificate.organisation.zone):
        return filename(pgettext("file name", "certificate"), certificate.name, ending="pdf")


@attachment("certificate")
def _in_a_mail(certificate_id: int) -> Attachment:
    certificate = with_what_a_certificate_shows().get(pk=certificate_id)
    return Attachment(certificate_filename(certificate), certificate_pdf(certificate), "application/pdf")


def _contents(certificate: Certificate, organisation: Organisation, language: str) -> dict[str, object]:
    event, url = certificate.ticket.registration.event, check_url(certificate)
    code = certificate.code
    return {
        "title": _("Certificate of attendance: %(name)s") % {"name": certificate.name},
        "language": language,
        "colour": organisation.primary_colour,
        "organisation": {"name": organisation.name},
        "name": certificate.name,
        "event": certificate.event_name,
        "when": " · ".join(part for part in [dates.days(event.starts_at, event.ends_at), event.location] if part),
        "details": [
            {"label": _("Checked in"), "value": _day_and_time(certificate)},
            {"label": _("Issued"), "value": dates.plain_day(certificate.issued_at)},
        ],
        "url": url,
        "shown_url": url.split("://", 1)[-1],
        "shown_code": " ".join(code[i : i + 4] for i in range(0, len(code), 4)),
        "qr": qr.svg_file(url),
        "labels": {
            "certificate": _("Certificate of attendance"),
            "presented_to": _("presented to"),
            "for_taking_part": _("for taking part in"),
            "check": _("Check this certificate at"),
            "qr": _("QR code of the page that confirms this certificate"),
        },
    }


def _day_and_time(certificate: Certificate) -> str:
    at = certificate.attended_at
    return _("%(day)s at %(time)s") % {"day": dates.plain_day(at), "time": dates.clock(at)}
