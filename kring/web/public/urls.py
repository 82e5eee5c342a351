"""What a visitor finds on an organisation's site. The names are part of mails and documents: they stay."""

from django.urls import include, path

from kring.web.public import (
    certificates,
    checkout,
    choosing,
    correction,
    data,
    events,
    files,
    invitations,
    joining,
    leaving,
    legal_texts,
    listing,
    ordering,
    orders,
    pictures,
    proving,
    waiting,
    welcome,
)

app_name = "public"
urlpatterns = [
    path("", listing.home, name="home"),
    path("events/<slug:slug>/", events.event, name="event"),
    path("events/<slug:slug>.ics", events.calendar, name="calendar"),
    path("events/<slug:slug>/order/", ordering.begin, name="begin"),
    path("events/<slug:slug>/waiting-list/", joining.join, name="join"),
    path("events/<slug:slug>/waiting-list/asked/", joining.asked, name="join_asked"),
    path("waiting-list/<str:secret>/", waiting.waiting, name="waiting"),
    path("waiting-list/<str:secret>/leave/", waiting.leave, name="leave"),
    path("waiting-list/invitations/<str:secret>/", invitations.invitation, name="invitation"),
    path("waiting-list/invitations/<str:secret>/decline/", invitations.decline, name="decline"),
    path("orders/<str:secret>/", orders.order, name="order"),
    path("orders/<str:secret>/attendees/", checkout.attendees, name="attendees"),
    path("orders/<str:secret>/data/<int:position>/", data.data, name="data"),
    path("orders/<str:secret>/registrations/<int:pk>/files/<slug:key>/", files.of_order, name="order-file"),
    path("orders/<str:secret>/registrations/<int:pk>/sessions/", choosing.sessions, name="sessions"),
    path("orders/<str:secret>/registrations/<int:pk>/cancellation/", leaving.cancellation, name="cancellation"),
    path("orders/<str:secret>/registrations/<int:pk>/correction/", correction.correction, name="correction"),
    path("orders/<str:secret>/tickets/<int:pk>.pdf", orders.ticket_document, name="ticket-document"),
    path("accounts/welcome/<str:uid>/<str:token>/", welcome.welcome, name="welcome"),
    path("certificates/<str:code>/", certificates.certificate, name="certificate"),
    path("orders/<str:secret>/registrations/<int:pk>/proof/", proving.send_link, name="send-proof-link"),
    path("membership/<str:token>/", proving.membership, name="membership"),
    path("terms/", legal_texts.terms, name="terms"),
    path("privacy/", legal_texts.privacy, name="privacy"),
    path("media/<path:name>", pictures.picture, name="picture"),
    path("", include("kring.web.public.payment_urls")),
]
