"""The mail to whom an organisation gives a role may be in its own words (N1).

Mails about logins may not: an account is not one organisation's, and what they say protects it.
"""

from django.utils.translation import gettext_lazy as _

from kring.mail.kinds import MailKind, Placeholder, register

register(
    MailKind(
        "role-given",
        _("Administration"),
        _("Role given"),
        (
            Placeholder("inviter", _("who gave the role"), "Maria de Vries"),
            Placeholder("roles", _("the roles"), _("organiser")),
        ),
        ours=("administration_url",),
    )
)
