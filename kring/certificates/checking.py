"""Whether Kring issued this certificate: for the public page (Z1)."""

from __future__ import annotations

from kring.certificates.models import Certificate


def find(code: str) -> Certificate | None:
    """The certificate with this code in the scope's organisation; case, spaces and hyphens do not matter."""
    wanted = "".join(letter for letter in code[:64] if letter not in " -").upper()
    if not wanted.isascii() or not wanted.isalnum():
        return None
    return Certificate.objects.filter(code=wanted).first()
