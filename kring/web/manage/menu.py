"""The side bar of the administration."""

from django.utils.translation import gettext_lazy as _

from kring.web.navigation import MenuItem

ENTRIES = [
    MenuItem("manage:dashboard", _("Dashboard"), "layout-dashboard", exact=True),
    MenuItem("manage:events", _("Events"), "calendar-event"),
    MenuItem("manage:organisers", _("Organising bodies"), "building-community"),
    MenuItem("manage:registrations", _("Registrations"), "clipboard-list"),
    MenuItem("manage:waiting_lists", _("Waiting lists"), "hourglass"),
    MenuItem("manage:orders", _("Orders & payments"), "receipt"),
    MenuItem("door:scan", _("Door"), "scan"),
    MenuItem("manage:mail", _("Mail"), "mail"),
    MenuItem("manage:users", _("Users"), "users"),
    MenuItem("manage:settings", _("Settings"), "settings"),
    MenuItem("manage:audit", _("Audit log"), "history"),
]
