from django.urls import path

from kring.web.openid import views

app_name = "openid"
urlpatterns = [
    path("<int:key>/", views.begin, name="begin"),
    path("<int:key>/callback/", views.callback, name="callback"),
    path("first/", views.first_time, name="first"),
    path("first/<str:token>/", views.confirmation, name="confirmation"),
]
