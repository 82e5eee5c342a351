from django.urls import path

from kring.web.manage.orders import arrears_views, views

OF_ORGANISATION = [
    path("orders/", views.index, name="orders"),
    path("orders/<slug:number>/", views.order, name="order"),
    path("orders/<slug:number>/tickets.pdf", views.tickets, name="order_tickets"),
    path("orders/<slug:number>/completion/", views.completion, name="order_completion"),
    path("orders/<slug:number>/buyer/", views.buyer, name="order_buyer"),
    path("orders/<slug:number>/cancellation/", views.cancellation, name="order_cancellation"),
    path("orders/<slug:number>/extension/", arrears_views.extension, name="order_extension"),
    path("orders/<slug:number>/waiver/", arrears_views.waiver, name="order_waiver"),
    path("orders/<slug:number>/decision/", views.decision, name="order_decision"),
]
