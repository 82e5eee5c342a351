"""The emails about newsletters that an organisation may reword (N1)."""

from django.utils.translation import gettext_lazy as _

from kring.mail import facts
from kring.mail.kinds import MailKind, Placeholder, register

GROUP = _("Newsletters")
_PLACEHOLDERS = (
    Placeholder("newsletter", _("name of the newsletter"), _("Club news")),
    Placeholder("consent", _("the text beside the box that was ticked"), lambda: facts.lines("Yes, send me the news.")),
)

register(
    MailKind(
        "newsletter-confirmation",
        GROUP,
        _("Newsletter: please confirm"),
        _PLACEHOLDERS,
        ours=("url", "unsubscribe_url"),
        anybody_causes_it=True,
    ),
    MailKind("newsletter-welcome", GROUP, _("Newsletter: subscribed"), _PLACEHOLDERS, ours=("unsubscribe_url",)),
)
