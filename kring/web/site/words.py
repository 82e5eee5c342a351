"""The texts of the main site, apart from how it looks: (icon, title, text)."""

from django.utils.translation import gettext_lazy as _

FEATURES = [
    (
        "ticket",
        _("Tickets that cannot be forged"),
        _("Everybody gets their own, signed, by email and as a PDF. Buy for others by name."),
    ),
    (
        "scan",
        _("A door that keeps moving"),
        _("Any phone scans codes: green or red, large enough to read in the rain."),
    ),
    (
        "users-group",
        _("Never one place too many"),
        _("The database itself counts. However many register at once, no place is given twice."),
    ),
    (
        "users",
        _("Members and what they owe"),
        _("From a spreadsheet to households, groups, fees, bills and direct debits. Each member has a portal."),
    ),
    (
        "hourglass",
        _("Waiting lists that fill places"),
        _("A place that comes free goes to the next in line, by email, with time to decide."),
    ),
    (
        "coin",
        _("Money you can follow"),
        _("Card, transfer, cash or free. A payment that comes late is never lost."),
    ),
    (
        "certificate",
        _("Certificates sent automatically"),
        _("After the first scan it is in the email. A code on it proves to anyone that it is real."),
    ),
    (
        "shield-lock",
        _("Your data, kept apart"),
        _("Many organisations, one installation: the database keeps them strictly apart."),
    ),
]

AUDIENCES = [
    ("building-community", _("Associations"), _("Congresses, meetings of members, accredited training.")),
    ("flag", _("Scout groups"), _("Rallies with many attractions, courses and camps.")),
    ("heart-handshake", _("Clubs"), _("Tournaments, members' evenings, enrolment for a new season.")),
]

FOUR_STEPS = [
    (_("Announce"), _("Picture, text, price, places: your page is ready.")),
    (_("Register"), _("For yourself and others, on any phone, with or without an account.")),
    (_("Let in"), _("Scan at the door, several at once, each ticket exactly once.")),
    (_("Thank"), _("The certificates go out, and you have the figures at hand.")),
]
