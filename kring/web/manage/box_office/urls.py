from django.urls import path

from kring.web.manage.box_office import kind_views, shift_views, ticket_views, views

OF_ORGANISATION = [
    path("box-office/", views.index, name="box_office"),
    path("box-office/events/<int:event_pk>/", views.event, name="box_office_event"),
    path("box-office/events/<int:event_pk>/tickets/", ticket_views.tickets, name="box_office_tickets"),
    path("box-office/tickets/<int:pk>/difference/", ticket_views.difference, name="box_office_difference"),
    path("box-office/sales/<int:pk>/", views.sale, name="box_office_sale"),
    path("box-office/sales/<int:pk>/<str:paper>.pdf", views.paper, name="box_office_paper"),
    path("box-office/sales/<int:pk>/undoing/", views.undoing, name="box_office_undoing"),
    path("box-office/shifts/", shift_views.index, name="shifts"),
    path("box-office/shifts/<int:pk>/", shift_views.shift, name="shift"),
    path("box-office/shifts/<int:pk>/closing/", shift_views.closing, name="shift_closing"),
    path("box-office/shifts/<int:pk>/report/", shift_views.report, name="shift_report"),
    path("settings/box-office/", kind_views.index, name="sale_kinds"),
    path("settings/box-office/new/", kind_views.new, name="sale_kind_new"),
    path("settings/box-office/<int:pk>/", kind_views.change, name="sale_kind"),
    path("settings/box-office/<int:pk>/removal/", kind_views.removal, name="sale_kind_removal"),
    path("settings/box-office/<int:pk>/position/", kind_views.position, name="sale_kind_position"),
]
