from django.urls import path

from kring.web.manage.donations import views

OF_ORGANISATION = [
    path("donations/", views.index, name="donations"),
    path("donations/settings/", views.settings, name="donation_settings"),
    path("donations/<year:year>/making/", views.making, name="donation_receipts_making"),
    path("donations/receipts/<int:pk>/", views.receipt, name="donation_receipt"),
]
