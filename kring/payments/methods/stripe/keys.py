"""What an organisation enters, once for all events."""

from __future__ import annotations

import re

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _


class StripeKeys(forms.Form):
    secret_key = forms.CharField(
        label=_("Secret key"),
        max_length=255,
        help_text=_("In Stripe: Developers → API keys. It begins with sk_ or, when it is a restricted one, with rk_."),
        validators=[
            RegexValidator(
                re.compile(r"(?:sk|rk)_(?:test|live)_\w+\Z", re.ASCII),
                _(
                    "This is not a secret key of Stripe: those begin with sk_test_, sk_live_, rk_test_ or rk_live_."
                    " Keys with pk_ are the public ones."
                ),
            )
        ],
    )
    webhook_secret = forms.CharField(
        label=_("Secret of the webhook"),
        max_length=255,
        required=False,
        help_text=_("Only for a restricted key that may not make webhooks. Otherwise leave it empty: we make it."),
        validators=[
            RegexValidator(re.compile(r"whsec_\S+\Z", re.ASCII), _("The secret of a webhook begins with whsec_."))
        ],
    )
