from django.urls import path

from kring.web.manage.statements import file_views, line_views, rule_views, views

OF_ORGANISATION = [
    path("statements/", views.index, name="statements"),
    path("statements/all/", views.statements, name="bank_statements"),
    path("statements/again/", views.again, name="statements_again"),
    path("statements/setting/", views.setting, name="statements_setting"),
    path("statements/files/<int:pk>/", file_views.file, name="bank_file"),
    path("statements/files/<int:pk>/taking/", file_views.taking, name="bank_file_taking"),
    path("statements/files/<int:pk>/columns/", file_views.explaining, name="bank_file_columns"),
    path("statements/files/<int:pk>/discarding/", file_views.discarding, name="bank_file_discarding"),
    path("statements/lines/", line_views.index, name="statement_lines"),
    path("statements/lines/<int:pk>/", line_views.line, name="statement_line"),
    path("statements/lines/<int:pk>/acceptance/", line_views.acceptance, name="statement_line_acceptance"),
    path("statements/lines/<int:pk>/credit/", line_views.credit, name="statement_line_credit"),
    path("statements/lines/<int:pk>/orders/", line_views.on_orders, name="statement_line_orders"),
    path("statements/lines/<int:pk>/purpose/", line_views.purpose, name="statement_line_purpose"),
    path("statements/lines/<int:pk>/undoing/", line_views.undoing, name="statement_line_undoing"),
    path("statements/lines/<int:pk>/account/", line_views.account, name="statement_line_account"),
    path("statements/rules/", rule_views.rules, name="match_rules"),
    path("statements/rules/<int:pk>/forgetting/", rule_views.forgetting, name="match_rule_forgetting"),
    path("statements/columns/", rule_views.mappings, name="column_mappings"),
    path("statements/columns/<int:pk>/", rule_views.mapping, name="column_mapping"),
]
