"""portal.: the administration above all organisations."""

from django.urls import include, path
from django.views.generic import RedirectView

from kring.web.access import public
from kring.web.common_urls import handler400, handler403, handler404, handler500
from kring.web.platform import (
    announcements,
    health,
    limits,
    log,
    notes,
    organisations,
    plan_pages,
    settings,
    support,
    views,
)

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

to_the_start = public(RedirectView.as_view(pattern_name="platform:organisations"))
platform = [
    path("", organisations.index, name="organisations"),
    path("organisations/<int:pk>/", organisations.page, name="organisation"),
    path("organisations/<int:pk>/activation/", organisations.activation, name="activation"),
    path("organisations/<int:pk>/blocking/", organisations.blocking, name="blocking"),
    path("organisations/<int:pk>/support/", support.page, name="support"),
    path("organisations/<int:pk>/support/<int:access>/ending/", support.ending, name="support_ending"),
    path("organisations/<int:pk>/deletion/", organisations.deletion, name="deletion"),
    path("organisations/<int:pk>/deletion/taking-back/", organisations.taking_back, name="deletion_taking_back"),
    path("organisations/<int:pk>/notes/", notes.new, name="note_new"),
    path("organisations/<int:pk>/notes/<int:note>/removal/", notes.removal, name="note_removal"),
    path("second-factor/", views.second_factor, name="second_factor"),
    path("logins/", views.logins, name="logins"),
    path("settings/", settings.index, name="settings"),
    path("settings/own/new/", settings.new, name="setting_new"),
    path("settings/<slug:key>/", settings.setting, name="setting"),
    path("settings/<slug:key>/removal/", settings.removal, name="setting_removal"),
    path("plans/", plan_pages.index, name="plans"),
    path("plans/new/", plan_pages.new, name="plan_new"),
    path("plans/stripe/", plan_pages.stripe, name="stripe"),
    path("plans/<int:pk>/", plan_pages.plan, name="plan"),
    path("plans/<int:pk>/removal/", plan_pages.removal, name="plan_removal"),
    path("limits/", limits.index, name="limits"),
    path("announcements/", announcements.index, name="announcements"),
    path("announcements/new/", announcements.new, name="announcement_new"),
    path("announcements/<int:pk>/withdrawal/", announcements.withdrawal, name="announcement_withdrawal"),
    path("health/", health.index, name="health"),
    path("health/jobs/<int:number>/", health.trying_again, name="job_trying_again"),
    path("log/", log.index, name="log"),
]

urlpatterns = [
    path("", to_the_start),
    # Where logging in leads on an organisation's site.
    path("portal/", to_the_start),
    path("platform/", include((platform, "platform"))),
    path("stripe/connected/notifications/", plan_pages.connected_notifications, name="connected_notifications"),
    path("stripe/notifications/", plan_pages.notifications, name="stripe_notifications"),
    path("accounts/", include("allauth.urls")),
    path("", include("kring.web.common_urls")),
]
