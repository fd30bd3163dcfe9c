"""An office's list between its preview and its application."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from linli.accounts.enums import ListKind
from linli.accounts.models import UploadedList
from linli.audit.actions import Author, record
from linli.counties.tenancy import new


@transaction.atomic
def keep_list(
    *, kind: ListKind, file_name: str, content: bytes, owner: UUID, by: Author
) -> UploadedList:
    """Keep a list for a day at most; only its owner opens it again."""
    UploadedList.objects.filter(kind=kind, uploaded_by=owner).delete()
    made = new(
        UploadedList,
        kind=kind,
        file_name=file_name[:200],
        content=content,
        uploaded_by=owner,
        uploaded_at=timezone.now(),
    )
    made.save(force_insert=True)
    record(by=by, action="list.uploaded", subject=("list", made.pk, str(kind)))
    return made


def forget_list(*, uploaded: UploadedList) -> None:
    """It was applied; the application has its own audit row."""
    uploaded.delete()
