from django import forms
from django.utils.translation import gettext_lazy as _


class NameForm(forms.Form):
    """What sign-up asks beside e-mail and password."""

    name = forms.CharField(label=_("Your name"), max_length=200)

    def signup(self, request, user):
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
