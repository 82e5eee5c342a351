"""A certificate and its private key, as people copy them out of files."""

from __future__ import annotations

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.utils import timezone
from django.utils.translation import gettext as _


class Unreadable(Exception):
    """`is_key`: the key is what is wrong; the message says what to do."""

    def __init__(self, message: str, *, is_key: bool = False) -> None:
        self.is_key = is_key
        super().__init__(message)


def read(certificate: str, private_key: str, password: str) -> tuple[str, str]:
    """Both in PEM, the key without its password. Raises Unreadable."""
    try:
        found = x509.load_pem_x509_certificate(certificate.encode())
    except ValueError:
        raise Unreadable(_("Not a certificate in PEM: that begins with BEGIN CERTIFICATE.")) from None
    if found.not_valid_after_utc < timezone.now():
        raise Unreadable(_("This certificate has expired."))
    try:
        key = serialization.load_pem_private_key(private_key.encode(), password.encode() or None)
    except (ValueError, TypeError):
        raise Unreadable(_("Not a private key in PEM, or the password does not open it."), is_key=True) from None
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) or _public(key) != _public(found):
        raise Unreadable(_("This key does not belong to the certificate."), is_key=True)
    plain = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return found.public_bytes(serialization.Encoding.PEM).decode(), plain.decode()


def _public(of: x509.Certificate | rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    return of.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
