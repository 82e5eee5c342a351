from django.urls import path

from kring.web.manage.reports import views

OF_EVENT = [
    path("report/", views.of_event, name="event_report"),
    path("report/report.pdf", views.as_pdf, name="event_report_pdf"),
    path("report/report.xlsx", views.as_xlsx, name="event_report_xlsx"),
]
