"""Proving a profession by a document: handed in with a login, checked once by staff, valid until a day (D2)."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from kring.accounts import professions
from kring.accounts.addresses import verified
from kring.accounts.known_name import known_name
from kring.accounts.models import Profession, Role, User
from kring.accounts.roles import people_with
from kring.core.locks import lock
from kring.core.refusals import Refusal
from kring.core.transactions import in_transaction
from kring.events.models import ProfessionProof
from kring.forms import uploading
from kring.mail import facts, outbox
from kring.mail.models import Message
from kring.organisations import audit
from kring.organisations.current import current_organisation
from kring.organisations.links import link

State = ProfessionProof.State
MEGABYTES = 10
ACCEPTS = ("picture", "pdf")
MOST_A_DAY = 5
LONGEST = timedelta(days=10 * 366)


class NotByDocument(Refusal):
    code = "profession_not_by_document"
    field = "profession"
    message = _("This profession is not proved by a document.")


class TooManyProofs(Refusal):
    status = 429
    code = "too_many_profession_proofs"
    message = _("That is enough for today. Please wait until the document was checked.")


class WrongEnd(Refusal):
    code = "wrong_end_of_proof"
    field = "valid_until"
    message = _("Give a day from today on, within ten years.")


def by_document() -> list[Profession]:
    """Those that are offered and proved so."""
    return [each for each in professions.every().values() if each.is_active and each.proof == Profession.Proof.UPLOAD]


def of(user: User) -> QuerySet[ProfessionProof]:
    """A login's own, the newest first; without those they replaced themselves."""
    rows: QuerySet[ProfessionProof] = ProfessionProof.objects.filter(user_id=user.pk).exclude(state=State.REPLACED)
    return rows.select_related("profession")


def is_proven(key: str, *, user: User | None, email: str, is_email_proved: bool) -> bool:
    """Whether this profession may count, for a price or a rule, now. `user`: the login used, None where somebody else
    is registered: what is known of a login proves nothing about others. Its confirmed addresses count whatever address
    was given for the tickets. One statement where a login has to prove it."""
    if professions.is_proven(key, email=email, is_email_proved=is_email_proved):
        return True
    profession = professions.every().get(key)
    if profession is None or user is None or not user.pk:
        return False
    if profession.proof == Profession.Proof.ADDRESS:
        confirmed = verified(user).values_list("lower", flat=True)
        return any(professions.is_at_a_listed_domain(profession, each) for each in confirmed)
    rows = ProfessionProof.objects.filter(user_id=user.pk, profession=profession, state=State.ACCEPTED)
    return rows.filter(valid_until__gte=timezone.localdate()).exists()


def to_check() -> int:
    return ProfessionProof.objects.filter(state=State.OPEN).count()


@in_transaction
def hand_in(user: User, profession: Profession, file: UploadedFile) -> ProfessionProof:
    """In place of one that waits already. Raises NotByDocument, TooManyProofs, and what `uploading.take` raises."""
    if profession not in by_document():
        raise NotByDocument()
    lock([f"profession-proof:{user.pk}"])
    mine = ProfessionProof.objects.filter(user_id=user.pk)
    if mine.filter(handed_in_at__gte=timezone.now() - timedelta(days=1)).count() >= MOST_A_DAY:
        raise TooManyProofs()
    for before in mine.filter(profession=profession, state=State.OPEN).select_related("upload"):
        before.replace()
    upload = uploading.take(file, accepts=ACCEPTS, megabytes=MEGABYTES)
    upload.is_kept = True
    upload.save(update_fields=["is_kept"])
    made: ProfessionProof = ProfessionProof.objects.create(user=user, profession=profession, upload=upload)
    audit.log("profession_proof.handed_in", made, new={"profession": profession.name})
    outbox.post([_mail("profession-proof-to-check", made, admin) for admin in people_with(Role.Name.ORG_ADMIN)])
    return made


@in_transaction
def accept(proof: ProfessionProof, *, until: date, by: User) -> bool:
    """Valid until that day, its file deleted. Raises WrongEnd, WrongState."""
    today = timezone.localdate()
    if not today <= until <= today + LONGEST:
        raise WrongEnd()
    proof.accept(until, by)
    audit.log("profession_proof.accepted", proof, new={"valid_until": until})
    _tell(proof)
    return True


@in_transaction
def refuse(proof: ProfessionProof, *, reason: str, by: User) -> bool:
    """Not valid, its file deleted. Raises WrongState."""
    proof.refuse(reason, by)
    audit.log("profession_proof.refused", proof, new={"reason": reason})
    _tell(proof)
    return True


def _tell(proof: ProfessionProof) -> None:
    if proof.user is not None:
        outbox.post([_mail("profession-proof-checked", proof, proof.user)])


def _mail(template: str, proof: ProfessionProof, to: User) -> Message:
    organisation = current_organisation()
    outcome = {
        State.ACCEPTED: facts.words(
            gettext_noop("It was accepted, and counts until %(day)s."), day=facts.day(proof.valid_until)
        ),
        State.REFUSED: facts.words(gettext_noop("It was not accepted: %(reason)s"), reason=proof.reason),
    }
    return outbox.message(
        template,
        to=to.email,
        name=known_name(to),
        language=to.language,
        subject=proof,
        person=known_name(proof.user) if proof.user else "",
        profession=professions.fact(proof.profession.key),
        outcome=outcome.get(State(proof.state), ""),
        proof_url=facts.link(link(organisation, "my:profession-proofs")),
        staff_url=facts.link(link(organisation, "manage:profession_proofs")),
    )
