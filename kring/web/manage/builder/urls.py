"""The pages of the builder, wherever it is mounted."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import UserRequest
from kring.web.manage.builder import attaching, own_forms, views
from kring.web.manage.builder.workshop import of_attraction, of_settings
from kring.web.manage.rights import needs

type View = Callable[..., HttpResponse]

READ, ACT, BOTH = ["GET", "HEAD"], ["POST"], ["GET", "HEAD", "POST"]
# Page → address below the form's, view, methods.
PAGES: dict[str, tuple[str, View, list[str]]] = {
    "name": ("name/", views.rename, ACT),
    "preview": ("preview/", views.preview, ACT),
    "versions": ("versions/", views.versions, READ),
    "version": ("versions/<int:number>/", views.version, READ),
    "known": ("known/", views.add_known, ACT),
    "question_new": ("questions/", views.new, BOTH),
    "question": ("questions/<slug:name>/", views.question, BOTH),
    "question_removal": ("questions/<slug:name>/removal/", views.removal, BOTH),
    "question_position": ("questions/<slug:name>/position/", views.position, ACT),
}


def in_event(address: str) -> list[URLPattern]:
    """For an attraction's form. All but the first page, whose address also answers where there is no form yet."""

    def mount(view: View, methods: list[str]) -> View:
        @needs("change_events")
        @require_http_methods(methods)
        @never_cache
        def mounted(request: UserRequest, event_pk: int, pk: int, **about: object) -> HttpResponse:
            return view(request, of_attraction(request, event_pk=event_pk, pk=pk), **about)

        return mounted

    return _routes(address, "attraction_form", mount)


def in_settings(address: str) -> list[URLPattern]:
    """For the organisation's own forms."""

    def mount(view: View, methods: list[str]) -> View:
        @needs("manage_settings")
        @require_http_methods(methods)
        @never_cache
        def mounted(request: UserRequest, purpose: str, **about: object) -> HttpResponse:
            return view(request, of_settings(purpose), **about)

        return mounted

    return _routes(address, "settings_form", mount)


def _routes(address: str, name: str, mount: Callable[[View, list[str]], View]) -> list[URLPattern]:
    return [
        path(address + below, mount(view, methods), name=f"{name}_{page}")
        for page, (below, view, methods) in PAGES.items()
    ]


OF_ORGANISATION = [
    path("settings/forms/", own_forms.index, name="settings_forms"),
    path("settings/forms/sets/<slug:key>/", own_forms.basic_set, name="basic_set"),
    path("settings/forms/<slug:purpose>/", own_forms.own_form, name="settings_form"),
    path("settings/forms/<slug:purpose>/removal/", own_forms.removal, name="settings_form_removal"),
    *in_settings("settings/forms/<slug:purpose>/"),
]
OF_EVENT = [
    path("forms/", attaching.event_forms, name="event_forms"),
    path("forms/demands/", attaching.demands, name="event_demands"),
    path("attractions/<int:pk>/form/", attaching.attraction_form, name="attraction_form"),
    path("attractions/<int:pk>/form/removal/", attaching.removal, name="attraction_form_removal"),
    *in_event("attractions/<int:pk>/form/"),
]
