"""Forms to answer, and files to hand in."""

from __future__ import annotations

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from kring.forms import form_editing
from kring.forms.django_form import AnswerForm
from kring.forms.models import Form
from kring.forms.sheet import QuestionWish


def made(*questions: QuestionWish, **fields: Any) -> Form:
    return form_editing.create_form("Camp", questions=questions, **fields)


def filled(form: Form, files: Any = None, **answers: Any) -> AnswerForm:
    """The form as somebody sent it: what is not named was left empty."""
    data = {f"q-{name}": value for name, value in answers.items()}
    return AnswerForm(form.current, data=data, files=files or {})


def names(form: Form) -> list[str]:
    return [question.name for question in form.current.questions.all()]


def picture(kind: str = "PNG", name: str = "photo.png", size: tuple[int, int] = (20, 10)) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", size, "green").save(out, kind)
    return SimpleUploadedFile(name, out.getvalue())
