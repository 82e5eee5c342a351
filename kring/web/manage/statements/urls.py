from django.urls import URLPattern

OF_ORGANISATION: list[URLPattern] = []
