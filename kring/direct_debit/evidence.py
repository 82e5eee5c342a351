"""What shows that a payer has agreed to a mandate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _

from kring.accounts.models import User
from kring.core.network_digests import digest_of_address
from kring.direct_debit.models import CreditorAccount, MandateVersion
from kring.forms import uploading
from kring.forms.models import Upload

Kind = MandateVersion.Evidence
MEGABYTES = 10


@dataclass(frozen=True)
class Evidence:
    """`text`: what was agreed to, as it was shown. `address_digest`: of the network address it was sent from."""

    kind: str
    signed_on: date
    upload: Upload | None = None
    note: str = ""
    text: str = ""
    agreed_at: datetime | None = None
    agreed_by: User | None = None
    address_digest: str = ""


def signed_paper(file: UploadedFile, *, signed_on: date, note: str = "") -> Evidence:
    """A scan. Raises FileRefused: no PDF, too large, empty."""
    upload = uploading.take(file, accepts=["pdf"], megabytes=MEGABYTES)
    upload.is_kept = True
    upload.save(update_fields=["is_kept"])
    return Evidence(Kind.UPLOAD, signed_on, upload=upload, note=note)


def agreed_in_portal(user: User, *, text: str, address: str) -> Evidence:
    now = timezone.now()
    return Evidence(
        Kind.PORTAL,
        timezone.localdate(now),
        text=text,
        agreed_at=now,
        agreed_by=user,
        address_digest=digest_of_address(address),
    )


def mandate_text(creditor: CreditorAccount) -> str:
    """The words of the European Payments Council, in the active language."""
    text = _(
        "By agreeing to this mandate you authorise %(creditor)s to send instructions to your bank to debit your"
        " account, and your bank to debit your account as %(creditor)s instructs. You are entitled to a refund from"
        " your bank under the terms of your agreement with it. A refund must be claimed within 8 weeks of the day on"
        " which your account was debited."
    )
    return text % {"creditor": creditor.name}
