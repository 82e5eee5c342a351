from django.urls import path

from kring.web.manage.mail import views

OF_ORGANISATION = [
    path("mail/", views.index, name="mail"),
    path("mail/<int:pk>/", views.message, name="message"),
    path("mail/<int:pk>/html/", views.html, name="message_html"),
    path("mail/<int:pk>/attachments/<int:number>/", views.attachment, name="message_attachment"),
    path("mail/<int:pk>/sending/", views.sending, name="message_sending"),
    path("mail/sending/", views.sending_all, name="mail_sending"),
]
OF_EVENT = [
    path("mail/", views.of_event, name="event_mail"),
]
