"""Why an email was not sent, as a sentence for staff. The server's message is shown beside it, for technicians."""

from __future__ import annotations

import re

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kring.mail import own_words

BAD_ADDRESS, NOT_COMPOSED, NOT_ACTIVATED, SAMPLE = "BadAddress", "NotComposed", "NotActivated", "Sample"
_UNREACHABLE = gettext_lazy("The mail server cannot be reached.")

# Names of errors, with which the stored error begins (delivery.py).
SENTENCES: dict[str, str | Promise] = {
    BAD_ADDRESS: gettext_lazy("The recipient's address is not valid. Correct it where it was typed, and send again."),
    NOT_COMPOSED: gettext_lazy(
        "This email could not be composed. Tell the administrator of this installation; Kring will try again."
    ),
    NOT_ACTIVATED: gettext_lazy(
        "Your organisation has not been activated yet. This email is sent by itself once it is."
    ),
    SAMPLE: gettext_lazy("The address belongs to the sample data: nothing is ever sent to it."),
    own_words.BROKEN: gettext_lazy(
        "Your own text of this email could not be used, so it has Kring's text. Check it under Texts of emails."
    ),
    "SMTPRecipientsRefused": gettext_lazy(
        "The mail server does not accept email for this address. Check the address letter by letter."
    ),
    "SMTPSenderRefused": gettext_lazy("The mail server does not accept email from the sender's address."),
    "SMTPAuthenticationError": gettext_lazy("The mail server does not accept the login of this installation."),
    "SMTPDataError": gettext_lazy("The mail server refused this email, perhaps as spam or because it is too large."),
    "SMTPNotSupportedError": gettext_lazy("The mail server does not support what this email needs."),
    **dict.fromkeys(("SSLError", "SSLCertVerificationError"), gettext_lazy("No safe connection to the mail server.")),
    **dict.fromkeys(("SMTPServerDisconnected", "SMTPConnectError", "SMTPHeloError", "ConnectionError"), _UNREACHABLE),
    **dict.fromkeys(("ConnectionRefusedError", "ConnectionResetError", "BrokenPipeError", "OSError"), _UNREACHABLE),
    **dict.fromkeys(("TimeoutError", "gaierror", "herror", "timeout"), _UNREACHABLE),
}
# Words in the server's message: a full mailbox, or a busy server.
_FOR_NOW = re.compile(r"\b4\d\d\b")
_NAMED = re.compile(r"(\w+)(?:: |$)")


def sentence(error: str) -> str:
    """In the active language; "" where nothing went wrong."""
    if not error:
        return ""
    name = found[1] if (found := _NAMED.match(error)) else ""
    if name.startswith("SMTP") and name != "SMTPAuthenticationError" and _FOR_NOW.search(error):
        return _("The mail server does not accept this email at the moment; it may do so later.")
    return str(SENTENCES.get(name) or _("The email could not be sent."))


def held() -> str:
    """Why an email is held back for a person to decide (limits.py)."""
    return _(
        "This address has been sent as many emails in the last hour or day as strangers may cause. Somebody may"
        " be typing an address that is not theirs. If this email is wanted, send it by hand."
    )
