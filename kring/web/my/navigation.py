"""The menu of a person's own pages."""

from django.utils.translation import gettext_lazy as _

from kring.web.navigation import MenuItem

ENTRIES = [
    MenuItem("my:dashboard", _("Overview"), "home", exact=True),
    MenuItem("my:membership", _("Membership"), "id-badge-2"),
    MenuItem("my:dues", _("Contributions"), "receipt-euro"),
    MenuItem("my:calendar", _("Calendar"), "calendar-event"),
    MenuItem("my:tickets", _("My tickets"), "ticket"),
    MenuItem("my:registrations", _("Registrations"), "clipboard-list"),
    MenuItem("my:waiting", _("Waiting lists"), "hourglass"),
    MenuItem("my:orders", _("Orders"), "receipt"),
    MenuItem("my:certificates", _("Certificates"), "certificate"),
    MenuItem("my:documents", _("Documents"), "file-text"),
    MenuItem("my:profile", _("Profile"), "user"),
    MenuItem("my:security", _("Security"), "shield-lock"),
]
# For users who may create events without a role here (E1).
MY_EVENTS = MenuItem("manage:events", _("My events"), "calendar-event")
# For leaders of groups of members.
MY_GROUPS = MenuItem("manage:groups", _("My groups"), "users-group")
