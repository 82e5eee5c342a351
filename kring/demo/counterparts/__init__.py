"""Pretend payment providers, a KSeF and a login service, reached over the network as the real ones are.

For the demo and the tests.

Each module is one provider: its API as far as Kring uses it, a page on which the payer decides what happens, and a
page of its own site. They know nothing of Kring, and misbehave on request, as real ones do.
"""

# By the key of the payment method, or of the channel for e-invoices; openid: the login service.
ALL = ("stripe", "mollie", "przelewy24", "ksef", "openid")
