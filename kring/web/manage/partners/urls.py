from django.urls import path

from kring.web.manage.partners import quota_views, views

OF_ORGANISATION = [
    path("partners/", views.index, name="partners"),
    path("partners/new/", views.new, name="partner_new"),
    path("partners/<int:pk>/", views.partner, name="partner"),
    path("partners/<int:pk>/change/", views.change, name="partner_change"),
    path("partners/<int:pk>/removal/", views.removal, name="partner_removal"),
    path("partners/<int:pk>/link/", views.link, name="partner_link"),
    path("partners/<int:pk>/link/sending/", views.link_sending, name="partner_link_sending"),
]
OF_EVENT = [
    path("partners/", quota_views.index, name="event_partners"),
    path("partners/new/", quota_views.new, name="partner_quota_new"),
    path("partners/<int:pk>/", quota_views.quota, name="partner_quota"),
    path("partners/<int:pk>/change/", quota_views.change, name="partner_quota_change"),
    path("partners/<int:pk>/removal/", quota_views.removal, name="partner_quota_removal"),
    path("partners/<int:pk>/link/", quota_views.link, name="partner_quota_link"),
]
