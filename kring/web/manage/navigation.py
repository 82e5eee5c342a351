"""The side bar of the administration."""

from django.utils.translation import gettext_lazy as _

from kring.web.navigation import Entry

ENTRIES = [
    Entry("manage:dashboard", _("Dashboard"), "layout-dashboard", exact=True),
    Entry("manage:events", _("Events"), "calendar-event"),
    Entry("manage:organisers", _("Organisers"), "building-community"),
    Entry("manage:registrations", _("Registrations"), "clipboard-list"),
    Entry("manage:waiting_lists", _("Waiting lists"), "hourglass"),
    Entry("manage:orders", _("Orders & payments"), "receipt"),
    Entry("door:scan", _("Door"), "scan"),
    Entry("manage:mail", _("Mail"), "mail"),
    Entry("manage:users", _("Users"), "users"),
    Entry("manage:settings", _("Settings"), "settings"),
    Entry("manage:audit", _("Audit log"), "history"),
]
