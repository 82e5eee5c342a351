from django.urls import path

from kring.web.manage.campaigns import code_views, views

OF_EVENT = [
    path("campaigns/", views.index, name="campaigns"),
    path("campaigns/new/", views.new, name="campaign_new"),
    path("campaigns/<int:pk>/", views.campaign, name="campaign"),
    path("campaigns/<int:pk>/change/", views.change, name="campaign_change"),
    path("campaigns/<int:pk>/removal/", views.removal, name="campaign_removal"),
    path("campaigns/<int:pk>/codes/new/", code_views.new, name="campaign_code_new"),
    path("campaigns/<int:pk>/codes/generation/", code_views.generation, name="campaign_codes_new"),
    path("campaigns/<int:pk>/codes/file/", code_views.file, name="campaign_codes_file"),
    path("campaigns/<int:pk>/codes/<int:code>/removal/", code_views.removal, name="campaign_code_removal"),
]
