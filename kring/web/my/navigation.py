"""The menu of a person's own pages."""

from django.utils.translation import gettext_lazy as _

from kring.web.navigation import Entry

ENTRIES = [
    Entry("my:dashboard", _("Overview"), "home", exact=True),
    Entry("my:tickets", _("My tickets"), "ticket"),
    Entry("my:registrations", _("Registrations"), "clipboard-list"),
    Entry("my:orders", _("Orders"), "receipt"),
    Entry("my:certificates", _("Certificates"), "certificate"),
    Entry("my:profile", _("Profile"), "user"),
    Entry("my:security", _("Security"), "shield-lock"),
]
