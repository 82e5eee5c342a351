from django.urls import path

from kring.web.manage.users import many, second_factor, views

OF_ORGANISATION = [
    path("users/", views.index, name="users"),
    path("users/new/", views.new, name="user_new"),
    path("users/second-factor/", second_factor.demand, name="second_factor"),
    path("users/<int:pk>/second-factor/removal/", second_factor.removal, name="user_second_factor"),
    path("users/new/many/", many.new, name="users_new"),
    path("users/<int:pk>/", views.user, name="user"),
    path("users/<int:pk>/block/", views.block, name="user_block"),
    path("users/<int:pk>/block/removal/", views.unblock, name="user_unblock"),
    path("users/<int:pk>/removal/", views.removal, name="user_removal"),
    path("users/<int:pk>/logout/", views.logout, name="user_logout"),
]
