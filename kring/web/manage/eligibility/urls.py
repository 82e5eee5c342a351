from django.urls import path

from kring.web.manage.eligibility import eligibility_check, views

OF_EVENT = [
    path("eligibility/", views.index, name="eligibility"),
    path("eligibility/check/", eligibility_check.check, name="eligibility_check"),
    path("eligibility/new/", views.new, name="rule_new"),
    path("eligibility/new/<slug:key>/", views.add, name="rule_add"),
    path("eligibility/<int:pk>/", views.change, name="rule"),
    path("eligibility/<int:pk>/removal/", views.removal, name="rule_removal"),
    path("eligibility/<int:pk>/position/", views.position, name="rule_position"),
]
