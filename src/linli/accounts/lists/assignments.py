"""The office's list of who works which grid, with village-group heads as contacts."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from linli.accounts.actions import assign_contact, assign_worker, end_assignment
from linli.accounts.enums import AssignmentKind, Role
from linli.accounts.lists.people import NOBODY, People, digits
from linli.accounts.models import GridAssignment, Membership
from linli.accounts.rules import check_dates
from linli.audit.actions import Author, record
from linli.lib.errors import InputError, gettext_noop
from linli.lib.tables import Column, Row, read_table
from linli.organisations.lists import area_lookup
from linli.organisations.plans import TWICE, Change, Effect, Plan, plan_rows
from linli.organisations.rules import check_phone
from linli.territory.models import Area

COLUMNS = (
    Column("area", ("网格编码", "网格", "网格名称", "责任网格", "区域", "area")),
    Column("name", ("网格员", "网格员姓名", "姓名", "worker"), required=False),
    Column("username", ("用户名", "账号", "登录名", "username"), required=False),
    Column("phone", ("联系电话", "网格员电话", "手机", "手机号", "电话", "phone"), required=False),
    Column("contact", ("联系人", "村民小组长", "小组长", "组长", "contact"), required=False),
    Column(
        "contact_phone", ("联系人电话", "组长电话", "小组长电话", "contact_phone"), required=False
    ),
    Column("valid_from", ("起始日期", "上岗日期", "开始日期", "from"), required=False),
    Column("valid_to", ("截止日期", "结束日期", "终止日期", "to"), required=False),
)
NO_WORKER_ROLE = gettext_noop(
    "%(sheet)s, row %(row)d: %(value)s holds no role as grid worker on that day."
)
NOBODY_NAMED = gettext_noop("%(sheet)s, row %(row)d: neither a worker nor a contact is named.")


@dataclass(frozen=True)
class AssignmentRow:
    area: Area
    worker: Membership | None  # None: stays as it is
    contact: str  # "": stays as it is
    contact_phone: str
    former: GridAssignment | None  # the contact of the same name, with another phone
    valid_from: date
    valid_to: date | None


class _Reader:
    def __init__(self, today: date) -> None:
        self.today = today
        self.areas = area_lookup()
        self.people = People(today)
        self.workers: dict[object, GridAssignment] = {}
        self.contacts: dict[tuple[object, str], GridAssignment] = {}
        self.seen: dict[object, int] = {}
        later = Q(valid_to__isnull=True) | Q(valid_to__gt=today)
        for row in GridAssignment.objects.filter(later).select_related("membership__user"):
            if row.kind == AssignmentKind.WORKER and row.stands_in_for_id is None:
                self.workers[row.area_id] = row
            elif row.kind == AssignmentKind.CONTACT:
                self.contacts[row.area_id, row.contact_name] = row

    def read(self, row: Row) -> Change[AssignmentRow]:
        row.text("area", required=True)
        area = self.areas.find(row, "area")
        begin, last = row.date("valid_from") or self.today, row.date("valid_to")
        check_dates(begin, last)
        if area is None or not (row.text("name") or row.text("username") or row.text("contact")):
            raise row.error(NOBODY_NAMED, "name")
        worker = self._worker(row, begin)
        if worker and (other := self.seen.setdefault(area.pk, row.number)) != row.number:
            raise row.error(TWICE, "area", other=other)
        contact, phone = row.text("contact"), row.text("contact_phone")
        check_phone(phone, field="contact_phone")
        present = self.workers.get(area.pk)
        same = worker is not None and present is not None and present.membership == worker
        former = self.contacts.get((area.pk, contact)) if contact else None
        known = former is not None and digits(former.contact_phone) == digits(phone)
        facts = AssignmentRow(
            area=area,
            worker=None if same else worker,
            contact="" if known else contact,
            contact_phone=phone,
            former=former,
            valid_from=begin,
            valid_to=last + timedelta(days=1) if last else None,
        )
        return Change(row, *_effect(facts, present), facts)

    def _worker(self, row: Row, on: date) -> Membership | None:
        if not row.text("name") and not row.text("username"):
            return None
        known = self.people.find(row)
        value = row.text("name") or row.text("username")
        if known is None:
            raise row.error(NOBODY, "name", value=value[:60])
        for membership in known.memberships:
            ends = membership.valid_to is not None and membership.valid_to <= on
            if membership.role == Role.GRID_WORKER and not ends:
                return membership
        raise row.error(NO_WORKER_ROLE, "name", value=value[:60])


def plan_assignments(content: bytes) -> Plan[AssignmentRow]:
    """What the list would change in the current county. Raises InputError for the whole file."""
    reader = _Reader(timezone.localdate())
    return plan_rows(read_table(content, COLUMNS), reader.read)


@transaction.atomic
def apply_assignments(plan: Plan[AssignmentRow], *, by: Author) -> int:
    """Write every good row, all or none; return how many. Raises InputError with its row."""
    for change in plan.effective:
        try:
            _apply(change.facts, by=by)
        except InputError as error:
            error.params.update(sheet=change.row.sheet, row=change.row.number)
            raise
    record(by=by, action="assignments.imported", reason=f"{len(plan.effective)} rows")
    return len(plan.effective)


def _apply(row: AssignmentRow, *, by: Author) -> None:
    begin, end = row.valid_from, row.valid_to
    if row.worker is not None:
        assign_worker(area=row.area, worker=row.worker, valid_from=begin, valid_to=end, by=by)
    if row.contact and row.former is not None:
        end_assignment(assignment=row.former, on=begin, by=by)
    if row.contact:
        name, phone = row.contact, row.contact_phone
        assign_contact(area=row.area, name=name, phone=phone, valid_from=begin, valid_to=end, by=by)


def _effect(row: AssignmentRow, present: GridAssignment | None) -> tuple[Effect, str, str]:
    label = f"{row.area.code} {row.area.name}"
    words = []
    if row.worker is not None:
        old = f"{present.membership.user} → " if present and present.membership else ""
        words.append(f"{old}{row.worker.user}")
    if row.contact:
        words.append(f"{row.contact} {row.contact_phone}".strip())
    if not words:
        return Effect.UNCHANGED, label, ""
    replaces = (row.worker is not None and present is not None) or row.former is not None
    return (Effect.CHANGED if replaces else Effect.ADDED), label, " · ".join(words)
