from django.urls import path

from kring.web.manage.prices import price_check, views

OF_EVENT = [
    path("prices/", views.index, name="prices"),
    path("prices/check/", price_check.check, name="price_check"),
    path("prices/new/", views.new, name="price_rule_new"),
    path("prices/new/<slug:key>/", views.add, name="price_rule_add"),
    path("prices/<int:pk>/", views.change, name="price_rule"),
    path("prices/<int:pk>/removal/", views.removal, name="price_rule_removal"),
    path("prices/<int:pk>/position/", views.position, name="price_rule_position"),
    path("prices/<int:pk>/use/", views.use, name="price_rule_use"),
]
