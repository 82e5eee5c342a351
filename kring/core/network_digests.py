"""From which machine something was agreed to, without its address."""

from __future__ import annotations

from django.utils.crypto import salted_hmac


def digest_of_address(address: str) -> str:
    """The same address gives the same one, and nobody reads the address from it. "": not known."""
    return salted_hmac("kring.direct_debit.address", address, algorithm="sha256").hexdigest() if address else ""
