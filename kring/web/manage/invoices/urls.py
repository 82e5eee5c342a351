from django.urls import path

from kring.web.manage.invoices import account_views, changing, delivery_views, period, settings_view, views

OF_ORGANISATION = [
    path("invoices/", views.index, name="invoices"),
    path("invoices/period/", period.choose, name="invoices_period"),
    path("invoices/period/<slug:form>/", period.file, name="invoices_file"),
    path("invoices/settings/", settings_view.settings, name="invoice_settings"),
    path("invoices/settings/<slug:channel>/", account_views.account, name="invoice_account"),
    path("invoices/<int:pk>/", views.invoice, name="invoice"),
    path("invoices/<int:pk>.pdf", views.invoice_document, name="invoice_document"),
    path("invoices/<int:pk>/file/", delivery_views.file, name="invoice_delivery_file"),
    path("invoices/<int:pk>/answer/", delivery_views.answer, name="invoice_answer"),
    path("invoices/<int:pk>/sending/", delivery_views.sending, name="invoice_sending"),
    path("invoices/<int:pk>/credit/", changing.credit, name="invoice_credit"),
    path("invoices/<int:pk>/correction/", changing.correction, name="invoice_correction"),
    path("orders/<slug:number>/invoice/", changing.of_order, name="order_invoice"),
]
