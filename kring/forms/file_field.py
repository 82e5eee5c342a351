"""A file as an answer, which stays chosen while errors in the form are corrected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from kring.forms import uploading
from kring.forms.models import Question, Upload
from kring.forms.refusals import FileRefused, FileTooLarge


@dataclass(frozen=True)
class Sent:
    """The data of one try: a new file, the key of one from an earlier try, or the request to remove it."""

    file: UploadedFile | None
    kept: str
    remove: bool

    def __bool__(self) -> bool:
        return bool(self.file or self.kept)


class FileInput(forms.FileInput):
    """The template adds `<name>-kept` (hidden) and `<name>-remove` (a check box) beside it."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Sent:
        return Sent(files.get(name), str(data.get(f"{name}-kept") or ""), bool(data.get(f"{name}-remove")))

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in files and f"{name}-kept" not in data


class FileField(forms.Field):
    """Its cleaned value is the Upload. `upload`: the present one, to be shown; after a try that failed
    on something else it is the file uploaded then."""

    widget = FileInput

    def __init__(self, *, question: Question, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.accepts = question.accepts
        self.megabytes = int(question.maximum or uploading.USUAL_MEGABYTES)
        self.upload: Upload | None = None
        most = min(self.megabytes, uploading.MOST_MEGABYTES)
        self.widget.attrs |= {
            "accept": ",".join(uploading.endings(self.accepts)),
            "data-largest": most * uploading.MEGABYTE,
            "data-largest-words": str(FileTooLarge(most=most)),
        }

    def bound_data(self, data: Any, initial: Any) -> Any:
        return None

    def clean(self, value: object) -> Upload | None:
        sent = value if isinstance(value, Sent) else Sent(None, "", False)
        before = self._kept(sent.kept)
        self.upload = before
        if sent.file is not None:
            self.upload = self._take(sent.file)
        elif sent.remove:
            self.upload = None
        if self.required and self.upload is None:
            raise ValidationError(_("Choose a file."), code="required")
        return self.upload

    def _kept(self, key: str) -> Upload | None:
        """The key of a file not yet submitted proves that its holder uploaded it; others must be of these answers."""
        if self.upload is not None and key == self.upload.key:
            return self.upload
        return Upload.objects.unsent().filter(key=key).first() if key and "\0" not in key else None

    def _take(self, file: UploadedFile) -> Upload:
        try:
            return uploading.take(file, accepts=self.accepts, megabytes=self.megabytes)
        except FileRefused as refusal:
            raise ValidationError(str(refusal), code=refusal.code)

    @property
    def words(self) -> str:
        """The accepted kinds and size."""
        kinds = ", ".join(str(kind.label) for kind in uploading.kinds(self.accepts).values())
        megabytes = min(self.megabytes, uploading.MOST_MEGABYTES)
        return _("Accepted: %(kinds)s; at most %(most)s MB.") % {"kinds": kinds, "most": megabytes}
