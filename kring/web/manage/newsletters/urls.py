from django.urls import path

from kring.web.manage.newsletters import subscription_views, views

OF_ORGANISATION = [
    path("newsletters/", views.index, name="newsletters"),
    path("newsletters/new/", views.new, name="newsletter_new"),
    path("newsletters/<int:pk>/", views.newsletter, name="newsletter"),
    path("newsletters/<int:pk>/change/", views.change, name="newsletter_change"),
    path("newsletters/<int:pk>/channel/", views.channel, name="newsletter_channel"),
    path("newsletters/<int:pk>/link/", views.link, name="newsletter_link"),
    path("newsletters/<int:pk>/removal/", views.removal, name="newsletter_removal"),
    path("newsletters/<int:pk>/export/", subscription_views.export, name="newsletter_export"),
    path("newsletters/<int:pk>/trying-again/", views.trying_again, name="newsletter_trying_again"),
    path("newsletters/subscriptions/<int:pk>/", subscription_views.subscription, name="newsletter_subscription"),
    path(
        "newsletters/subscriptions/<int:pk>/unsubscribing/",
        subscription_views.unsubscribing,
        name="newsletter_unsubscribing",
    ),
    path("newsletters/subscriptions/<int:pk>/erasure/", subscription_views.erasure, name="newsletter_erasure"),
]
