"""The menu of a person's own pages."""

from django.utils.translation import gettext_lazy as _

from kring.web.navigation import Entry

ENTRIES = [
    Entry("my:dashboard", _("Overview"), "home", exact=True),
    Entry("my:tickets", _("My tickets"), "ticket"),
    Entry("my:registrations", _("Registrations"), "clipboard-list"),
    Entry("my:waiting", _("Waiting lists"), "hourglass"),
    Entry("my:orders", _("Orders"), "receipt"),
    Entry("my:certificates", _("Certificates"), "certificate"),
    Entry("my:profile", _("Profile"), "user"),
    Entry("my:security", _("Security"), "shield-lock"),
]
# For those who may make events without working here (E1).
MY_EVENTS = Entry("manage:events", _("My events"), "calendar-event")
