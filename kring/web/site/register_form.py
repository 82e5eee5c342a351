"""The form with which an organisation registers (T1)."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.core import signing
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.core.addresses import AddressField
from kring.core.names import NameField
from kring.forms import countries
from kring.organisations import subdomains
from kring.organisations.subdomains import SubdomainRefused

SALT = "kring.web.site.register_form"
# Seconds. Nobody fills it in faster; a page left open over night still works.
FASTEST, LONGEST = 4, 24 * 3600


class RegisterForm(forms.Form):
    """Programs are kept off by a field nobody sees, and by the time it takes to type; no puzzle of a third party."""

    name = NameField(label=_("Name of the organisation"), max_length=200)
    type = NameField(
        label=_("What it is"), max_length=100, required=False, help_text=_("Such as chess club, scout group, choir.")
    )
    city = NameField(label=_("City"), max_length=100)
    country = forms.ChoiceField(label=_("Country"), choices=countries.choices)
    contact_name = NameField(label=_("Your name"), max_length=200, widget=forms.TextInput({"autocomplete": "name"}))
    contact_email = AddressField(
        label=_("Your email"),
        widget=forms.EmailInput({"autocomplete": "email"}),
        help_text=_("You get a link there. You become the administrator."),
    )
    subdomain = forms.CharField(
        label=_("Address"),
        max_length=subdomains.LONGEST,
        widget=forms.TextInput({"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}),
    )
    accepts = forms.BooleanField(label=_("I accept the terms, for the organisation too."), required=True)
    # For programs only.
    website = forms.CharField(required=False)
    began = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, terms_url: str) -> None:
        super().__init__(data, initial={"began": signing.dumps(int(timezone.now().timestamp()), salt=SALT)})
        self.fields["subdomain"].help_text = _("Your site becomes address.%(host)s.") % {"host": settings.NETLOC}
        self.terms_url = terms_url
        if not terms_url:
            del self.fields["accepts"]

    def clean_subdomain(self) -> str:
        wanted: str = self.cleaned_data["subdomain"].lower()
        try:
            subdomains.check(wanted)
        except subdomains.IsAskedFor:
            # Perhaps by the same person: the verb knows.
            return wanted
        except SubdomainRefused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return wanted

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("website") or not _was_typed(cleaned.get("began", "")):
            raise forms.ValidationError(_("This was sent too fast, or too late. Please send it again."))
        return cleaned


def _was_typed(began: str) -> bool:
    try:
        seconds = timezone.now().timestamp() - signing.loads(began, salt=SALT)
    except (signing.BadSignature, TypeError):
        return False
    return FASTEST <= seconds <= LONGEST
