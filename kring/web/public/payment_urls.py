from django.urls import path

from kring.web.public import (
    bills,
    notifications,
    pay_link,
    payment_ways,
    payments,
    refund_account,
    rest,
    testpay,
    testregistry,
)

urlpatterns = [
    path("orders/<str:secret>/payment/", payments.payment, name="payment"),
    path("orders/<str:secret>/payment/ways/<slug:method>/", payment_ways.payment_ways, name="payment-ways"),
    path("orders/<str:secret>/payment/return/", payments.payment_return, name="payment-return"),
    path("orders/<str:secret>/payment/<int:pk>/", payments.payment_progress, name="payment-progress"),
    path("orders/<str:secret>/rest/", rest.rest, name="rest"),
    path("orders/<str:secret>/pay-link/", pay_link.sharing, name="pay-sharing"),
    path("contributions/<str:secret>/", bills.bill, name="bill"),
    path("contributions/<str:secret>/bill.pdf", bills.bill_document, name="bill-document"),
    path("contributions/<str:secret>/payments/<int:pk>/", bills.bill_payment, name="bill-payment"),
    path("pay/<str:secret>/", pay_link.pay, name="pay"),
    path("pay/<str:secret>/return/", pay_link.pay_return, name="pay-return"),
    path("pay/<str:secret>/<int:pk>/", pay_link.pay_progress, name="pay-progress"),
    path("refunds/account/<str:secret>/", refund_account.refund_account, name="refund-account"),
    path("payments/<slug:method>/notifications/", notifications.notifications, name="payment-notifications"),
    path("testregistry/people/", testregistry.testregistry, name="testregistry"),
    path("testpay/charges/", testpay.charges, name="testpay-charges"),
    path("testpay/charges/<str:public_id>/", testpay.charge_status, name="testpay-charge"),
    path("testpay/charges/<str:public_id>/refunds/", testpay.refunds, name="testpay-refunds"),
    path("testpay/<str:public_id>/", testpay.testpay, name="testpay"),
]
