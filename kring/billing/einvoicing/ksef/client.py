"""Talking to KSeF 2.0: authentication, an online session for each document, its status and receipt (UPO).

The library `ksef_client` does the cryptography and the requests. It is loaded only where a call is made, since it takes
more than a second. https://github.com/CIRFMF/ksef-api: sesja-interaktywna.md, uwierzytelnianie.md.
"""

from __future__ import annotations

import base64
import hashlib
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import httpx
from django.conf import settings
from django.utils.translation import gettext as _

from kring.billing.invoicing.channel import (
    Answer,
    ChannelKeysRefused,
    ChannelUnavailable,
    Connection,
    Keys,
    NotThere,
    Pending,
    Receipt,
    Rejected,
)

if TYPE_CHECKING:
    from ksef_client import KsefClient
    from ksef_client.models import SessionInvoiceStatusResponse, StatusInfo

    from kring.billing.models import InvoiceDelivery

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 10.0
PRODUCTION = "production"
FORM = {"system_code": "FA (3)", "schema_version": "1-0E", "value": "FA"}
# How often and how long is asked whether the authentication is done.
TRIES, PAUSE_SECONDS = 10, 1.0
# Status of an invoice (sesja-sprawdzenie-stanu-i-pobranie-upo.md).
ACCEPTED, DUPLICATE, PROCESSING = 200, 440, range(100, 200)
# No answer of these says anything about the keys or the document.
BROKEN = (ValueError, KeyError, TypeError, AttributeError, TimeoutError)


def base_url(environment: str) -> str:
    urls: dict[str, str] = settings.KSEF_URLS
    return urls[environment]


def link_base_url(environment: str) -> str:
    """Of the links in QR codes."""
    urls: dict[str, str] = settings.KSEF_LINK_URLS
    return urls[environment]


@contextmanager
def online(keys: Keys) -> Iterator[Online]:
    """Raises ChannelUnavailable, ChannelKeysRefused."""
    from ksef_client import KsefClient, KsefClientOptions

    options = KsefClientOptions(base_url=base_url(keys["environment"]), timeout_seconds=TIMEOUT_SECONDS)
    with KsefClient(options) as client:
        yield Online(client, keys, _authenticated(client, keys))


class Online(Connection):
    """The handle of a document is `environment/session/document`; without the last part it may not be there yet."""

    def __init__(self, client: KsefClient, keys: Keys, token: str) -> None:
        self.client, self.keys, self.token = client, keys, token

    def deliver(self, delivery: InvoiceDelivery, note: Callable[[str], None]) -> Answer:
        from ksef_client.models import FormCode
        from ksef_client.services.workflows import OnlineSessionWorkflow

        with _answers():
            certificate = self.client.security.get_public_key_certificate("SymmetricKeyEncryption")
            session = OnlineSessionWorkflow(self.client.sessions).open_session(
                form_code=FormCode(**FORM),
                public_certificate=certificate.certificate,
                public_key_id=certificate.public_key_id,
                access_token=self.token,
            )
        place = f"{self.keys['environment']}/{session.reference_number}"
        note(place)
        with _answers():
            is_offline = True if delivery.offline_at else None
            sent = session.send_invoice(
                bytes(delivery.document or b""), access_token=self.token, offline_mode=is_offline
            )
        # Its receipt is made when the session is closed; it is closed by itself after a day otherwise.
        with suppress(ChannelUnavailable, ChannelKeysRefused), _answers():
            self.client.sessions.close_online_session(session.reference_number, self.token)
        return Pending(f"{place}/{sent.reference_number}")

    def ask(self, delivery: InvoiceDelivery) -> Answer:
        environment, session, *document = delivery.handle.split("/")
        if environment != self.keys["environment"]:
            # Only production issues invoices; whether it has this one, these keys cannot ask.
            return None if environment == PRODUCTION else NotThere()
        found = self._status(session, document[0]) if document else self._in_session(session, delivery)
        if found is None:
            return NotThere()
        status = found.status
        if status.code in PROCESSING:
            return Pending(f"{environment}/{session}/{found.reference_number}")
        if status.code == ACCEPTED and found.ksef_number:
            return Receipt(found.ksef_number, self._receipt(session, found.reference_number or ""))
        if status.code == DUPLICATE:
            return self._of_duplicate(delivery, status)
        return Rejected(_in_words(status))

    def _status(self, session: str, document: str) -> SessionInvoiceStatusResponse | None:
        with _answers(may_be_missing=True) as answer:
            answer.found = self.client.sessions.get_session_invoice_status(session, document, access_token=self.token)
        return answer.found

    def _in_session(self, session: str, delivery: InvoiceDelivery) -> SessionInvoiceStatusResponse | None:
        """Where the answer to sending it was lost: by its digest."""
        digest = base64.b64encode(bytes.fromhex(delivery.digest)).decode()
        with _answers(may_be_missing=True) as answer:
            rows = self.client.sessions.get_session_invoices(session, access_token=self.token).invoices
            answer.found = next((each for each in rows if each.invoice_hash == digest), None)
        return answer.found

    def _receipt(self, session: str, document: str) -> str:
        """ "" where it is not made yet: the number is what counts."""
        with suppress(ChannelUnavailable, ChannelKeysRefused), _answers():
            found = self.client.sessions.get_session_invoice_upo_by_ref(session, document, access_token=self.token)
            return found.decode().replace("\0", "")
        return ""

    def _of_duplicate(self, delivery: InvoiceDelivery, status: StatusInfo) -> Answer:
        """It has a document of this number already: ours, where that is the same to the byte."""
        # The library's types do not know it, its classes do.
        extensions = getattr(status, "extensions", None) or {}
        number = str(extensions.get("originalKsefNumber") or "")
        if not number:
            return Rejected(_in_words(status))
        with _answers():
            original = self.client.invoices.get_invoice_bytes(number, access_token=self.token)
        if hashlib.sha256(original.content).hexdigest() == delivery.digest:
            return Receipt(number)
        return Rejected(
            _("KSeF has another document of this number, %(number)s.") % {"number": number} + f" {_in_words(status)}"
        )


def _in_words(status: StatusInfo) -> str:
    """As KSeF says it, in Polish."""
    details = " ".join(each for each in status.details or [] if each)
    return f"{': '.join(filter(None, (status.description, details)))} (KSeF {status.code})"


def _authenticated(client: KsefClient, keys: Keys) -> str:
    """An access token, for some minutes."""
    from ksef_client.services.workflows import AuthCoordinator

    with _answers(is_authentication=True):
        coordinator = AuthCoordinator(client.auth)
        if keys.get("certificate"):
            return coordinator.authenticate_with_xades(
                certificate_pem=keys["certificate"],
                private_key_pem=keys["private_key"],
                subject_identifier_type="certificateSubject",
                context_identifier_type="nip",
                context_identifier_value=keys["nip"],
                poll_interval_seconds=PAUSE_SECONDS,
                max_attempts=TRIES,
            ).access_token
        certificate = client.security.get_public_key_certificate("KsefTokenEncryption")
        return coordinator.authenticate_with_ksef_token(
            token=keys["token"],
            public_certificate=certificate.certificate,
            public_key_id=certificate.public_key_id,
            context_identifier_type="nip",
            context_identifier_value=keys["nip"],
            poll_interval_seconds=PAUSE_SECONDS,
            max_attempts=TRIES,
        ).access_token


class _Found:
    found: SessionInvoiceStatusResponse | None = None


@contextmanager
def _answers(*, is_authentication: bool = False, may_be_missing: bool = False) -> Iterator[_Found]:
    """What the library raises, as what the door raises. 404 leaves `found` empty where the thing `may_be_missing`."""
    from ksef_client import KsefHttpError

    try:
        yield (answer := _Found())
    except KsefHttpError as error:
        log.warning("KSeF answered with %s", error.status_code)
        if error.status_code == 404 and may_be_missing:
            answer.found = None
        elif error.status_code in (401, 403) or (is_authentication and error.status_code == 400):
            raise ChannelKeysRefused from None
        else:
            raise ChannelUnavailable from None
    except httpx.HTTPError as error:
        log.warning("KSeF does not answer: %s", type(error).__name__)
        raise ChannelUnavailable from None
    except BROKEN as error:
        log.warning("KSeF answered what is no answer: %s", type(error).__name__)
        raise ChannelUnavailable from None
    except RuntimeError:
        # The library's word for an authentication that failed.
        raise (ChannelKeysRefused if is_authentication else ChannelUnavailable) from None
