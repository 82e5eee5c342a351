"""The forms of a newsletter: what is offered, and where it is passed on."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.core.names import NameField
from kring.newsletter.channels import ChannelSettings
from kring.newsletter.models import MailingList
from kring.newsletter.models.mailing_list import LONGEST_TEXT
from kring.web.asking_again import SECRET_PREFIX
from kring.web.manage.shared.language_fields import FIRST, fields_for, initial_of, texts_of

Channel = MailingList.Channel
SHORTEST_SECRET = 16
# The settings of each channel, as its module needs them.
OF_CHANNEL: dict[str, tuple[str, ...]] = {
    Channel.NONE: (),
    Channel.MAILCHIMP: ("api_key", "audience"),
    Channel.WEBHOOK: ("url", "signing_secret"),
}
NEVER_SHOWN = ("api_key", "signing_secret")


class NewsletterForm(forms.Form):
    name = NameField(label=_("Name"), max_length=100)
    is_offered = forms.BooleanField(
        label=pgettext_lazy("newsletter", "Offered in the checkout"),
        required=False,
        help_text=_("A box beside the buyer's address, never ticked before. Who ticks it gets an email to confirm."),
    )

    def __init__(self, data: Mapping[str, object] | None = None, *, newsletter: MailingList | None = None) -> None:
        initial = {}
        if newsletter is not None:
            known = {"name": newsletter.name, "is_offered": newsletter.is_offered}
            initial = {**known, **initial_of("text", newsletter.texts)}
        super().__init__(data, initial=initial)
        texts = fields_for("text", _("Text beside the box (%(language)s)"), max_length=LONGEST_TEXT)
        for each in texts.values():
            each.widget = forms.Textarea({"rows": 2, "lang": each.widget.attrs["lang"]})
        texts[f"text_{FIRST}"].help_text = _(
            "Say what you send and how often, such as “Yes, send me the club's newsletter, once a month.” It is kept as"
            " the proof of the consent."
        )
        self.fields |= texts
        self.order_fields(["name", *texts, "is_offered"])

    def clean(self) -> dict[str, object]:
        super().clean()
        if not self._texts():
            self.add_error(f"text_{FIRST}", _("Give a text in one language at least."))
        return self.cleaned_data

    def given(self) -> dict[str, object]:
        return {
            "name": self.cleaned_data["name"],
            "texts": self._texts(),
            "is_offered": self.cleaned_data["is_offered"],
        }

    def _texts(self) -> dict[str, str]:
        return texts_of("text", self.cleaned_data)


class ChannelForm(forms.Form):
    """Secrets are never shown again: left empty, the one there is stays."""

    channel = forms.ChoiceField(label=_("Passed on to"), choices=Channel, widget=forms.RadioSelect)
    api_key = forms.CharField(
        label=_("Mailchimp: API key"),
        max_length=100,
        required=False,
        widget=forms.PasswordInput({"autocomplete": "off"}),
        help_text=_("At Mailchimp under Profile, Extras, API keys. It ends in the data centre, such as -us21."),
    )
    audience = forms.CharField(
        label=_("Mailchimp: audience ID"),
        max_length=40,
        required=False,
        help_text=_("At Mailchimp under Audience, Settings, such as a1b2c3d4e5."),
    )
    url = forms.CharField(
        label=_("Webhook: address"),
        max_length=500,
        required=False,
        widget=forms.URLInput,
        help_text=_("Begins with https://. Each change is sent there as a signed JSON document."),
    )
    signing_secret = forms.CharField(
        label=_("Webhook: secret of the signature"),
        max_length=200,
        required=False,
        widget=forms.PasswordInput({"autocomplete": "off"}),
        help_text=_("At least 16 characters; the other program needs the same."),
    )

    def __init__(self, data: Mapping[str, object] | None = None, *, newsletter: MailingList) -> None:
        shown = {name: value for name, value in newsletter.settings.items() if name not in NEVER_SHOWN}
        super().__init__(data, initial={"channel": newsletter.channel, **shown}, prefix=SECRET_PREFIX)
        self.newsletter = newsletter

    def clean(self) -> dict[str, object]:
        super().clean()
        chosen = self.cleaned_data.get("channel")
        known = self.newsletter.settings if self.newsletter.channel == chosen else {}
        for name in OF_CHANNEL.get(chosen or "", ()):
            if name not in self.errors and not self.cleaned_data.get(name) and not known.get(name):
                self.add_error(name, _("This is needed to pass addresses on."))
        secret = self.cleaned_data.get("signing_secret")
        if chosen == Channel.WEBHOOK and secret and len(secret) < SHORTEST_SECRET:
            self.add_error("signing_secret", _("At least 16 characters; the other program needs the same."))
        return self.cleaned_data

    def settings(self) -> ChannelSettings:
        return {name: self.cleaned_data[name] for name in OF_CHANNEL[self.cleaned_data["channel"]]}
