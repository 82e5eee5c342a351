from django.urls import path

from kring.web.manage.dues import account_views, books_views, views

OF_ORGANISATION = [
    path("dues/", views.cockpit, name="dues"),
    path("dues/unpaid/", views.unpaid_list, name="dues_unpaid"),
    path("dues/books/", books_views.books, name="dues_books"),
    path("dues/payers/<int:pk>/", account_views.account, name="dues_account"),
    path("dues/payers/<int:pk>/<year:year>/", account_views.confirmation, name="dues_confirmation"),
    path("members/<int:pk>/dues/", account_views.of_member, name="dues_of_member"),
]
