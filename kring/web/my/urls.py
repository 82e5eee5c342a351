from django.urls import path

from kring.web.my import calendar, card, choosing, documents, files, member_data, membership, notice, own_data, views

app_name = "my"
urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("registrations/<int:pk>/files/<slug:key>/", files.of_registration, name="registration-file"),
    path("tickets/", views.tickets, name="tickets"),
    path("tickets/<int:pk>/", views.ticket, name="ticket"),
    path("tickets/<int:pk>.pdf", views.ticket_document, name="ticket-document"),
    path("registrations/", views.registrations, name="registrations"),
    path("registrations/<int:pk>/sessions/", choosing.sessions, name="sessions"),
    path("registrations/<int:pk>/cancellation/", views.cancellation, name="cancellation"),
    path("registrations/<int:pk>/correction/", choosing.correction, name="correction"),
    path("waiting-lists/", views.waiting, name="waiting"),
    path("orders/", views.orders, name="orders"),
    path("certificates/", views.certificates, name="certificates"),
    path("certificates/<int:pk>.pdf", views.certificate_document, name="certificate-document"),
    path("membership/", membership.membership, name="membership"),
    path("membership/<int:pk>/data/", member_data.data, name="member-data"),
    path("membership/<int:pk>/answers/", member_data.answers, name="member-answers"),
    path("membership/<int:pk>/consents/", member_data.member_consents, name="member-consents"),
    path("membership/<int:pk>/leaving/", notice.leaving, name="leaving"),
    path("membership/<int:pk>/leaving/withdrawal/", notice.withdrawal, name="notice-withdrawal"),
    path("membership/<int:pk>/card/", card.card, name="card"),
    path("membership/<int:pk>/picture/", card.picture, name="member-picture"),
    path("membership/<int:pk>/card/renewal/", card.renewal, name="card-renewal"),
    path("membership/changes/<int:pk>/withdrawal/", member_data.withdrawal, name="change-withdrawal"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/calendar.ics", calendar.file, name="calendar-file"),
    path("calendar/address/", calendar.new_address, name="calendar-address"),
    path("documents/", documents.index, name="documents"),
    path("documents/<slug:key>/", documents.file, name="document"),
    path("data/", own_data.page, name="own-data"),
    path("data/data.zip", own_data.download, name="own-data-file"),
    path("profile/", views.profile, name="profile"),
    path("security/", views.security, name="security"),
]
