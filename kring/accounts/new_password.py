"""A forgotten password: the form behind the link. Not in `forms.py`, which allauth's own forms import."""

from __future__ import annotations

from allauth.account.forms import ResetPasswordKeyForm
from allauth.account.models import EmailAddress


class NewPasswordForm(ResetPasswordKeyForm):
    """Behind the link in the mail "choose a new password"."""

    def save(self) -> None:
        """Whoever opened that link reads the address it was sent to, so it needs no second mail to verify it."""
        super().save()
        if not EmailAddress.objects.filter(user=self.user, verified=True).exists():
            address, _made = EmailAddress.objects.get_or_create(user=self.user, email=self.user.email)
            address.set_verified()
            address.set_as_primary(conditional=True)
