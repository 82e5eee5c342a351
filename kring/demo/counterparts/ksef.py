"""The pretend KSeF: API 2.0 as far as Kring uses it, with its cryptography, and the page that a QR code leads to.

It decrypts what it gets, checks documents against the schema FA(3), gives numbers of KSeF's form, and knows a document
it has had. Its keys are made when it starts.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from base64 import b64decode, b64encode, urlsafe_b64decode
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
from lxml import etree

from kring.demo.counterparts.server import Answer, Counterpart, Request, Row, as_json, page, route

NIP, TOKEN = "5260001246", "20261101-EC-PRETEND|nip-5260001246|0123456789abcdef"
FA = "{http://crd.gov.pl/wzor/2025/06/25/13775/}"
OAEP = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
PROCESSING, ACCEPTED, WRONG_SCOPE, WRONG_HASH, DUPLICATE, WRONG = 150, 200, 410, 430, 440, 450
WORDS = {
    PROCESSING: "Trwa przetwarzanie",
    ACCEPTED: "Sukces",
    WRONG_SCOPE: "Nieprawidłowy zakres uprawnień",
    WRONG_HASH: "Błąd weryfikacji pliku faktury",
    DUPLICATE: "Duplikat faktury",
    WRONG: "Błąd weryfikacji semantyki dokumentu faktury",
}
# Whose invoices it rejects, whatever the test says.
UNWANTED = "Odrzucona"


class Ksef(Counterpart):
    """`outcomes`: of the next documents, the last for all after it: `accept`, `reject`, `process` (until it is set)."""

    API = "/v2/"

    def __init__(self, port: int = 0, path: Path | None = None, *, is_live: bool = False) -> None:
        super().__init__(port, path, is_live=is_live)
        self.token, self.outcomes = TOKEN, ["accept"]

    @cached_property
    def key(self) -> rsa.RSAPrivateKey:
        return rsa.generate_private_key(65537, 2048)

    @cached_property
    def certificate(self) -> str:
        return b64encode(self_signed(self.key).public_bytes(serialization.Encoding.DER)).decode()

    # Authentication

    @route("GET", "/v2/security/public-key-certificates")
    def certificates(self, request: Request) -> Answer:
        now = datetime.now(UTC)
        usages = ["KsefTokenEncryption", "SymmetricKeyEncryption"]
        ids = {"certificateId": "1", "publicKeyId": "pretend"}
        times = {"validFrom": _time(now - timedelta(days=1)), "validTo": _time(now + timedelta(days=30))}
        return as_json([{"certificate": self.certificate, "usage": usages, **ids, **times}])

    @route("POST", "/v2/auth/challenge")
    def challenge(self, request: Request) -> Answer:
        now = datetime.now(UTC)
        made = f"20261129-CR-{secrets.token_hex(10).upper()}"
        self.kind("challenges")[made] = int(now.timestamp() * 1000)
        times = {"timestamp": _time(now), "timestampMs": self.kind("challenges")[made]}
        return as_json({"challenge": made, "clientIp": "127.0.0.1", **times})

    @route("POST", "/v2/auth/ksef-token")
    def by_token(self, request: Request) -> Answer:
        wish = request.json
        at = self.kind("challenges").pop(wish["challenge"], None)
        given = self.key.decrypt(b64decode(wish["encryptedToken"]), OAEP).decode()
        return self._begun(wish["contextIdentifier"]["value"], is_right=given == f"{self.token}|{at}")

    @route("POST", "/v2/auth/xades-signature")
    def by_signature(self, request: Request) -> Answer:
        """The signature is checked with the certificate inside; whose it is says nothing here."""
        root = etree.fromstring(request.body)
        texts = {etree.QName(each).localname: each.text for each in root.iter() if isinstance(each.tag, str)}
        is_known = self.kind("challenges").pop(texts["Challenge"], None) is not None
        return self._begun(texts["Nip"] or "", is_right=is_known and _is_signed(root))

    def _begun(self, nip: str, *, is_right: bool) -> Answer:
        reference = f"20261129-AU-{secrets.token_hex(10).upper()}"
        self.kind("authentications")[reference] = {"nip": nip, "is_right": is_right, "token": secrets.token_urlsafe(20)}
        token = self.kind("authentications")[reference]["token"]
        return as_json({"referenceNumber": reference, "authenticationToken": _token(token)}, 202)

    @route("POST", "/v2/auth/token/redeem")
    def redeem(self, request: Request) -> Answer:
        for found in self.kind("authentications").values():
            if found["token"] == _bearer(request) and found["is_right"]:
                access = secrets.token_urlsafe(20)
                self.kind("access")[access] = found["nip"]
                return as_json({"accessToken": _token(access), "refreshToken": _token("refresh")})
        return _problem(401)

    @route("GET", "/v2/auth/([0-9A-Z-]+)")
    def authentication(self, request: Request, reference: str) -> Answer:
        found = self.kind("authentications").get(reference)
        if not found:
            return _problem(404)
        code, words = (200, "Uwierzytelnianie zakończone sukcesem") if found["is_right"] else (450, "Błędny token")
        method = {"category": "Token", "code": "token.ksef", "displayName": "Token KSeF"}
        status = {"code": code, "description": words}
        facts = {"authenticationMethod": "Token", "authenticationMethodInfo": method, "status": status}
        return as_json({"startDate": _time(datetime.now(UTC)), **facts})

    # Documents

    @route("POST", "/v2/sessions/online")
    def open(self, request: Request) -> Answer:
        if not (nip := self._nip(request)):
            return _problem(401)
        wish = request.json["encryption"]
        key = self.key.decrypt(b64decode(wish["encryptedSymmetricKey"]), OAEP)
        reference = f"20261129-SO-{secrets.token_hex(10).upper()}"
        facts = {"nip": nip, "key": b64encode(key).decode(), "iv": wish["initializationVector"], "is_closed": False}
        self.kind("sessions")[reference] = {**facts, "documents": []}
        valid = _time(datetime.now(UTC) + timedelta(hours=12))
        return as_json({"referenceNumber": reference, "validUntil": valid}, 201)

    @route("POST", "/v2/sessions/online/([0-9A-Z-]+)/invoices")
    def send(self, request: Request, session: str) -> Answer:
        found = self.kind("sessions").get(session)
        if not self._nip(request) or not found:
            return _problem(401 if found else 404)
        wish = request.json
        text = _decrypted(b64decode(wish["encryptedInvoiceContent"]), b64decode(found["key"]), b64decode(found["iv"]))
        reference = f"20261129-EE-{secrets.token_hex(10).upper()}"
        facts = {"hash": wish["invoiceHash"], "xml": text.decode(), "is_offline": bool(wish.get("offlineMode"))}
        self.kind("documents")[reference] = {
            **facts,
            "session": session,
            "number": "",
            **self._judged(text, found, wish),
        }
        found["documents"].append(reference)
        return as_json({"referenceNumber": reference}, 202)

    @route("POST", "/v2/sessions/online/([0-9A-Z-]+)/close")
    def close_session(self, request: Request, session: str) -> Answer:
        self.kind("sessions")[session]["is_closed"] = True
        return Answer(b"", 204)

    @route("GET", "/v2/sessions/([0-9A-Z-]+)/invoices")
    def documents(self, request: Request, session: str) -> Answer:
        found = self.kind("sessions").get(session)
        if not self._nip(request) or not found:
            return _problem(401 if found else 404)
        return as_json({"invoices": [self._status(reference) for reference in found["documents"]]})

    @route("GET", "/v2/sessions/([0-9A-Z-]+)/invoices/([0-9A-Z-]+)")
    def document(self, request: Request, session: str, reference: str) -> Answer:
        if not self._nip(request):
            return _problem(401)
        return as_json(self._status(reference)) if reference in self.kind("documents") else _problem(404)

    @route("GET", "/v2/sessions/([0-9A-Z-]+)/invoices/([0-9A-Z-]+)/upo")
    def receipt(self, request: Request, session: str, reference: str) -> Answer:
        number = self.kind("documents")[reference]["number"]
        if not number or not self.kind("sessions")[session]["is_closed"]:
            return _problem(404)
        text = f"<Potwierdzenie><NumerKSeFDokumentu>{number}</NumerKSeFDokumentu></Potwierdzenie>"
        return Answer(text.encode(), 200, {"Content-Type": "application/xml"})

    @route("GET", "/v2/invoices/ksef/([0-9A-Z-]+)")
    def original(self, request: Request, number: str) -> Answer:
        for found in self.kind("documents").values():
            if found["number"] == number:
                return Answer(found["xml"].encode(), 200, {"Content-Type": "application/xml"})
        return _problem(404)

    # Its site

    @route("GET", "/invoice/([0-9]{10})/([0-9-]{10})/([A-Za-z0-9_-]{43})")
    def verification(self, request: Request, nip: str, day: str, digest: str) -> Answer:
        wanted = b64encode(urlsafe_b64decode(digest + "=")).decode()
        for found in self.kind("documents").values():
            if found["hash"] == wanted and found["number"]:
                return page("Faktura jest w KSeF", f"Numer KSeF: {found['number']}", f"NIP sprzedawcy: {nip}", day)
        return page("Nie znaleziono faktury", "Faktury o tych danych nie ma w KSeF.")

    @route("GET", "/certificate/Nip/([0-9]{10})/([0-9]{10})/([0-9A-F]+)/([A-Za-z0-9_-]{43})/([A-Za-z0-9_-]+)")
    def issuer(self, request: Request, context: str, nip: str, serial: str, digest: str, signature: str) -> Answer:
        """It knows no certificates: whose they are is not looked at here."""
        return page("Certyfikat KSeF", f"NIP sprzedawcy: {nip}", f"Numer seryjny: {serial}")

    def finish(self) -> None:
        """All that is being processed is accepted now."""
        with self.lock:
            for found in self.kind("documents").values():
                if found["code"] == PROCESSING:
                    found |= {"code": ACCEPTED, "number": _number(found["nip"])}

    def _judged(self, text: bytes, session: Row, wish: Row) -> Row:
        root = etree.fromstring(text)
        facts = {name: root.findtext(f".//{FA}{name}") for name in ("P_2", "RodzajFaktury")}
        nip = root.findtext(f"{FA}Podmiot1/{FA}DaneIdentyfikacyjne/{FA}NIP")
        row: Row = {"nip": nip, "key": [nip, facts["RodzajFaktury"], facts["P_2"]], "details": []}
        outcome = self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]
        if b64encode(hashlib.sha256(text).digest()).decode() != wish["invoiceHash"]:
            return row | {"code": WRONG_HASH}
        if nip != session["nip"]:
            return row | {"code": WRONG_SCOPE, "details": ["NIP sprzedawcy nie jest NIP-em kontekstu."]}
        if found := self._before(row["key"]):
            return row | {"code": DUPLICATE, "original": found["number"], "details": ["Faktura jest już w KSeF."]}
        buyer = root.findtext(f"{FA}Podmiot2/{FA}DaneIdentyfikacyjne/{FA}Nazwa") or ""
        if fault := _fault(text):
            return row | {"code": WRONG, "details": [fault]}
        if outcome == "reject" or UNWANTED in buyer:
            return row | {"code": WRONG, "details": ["Nieprawidłowy numer NIP nabywcy."]}
        if outcome == "process":
            return row | {"code": PROCESSING}
        return row | {"code": ACCEPTED, "number": _number(str(nip))}

    def _before(self, key: list[str | None]) -> Row | None:
        rows = self.kind("documents").values()
        return next((each for each in rows if each["key"] == key and each["number"]), None)

    def _status(self, reference: str) -> Row:
        found = self.kind("documents")[reference]
        status: Row = {"code": found["code"], "description": WORDS[found["code"]], "details": found["details"]}
        if found["code"] == DUPLICATE:
            status["extensions"] = {"originalKsefNumber": found["original"]}
        facts = {"invoiceHash": found["hash"], "ordinalNumber": 1, "referenceNumber": reference, "status": status}
        number = {"ksefNumber": found["number"]} if found["number"] else {}
        return {"invoicingDate": _time(datetime.now(UTC)), **facts, **number}

    def _nip(self, request: Request) -> str:
        return str(self.kind("access").get(_bearer(request), ""))


def self_signed(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, name: str = "Pretend KSeF") -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    begun = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    begun = begun.serial_number(x509.random_serial_number())
    begun = begun.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=300))
    return begun.sign(key, hashes.SHA256())


def _is_signed(root: etree._Element) -> bool:
    import xmlsec

    node = root.find(".//{http://www.w3.org/2000/09/xmldsig#}Signature")
    xmlsec.tree.add_ids(root, ["Id"])
    certificate = node.findtext(".//{http://www.w3.org/2000/09/xmldsig#}X509Certificate")
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(b64decode(certificate), xmlsec.constants.KeyDataFormatCertDer)
    try:
        context.verify(node)
    except xmlsec.Error:
        return False
    return True


def _decrypted(data: bytes, key: bytes, iv: bytes) -> bytes:
    decryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor()
    unpadder = PKCS7(128).unpadder()
    return unpadder.update(decryptor.update(data) + decryptor.finalize()) + unpadder.finalize()


def _fault(text: bytes) -> str:
    from ksef_client.documents.fa3.xml import FA3XmlValidationError, validate_fa3_xml_xsd

    try:
        validate_fa3_xml_xsd(text)
    except FA3XmlValidationError as error:
        return str(error)
    return ""


def _number(nip: str) -> str:
    """NIP, day, twelve digits in base 16, and their check sum (CRC-8, polynomial 07)."""
    made = f"{nip}-{datetime.now(UTC):%Y%m%d}-{secrets.token_hex(3).upper()}{secrets.token_hex(3).upper()}"
    crc = 0
    for byte in made.encode():
        crc ^= byte
        for _bit in range(8):
            crc = (crc << 1 ^ 0x07 if crc & 0x80 else crc << 1) & 0xFF
    return f"{made}-{crc:02X}"


def _token(token: str) -> Row:
    return {"token": token, "validUntil": _time(datetime.now(UTC) + timedelta(minutes=15))}


def _bearer(request: Request) -> str:
    return request.headers.get("authorization", "").removeprefix("Bearer ")


def _problem(status: int) -> Answer:
    return Answer(json.dumps({"title": "Błąd", "status": status, "detail": ""}).encode(), status, PROBLEM)


PROBLEM = {"Content-Type": "application/problem+json"}


def _time(at: datetime) -> str:
    return at.isoformat()
