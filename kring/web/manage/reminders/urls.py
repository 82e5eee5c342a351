from django.urls import path

from kring.web.manage.reminders import letter_views, payer_views, settings_views, views

OF_ORGANISATION = [
    path("reminders/", views.index, name="reminders"),
    path("reminders/sending/", views.sending, name="reminders_send"),
    path("reminders/sent/", views.sent, name="reminders_sent"),
    path("reminders/letters/", letter_views.index, name="reminder_letters"),
    path("reminders/letters/print/", letter_views.document, name="reminders_print"),
    path("reminders/letters/printed/", letter_views.printed, name="reminders_printed"),
    path("reminders/<int:pk>/letter.pdf", letter_views.one, name="reminder_letter"),
    path("reminders/settings/", settings_views.index, name="reminder_settings"),
    path("reminders/settings/usual/", settings_views.usual, name="reminder_steps_usual"),
    path("reminders/steps/new/", settings_views.new, name="reminder_step_new"),
    path("reminders/steps/<int:pk>/", settings_views.step, name="reminder_step"),
    path("reminders/steps/<int:pk>/removal/", settings_views.removal, name="reminder_step_removal"),
    path("reminders/payers/<int:pk>/", payer_views.payer, name="reminder_payer"),
    path("reminders/payers/<int:pk>/promise/", payer_views.promising, name="reminder_promise"),
    path("reminders/payers/<int:pk>/stop/", payer_views.stopping, name="reminder_stop"),
    path("reminders/payers/<int:pk>/resumption/", payer_views.resuming, name="reminder_resume"),
    path("reminders/payers/<int:pk>/now/", payer_views.now, name="reminder_now"),
    path("reminders/payers/<int:pk>/hold/", views.holding, name="reminder_hold"),
]
