from django.urls import path

from kring.web.manage.login_services import views

OF_ORGANISATION = [
    path("users/login-services/", views.index, name="login_services"),
    path("users/login-services/new/", views.new, name="login_service_new"),
    path("users/login-services/<int:pk>/", views.service, name="login_service"),
    path("users/login-services/<int:pk>/change/", views.change, name="login_service_change"),
    path("users/login-services/<int:pk>/check/", views.check, name="login_service_check"),
    path("users/login-services/<int:pk>/switch/", views.switch, name="login_service_switch"),
    path("users/login-services/<int:pk>/removal/", views.removal, name="login_service_removal"),
]
