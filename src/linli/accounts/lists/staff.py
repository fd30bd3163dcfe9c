"""The office's list of staff: accounts to make, roles to ask for or to grant."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from linli.accounts import rules
from linli.accounts.actions import (
    Appointment,
    ask_for_role,
    create_user,
    edit_phone,
    grant_membership,
)
from linli.accounts.enums import Role
from linli.accounts.lists.people import Known, People, digits, unit_lookup
from linli.accounts.models import Membership, User
from linli.audit.actions import Author, record
from linli.lib.pinyin import search_keys
from linli.lib.tables import Column, Row, read_table
from linli.organisations.lists import area_lookup
from linli.organisations.models import Unit
from linli.organisations.plans import (
    NO_SUCH_CHOICE,
    TWICE,
    Change,
    Effect,
    Plan,
    plan_rows,
)
from linli.organisations.rules import check_phone
from linli.territory.models import Area

COLUMNS = (
    Column("name", ("姓名", "名字", "人员姓名", "name")),
    Column("role", ("角色", "岗位", "职务", "岗位名称", "role")),
    Column("username", ("用户名", "账号", "登录名", "username"), required=False),
    Column("unit", ("单位", "所属单位", "工作单位", "单位编码", "unit"), required=False),
    Column("area", ("辖区", "负责区域", "责任区域", "网格", "乡镇", "area"), required=False),
    Column("phone", ("联系电话", "手机", "手机号", "手机号码", "电话", "phone"), required=False),
    Column("email", ("邮箱", "电子邮箱", "email"), required=False),
    Column("valid_from", ("任职日期", "起始日期", "到岗日期", "上岗时间", "from"), required=False),
)
ROLES = {
    Role.COUNTY_OPERATOR: ("县级操作员", "县中心受理员", "县级坐席", "县综治中心工作人员"),
    Role.DISPATCHER: ("派遣员", "调度员", "县级派遣员", "分流交办员"),
    Role.VERIFIER: ("核查员", "核实员", "县级核查员"),
    Role.LEADER: ("领导", "分管领导", "县领导"),
    Role.TOWNSHIP_OPERATOR: ("乡镇操作员", "乡镇平台工作人员", "镇级操作员", "乡镇综治专干"),
    Role.VILLAGE_OPERATOR: ("村级综治专干", "村级操作员", "综治专干", "村专干"),
    Role.UNIT_HANDLER: ("部门经办人", "经办人", "处置人员", "单位经办人"),
    Role.UNIT_HEAD: ("单位负责人", "部门负责人", "负责人"),
    Role.GRID_WORKER: ("网格员", "专职网格员", "兼职网格员"),
    Role.SYSTEM_ADMINISTRATOR: ("系统管理员",),
    Role.SECURITY_ADMINISTRATOR: ("安全管理员", "安全保密管理员"),
    Role.AUDIT_ADMINISTRATOR: ("审计管理员", "安全审计员"),
}


@dataclass(frozen=True)
class StaffRow:
    user: User | None  # None: an account is made
    username: str
    name: str
    email: str
    role: Role
    unit: Unit | None
    area: Area | None
    phone: str
    valid_from: date
    held: Membership | None  # the role is there already; perhaps with another phone


@dataclass(frozen=True)
class NewAccount:
    """An account that an import made; the password is shown once."""

    user: User
    password: str


class _Reader:
    def __init__(self, today: date) -> None:
        self.today = today
        self.people = People(today)
        self.areas = area_lookup()
        self.units = unit_lookup(Unit.objects.filter(active=True))
        self.taken = set(User.objects.values_list("username", flat=True))
        self.fresh: dict[str, str] = {}  # who is new in this list -> the user name given
        self.seen: dict[tuple[object, ...], int] = {}

    def read(self, row: Row) -> Change[StaffRow]:
        name, role = row.text("name", required=True), _role(row)
        unit, area = self.units.find(row, "unit"), self.areas.find(row, "area")
        rules.check_scope(role, unit=unit, area=area)
        phone = row.text("phone")
        check_phone(phone, field="phone")
        known = self.people.find(row)
        username = known.user.username if known else self._username(row, name, phone)
        place = (unit.pk if unit else None, area.pk if area else None)
        key = (username, role, *place)
        if (other := self.seen.setdefault(key, row.number)) != row.number:
            raise row.error(TWICE, "name", other=other)
        held = _held(known, role, *place)
        facts = StaffRow(
            user=known.user if known else None,
            username=username,
            name=name,
            email=row.text("email"),
            role=role,
            unit=unit,
            area=area,
            phone=phone,
            valid_from=row.date("valid_from") or self.today,
            held=held,
        )
        return Change(row, *_effect(facts), facts)

    def _username(self, row: Row, name: str, phone: str) -> str:
        """The one in the list, or the name in pinyin with a number where it is taken."""
        given = row.text("username")
        key = rules.plain_username(given) or f"{name} {digits(phone)}"
        if key not in self.fresh:
            self.fresh[key] = rules.check_username(given) if given else self._free(name)
            self.taken.add(self.fresh[key])
        return self.fresh[key]

    def _free(self, name: str) -> str:
        stem = rules.plain_username(search_keys(name).full[0])[:50] or "staff"
        stem = stem if len(stem) > 1 else f"{stem}01"
        number, candidate = 1, stem
        while candidate in self.taken:
            number += 1
            candidate = f"{stem}{number}"
        return rules.check_username(candidate)


def plan_staff(content: bytes) -> Plan[StaffRow]:
    """What the list would change in the current county. Raises InputError for the whole file."""
    reader = _Reader(timezone.localdate())
    return plan_rows(read_table(content, COLUMNS), reader.read)


@transaction.atomic
def apply_staff(plan: Plan[StaffRow], *, by: Author, grant: bool) -> list[NewAccount]:
    """Write every good row, all or none; return the new accounts. Raises InputError.

    Roles are asked for; with `grant` (a command on the server) they are granted at once.
    """
    made: dict[str, NewAccount] = {}
    for change in plan.effective:
        row = change.facts
        user = row.user or (made[row.username].user if row.username in made else None)
        if user is None:
            user, secret = create_user(username=row.username, name=row.name, email=row.email, by=by)
            made[row.username] = NewAccount(user, secret)
        if row.held is not None:
            edit_phone(membership=row.held, phone=row.phone, by=by)
            continue
        give = grant_membership if grant else ask_for_role
        give(Appointment(user, row.role, row.unit, row.area, row.phone, row.valid_from), by=by)
    record(by=by, action="staff.imported", reason=f"{len(plan.effective)} rows")
    return list(made.values())


def _role(row: Row) -> Role:
    text = row.text("role", required=True)
    for role, words in ROLES.items():
        if text in words or text.casefold() == role.value:
            return role
    raise row.error(NO_SUCH_CHOICE, "role", value=text[:60])


def _held(known: Known | None, role: Role, unit_id: object, area_id: object) -> Membership | None:
    for row in known.memberships if known else ():
        if (row.role, row.unit_id, row.area_id) == (role, unit_id, area_id):
            return row
    return None


def _effect(row: StaffRow) -> tuple[Effect, str, str]:
    label = f"{row.name} · {row.role.label}"
    place = " · ".join(str(one) for one in (row.unit, row.area) if one)
    if row.user is None:
        return Effect.ADDED, label, f"{row.username} · {place}" if place else row.username
    if row.held is None:
        return Effect.CHANGED, label, place
    if row.phone and digits(row.phone) != digits(row.held.phone):
        return Effect.CHANGED, label, f"{row.held.phone or '—'} → {row.phone}"
    return Effect.UNCHANGED, label, ""
