"""The addresses around waiting lists: those of the organisation, and that of one event."""

from __future__ import annotations

from django.urls import path

from kring.web.manage.waiting import acts, entry, exporting, listing, lists, rules

OF_ORGANISATION = [
    path("waiting/", lists.index, name="waiting_lists"),
    path("waiting/new/", lists.new, name="waiting_list_new"),
]
OF_EVENT = [
    path("waiting/", listing.of_event, name="waiting_list"),
    path("waiting/rules/", rules.rules, name="waiting_rules"),
    path("waiting/end/", rules.end, name="waiting_end"),
    path("waiting/export/", exporting.of_event, name="waiting_export"),
    path("waiting/groups/<int:pk>/", listing.of_group, name="waiting_group"),
    path("waiting/groups/<int:pk>/export/", exporting.of_group, name="waiting_group_export"),
    path("waiting/new/", acts.new, name="waiting_entry_new"),
    path("waiting/invitations/", acts.invite, name="waiting_invite"),
    path("waiting/sending/", acts.sending_all, name="waiting_sending"),
    path("waiting/<int:pk>/", entry.entry, name="waiting_entry"),
    path("waiting/<int:pk>/sending/", acts.sending, name="waiting_entry_sending"),
    path("waiting/<int:pk>/removal/", acts.removal, name="waiting_entry_removal"),
    path("waiting/<int:pk>/position/", acts.position, name="waiting_entry_position"),
]
