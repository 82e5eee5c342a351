"""The administration: /organisation/…"""

from django.urls import include, path

from kring.web.manage.attractions import views as attractions
from kring.web.manage.audit import views as audit
from kring.web.manage.builder import attaching, own_forms
from kring.web.manage.builder import urls as routes
from kring.web.manage.dashboard import views as dashboard
from kring.web.manage.door import views as door
from kring.web.manage.eligibility import eligibility_check as trial
from kring.web.manage.eligibility import views as eligibility
from kring.web.manage.events import copying as copies
from kring.web.manage.events import lifecycle
from kring.web.manage.events import views as events
from kring.web.manage.legal_texts import views as legal_texts
from kring.web.manage.mail import views as mail
from kring.web.manage.orders import views as orders
from kring.web.manage.organisers import views as organisers
from kring.web.manage.payment_options import views as payment_options
from kring.web.manage.payments import views as payments
from kring.web.manage.registrations import files
from kring.web.manage.registrations import urls as registration_routes
from kring.web.manage.registrations import views as registrations
from kring.web.manage.sessions import views as sessions
from kring.web.manage.settings import views as settings
from kring.web.manage.shared import density
from kring.web.manage.tokens import views as tokens
from kring.web.manage.users import views as users
from kring.web.manage.waiting import urls as waiting
from kring.web.manage.wordings import views as wordings

app_name = "manage"

an_event = [
    path("", events.overview, name="event"),
    path("change/", events.change, name="event_change"),
    path("removal/", events.removal, name="event_removal"),
    path("copy/", copies.copy, name="event_copy"),
    path("submission/", lifecycle.submission, name="event_submission"),
    path("submission/removal/", lifecycle.withdrawal, name="event_withdrawal"),
    path("acceptance/", lifecycle.acceptance, name="event_acceptance"),
    path("rejection/", lifecycle.rejection, name="event_rejection"),
    path("cancellation/", lifecycle.cancellation, name="event_cancellation"),
    path("history/", events.history, name="event_history"),
    path("attractions/", attractions.index, name="attractions"),
    path("attractions/new/", attractions.new, name="attraction_new"),
    path("attractions/<int:pk>/", attractions.change, name="attraction"),
    path("attractions/<int:pk>/removal/", attractions.removal, name="attraction_removal"),
    path("attractions/<int:pk>/position/", attractions.position, name="attraction_position"),
    path("forms/", attaching.event_forms, name="event_forms"),
    path("forms/demands/", attaching.demands, name="event_demands"),
    path("attractions/<int:pk>/form/", attaching.attraction_form, name="attraction_form"),
    path("attractions/<int:pk>/form/removal/", attaching.removal, name="attraction_form_removal"),
    *routes.in_event("attractions/<int:pk>/form/"),
    path("sessions/", sessions.index, name="sessions"),
    path("sessions/new/", sessions.new, name="session_new"),
    path("sessions/<int:pk>/", sessions.change, name="session"),
    path("sessions/<int:pk>/removal/", sessions.removal, name="session_removal"),
    path("sessions/<int:pk>/people/", sessions.people, name="session_people"),
    path("attractions/<int:pk>/sessions/", sessions.fewest, name="fewest_sessions"),
    path("eligibility/", eligibility.index, name="eligibility"),
    path("eligibility/trial/", trial.trial, name="eligibility_trial"),
    path("eligibility/new/", eligibility.new, name="rule_new"),
    path("eligibility/new/<slug:key>/", eligibility.add, name="rule_add"),
    path("eligibility/<int:pk>/", eligibility.change, name="rule"),
    path("eligibility/<int:pk>/removal/", eligibility.removal, name="rule_removal"),
    path("eligibility/<int:pk>/position/", eligibility.position, name="rule_position"),
    path("payment/", payment_options.index, name="payment_options"),
    path("payment/<slug:method>/", payment_options.option, name="payment_option"),
    path("payment/<slug:method>/removal/", payment_options.removal, name="payment_option_removal"),
    path("registrations/", registrations.of_event, name="event_registrations"),
    *registration_routes.OF_EVENT,
    *waiting.OF_EVENT,
    path("door/", door.event, name="event_door"),
    path("door/entrances/<int:pk>/", door.entrance, name="entrance"),
    path("door/entrances/<int:pk>/removal/", door.removal, name="entrance_removal"),
    path("mail/", mail.of_event, name="event_mail"),
]

urlpatterns = [
    path("", dashboard.dashboard, name="dashboard"),
    path("events/", events.index, name="events"),
    path("events/new/", events.new, name="event_new"),
    path("events/names/", events.names, name="event_names"),
    path("events/<int:event_pk>/", include(an_event)),
    path("organisers/", organisers.index, name="organisers"),
    path("organisers/new/", organisers.new, name="organiser_new"),
    path("organisers/<int:pk>/", organisers.change, name="organiser"),
    path("organisers/<int:pk>/removal/", organisers.removal, name="organiser_removal"),
    path("registrations/", registrations.index, name="registrations"),
    *registration_routes.OF_ALL,
    *waiting.OF_ALL,
    path("registrations/<int:pk>/", registrations.registration, name="registration"),
    path("registrations/<int:pk>/files/<slug:key>/", files.of_registration, name="registration_file"),
    path("registrations/<int:pk>/correction/", registrations.correction, name="registration_correction"),
    path("registrations/<int:pk>/cancellation/", registrations.cancellation, name="registration_cancellation"),
    path("registrations/<int:pk>/check-in/undoing/", registrations.undo_check_in, name="registration_undo_check_in"),
    path("registrations/<int:pk>/ticket.pdf", registrations.ticket, name="registration_ticket"),
    path("registrations/<int:pk>/ticket/", registrations.ticket_again, name="registration_ticket_again"),
    path("orders/", orders.index, name="orders"),
    path("orders/<slug:number>/", orders.order, name="order"),
    path("orders/<slug:number>/completion/", orders.completion, name="order_completion"),
    path("orders/<slug:number>/buyer/", orders.buyer, name="order_buyer"),
    path("orders/<slug:number>/cancellation/", orders.cancellation, name="order_cancellation"),
    path("orders/<slug:number>/decision/", orders.decision, name="order_decision"),
    path("payments/notices/", orders.notifications, name="notifications"),
    path("payments/<int:pk>/confirmation/", payments.confirmation, name="payment_confirmation"),
    path("payments/<int:pk>/confirmation/removal/", payments.undoing, name="payment_undoing"),
    path("orders/<str:number>/keeping/", payments.keeping, name="order_keeping"),
    path("payments/<int:pk>/refund/", payments.refund, name="payment_refund"),
    path("mail/", mail.index, name="mail"),
    path("mail/<int:pk>/", mail.message, name="message"),
    path("mail/<int:pk>/html/", mail.html, name="message_html"),
    path("mail/<int:pk>/attachments/<int:number>/", mail.attachment, name="message_attachment"),
    path("mail/<int:pk>/sending/", mail.sending, name="message_sending"),
    path("mail/sending/", mail.sending_all, name="mail_sending"),
    path("users/", users.index, name="users"),
    path("users/new/", users.new, name="user_new"),
    path("users/<int:pk>/", users.user, name="user"),
    path("users/<int:pk>/block/", users.block, name="user_block"),
    path("users/<int:pk>/block/removal/", users.unblock, name="user_unblock"),
    path("users/<int:pk>/removal/", users.removal, name="user_removal"),
    path("settings/", settings.settings, name="settings"),
    path("settings/forms/", own_forms.index, name="settings_forms"),
    path("settings/forms/sets/<slug:key>/", own_forms.basic_set, name="basic_set"),
    path("settings/forms/<slug:purpose>/", own_forms.own_form, name="settings_form"),
    path("settings/forms/<slug:purpose>/removal/", own_forms.removal, name="settings_form_removal"),
    *routes.in_settings("settings/forms/<slug:purpose>/"),
    path("settings/terms/", legal_texts.terms, name="terms"),
    path("settings/privacy/", legal_texts.privacy, name="privacy"),
    path("settings/mails/", wordings.index, name="wordings"),
    path("settings/mails/<slug:template>/<slug:language>/", wordings.wording, name="wording"),
    path("settings/mails/<slug:template>/<slug:language>/preview/", wordings.preview, name="wording_preview"),
    path("settings/mails/<slug:template>/<slug:language>/removal/", wordings.removal, name="wording_removal"),
    path("settings/tokens/", tokens.index, name="tokens"),
    path("settings/tokens/<int:pk>/revocation/", tokens.revocation, name="token_revocation"),
    path("lists/density/", density.density, name="density"),
    path("log/", audit.index, name="audit"),
]
