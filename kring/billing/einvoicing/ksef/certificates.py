"""A certificate and its private key, as people copy them out of files."""

from __future__ import annotations

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.utils import timezone
from django.utils.translation import gettext as _


class Unreadable(Exception):
    """`field`: the one that is wrong; the message says what to do."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(message)


def read(certificate: str, private_key: str, password: str) -> dict[str, str]:
    """Both in PEM, the key without its password. Raises Unreadable."""
    try:
        found = x509.load_pem_x509_certificate(certificate.encode())
    except ValueError:
        raise Unreadable("certificate", _("Not a certificate in PEM: that begins with BEGIN CERTIFICATE.")) from None
    if found.not_valid_after_utc < timezone.now():
        raise Unreadable("certificate", _("This certificate has expired."))
    try:
        key = serialization.load_pem_private_key(private_key.encode(), password.encode() or None)
    except (ValueError, TypeError):
        raise Unreadable("private_key", _("Not a private key in PEM, or the password does not open it.")) from None
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) or _public(key) != _public(found):
        raise Unreadable("private_key", _("This key does not belong to the certificate."))
    plain = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return {
        "certificate": found.public_bytes(serialization.Encoding.PEM).decode(),
        "private_key": plain.decode(),
    }


def _public(of: x509.Certificate | rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    return of.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
