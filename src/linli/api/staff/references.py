"""What a client needs before it can write: categories, units, the caller's own rights."""

from typing import TypeVar
from uuid import UUID

from django.http import HttpResponse
from ninja import Router
from pydantic import BaseModel

from linli.access.permissions import Permission
from linli.api.requests import ApiRequest, needs, shown
from linli.incidents import references

T = TypeVar("T", bound=BaseModel)

router = Router(tags=["references"])


class CategoryOut(BaseModel):
    """`place`: none, optional, required or several. `deadlines`: severity -> duration."""

    id: UUID
    code: str
    parent_id: UUID | None
    name: str
    name_en: str
    icon: str
    place: str
    severity: str
    verification: str
    deadlines: dict[str, str]
    on_the_spot: bool
    hidden: bool


class CategoriesOut(BaseModel):
    items: list[CategoryOut]


class UnitOut(BaseModel):
    id: UUID
    code: str
    kind: str
    function: str
    name: str
    name_en: str
    parent_id: UUID | None
    area_id: UUID | None


class UnitsOut(BaseModel):
    items: list[UnitOut]


class MeOut(BaseModel):
    """What this key may do, and where."""

    county: str
    roles: list[str]
    permissions: list[str]
    everything: bool
    township_ids: list[UUID]
    village_ids: list[UUID]
    area_ids: list[UUID]
    unit_ids: list[UUID]


@router.get("/categories", response=CategoriesOut, summary="The tree of categories")
@needs(Permission.INCIDENT_VIEW)
def categories(request: ApiRequest) -> HttpResponse:  # noqa: ARG001 -- the same for everybody
    """Retired ones are `hidden`: old cases still have them."""
    rows = sorted(references.categories().values(), key=lambda row: (row.order, row.code))
    items = [_copy(CategoryOut, row) for row in rows]
    return shown(CategoriesOut.model_construct(items=items))


@router.get("/units", response=UnitsOut, summary="The units that take matters")
@needs(Permission.UNIT_VIEW)
def units(request: ApiRequest) -> HttpResponse:  # noqa: ARG001 -- the same for everybody
    items = [_copy(UnitOut, row) for row in references.units().values()]
    return shown(UnitsOut.model_construct(items=items))


@router.get("/me", response=MeOut, summary="What this key may do")
@needs(None)
def me(request: ApiRequest) -> HttpResponse:
    actor, scope = request.actor, request.actor.scope
    return shown(
        MeOut(
            county=actor.county,
            roles=sorted(str(role) for role in actor.roles),
            permissions=sorted(str(right) for right in actor.permissions),
            everything=scope.everything,
            township_ids=sorted(scope.townships),
            village_ids=sorted(scope.villages),
            area_ids=sorted(scope.areas),
            unit_ids=sorted(scope.units),
        )
    )


def _copy(schema: type[T], row: object) -> T:
    return schema.model_construct(**{name: getattr(row, name) for name in schema.model_fields})
