from django.urls import path

from kring.web.manage.orders import views

OF_ORGANISATION = [
    path("orders/", views.index, name="orders"),
    path("orders/<slug:number>/", views.order, name="order"),
    path("orders/<slug:number>/tickets.pdf", views.tickets, name="order_tickets"),
    path("orders/<slug:number>/completion/", views.completion, name="order_completion"),
    path("orders/<slug:number>/buyer/", views.buyer, name="order_buyer"),
    path("orders/<slug:number>/cancellation/", views.cancellation, name="order_cancellation"),
    path("orders/<slug:number>/decision/", views.decision, name="order_decision"),
]
