import pytest
from django.db import models
from django.test.utils import isolate_apps

from linli.accounts.models import User
from linli.counties.models import County
from linli.counties.tenancy import TenantForeignKey, TenantModel
from linli.incidents.models import Incident, ReporterContact
from linli.lib.retention import after, keep
from linli.territory.models import Area
from tests.architecture.checks import models as checks
from tests.architecture.checks import persons
from tests.architecture.checks.third_party import THIRD_PARTY

CHECKS = [
    checks.upward_links,
    checks.undeclared,
    checks.unclassified,
    checks.county_not_first,
    checks.indexed_alone,
    checks.wrong_links,
    checks.without_county,
    persons.forbidden_fields,
    persons.links_to_persons,
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_every_model_passes(check):
    assert check(checks.ours()) == []


def test_every_table_of_a_library_is_in_the_registry():
    foreign = {checks.label(model) for model in checks.all_models()} - {
        checks.label(model) for model in checks.ours()
    }
    assert foreign == set(THIRD_PARTY)
    for tenancy, purpose, disposal in THIRD_PARTY.values():
        assert tenancy in ("reference", "local")
        assert purpose
        assert disposal


def test_every_justified_link_to_a_person_exists():
    existing = {checks.label(m, field) for m in checks.ours() for field in checks.links(m)}
    assert set(persons.LINKS_TO_PERSONS) <= existing


@isolate_apps("linli.territory")
def test_a_planted_foreign_key_upwards_is_found():
    class Planted(models.Model):
        incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="+")
        area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="+")
        county = models.ForeignKey(County, on_delete=models.CASCADE, related_name="+")

        class Meta:
            app_label = "territory"

    Planted.__module__ = "linli.territory.models"
    assert checks.upward_links([Planted]) == ["territory.Planted.incident -> incidents.Incident"]


@isolate_apps("linli.territory")
def test_a_planted_model_without_declarations_is_found():
    class Silent(models.Model):
        name = models.CharField(max_length=10)

        class Meta:
            app_label = "territory"

    found = checks.undeclared([Silent])
    assert [each.split(": ")[1] for each in found] == [
        "tenancy", "purpose", "retention", "sensitive", "ordinary",
    ]  # fmt: skip


@isolate_apps("linli.territory")
def test_a_planted_retention_that_cannot_work_is_found():
    class Log(models.Model):
        tenancy, purpose, sensitive, ordinary = "local", "Planted by a test.", (), ("name",)
        retention = after(30, "name", "of no use any more", blank=("nothing",))
        append_only = True
        name = models.CharField(max_length=10)

        class Meta:
            app_label = "territory"

    assert checks.undeclared([Log]) == [
        "territory.Log: retention hangs on 'name', which is no date",
        "territory.Log: retention blanks 'nothing', which is no field",
        "territory.Log: retention cannot change an append-only table",
    ]


@isolate_apps("linli.territory")
def test_a_planted_field_in_no_class_or_in_both_or_in_no_table_is_found():
    class Person(models.Model):
        sensitive, ordinary = ("phone", "gone"), ("phone", "code")
        code = models.CharField(max_length=10)
        phone = models.CharField(max_length=10)
        notes = models.JSONField()
        amount = models.IntegerField()

        class Meta:
            app_label = "territory"

    assert checks.unclassified([Person]) == [
        "territory.Person.gone", "territory.Person.notes", "territory.Person.phone",
    ]  # fmt: skip


@isolate_apps("linli.territory")
def test_planted_keys_that_do_not_begin_with_the_county_are_found():
    class Shop(TenantModel):
        purpose, retention, sensitive, ordinary = "Planted by a test.", keep("test"), (), ()
        code = models.IntegerField(unique=True)
        amount = models.IntegerField(db_index=True)
        area = TenantForeignKey(Area, related_name="+")
        loose = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="+", db_index=False)

        class Meta:
            app_label = "territory"
            indexes = [
                models.Index(fields=["amount", "county"], name="bad_index"),
                models.Index(fields=["county", "amount"], name="good_index"),
                models.Index(models.F("amount"), name="bad_expression"),
            ]
            constraints = [
                models.UniqueConstraint(fields=["code"], name="bad_unique"),
                models.UniqueConstraint(fields=["county", "amount"], name="good_unique"),
                models.CheckConstraint(condition=models.Q(code__gt=0), name="good_check"),
            ]

    assert checks.county_not_first([Shop]) == [
        "territory.Shop: bad_index",
        "territory.Shop: bad_expression",
        "territory.Shop: bad_unique",
    ]
    assert checks.indexed_alone([Shop]) == ["territory.Shop.code", "territory.Shop.amount"]
    assert checks.wrong_links([Shop]) == ["territory.Shop.loose -> territory.Area"]


@isolate_apps("linli.territory")
def test_a_planted_tenant_table_without_county_and_a_reference_to_a_tenant_are_found():
    class Bare(models.Model):
        tenancy = "tenant"

        class Meta:
            app_label = "territory"

    class Global(models.Model):
        tenancy = "reference"
        area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="+")

        class Meta:
            app_label = "territory"

    assert checks.without_county([Bare, Global]) == ["territory.Bare"]
    assert checks.wrong_links([Global]) == ["territory.Global.area -> territory.Area"]


@isolate_apps("linli.incidents")
def test_planted_fields_about_a_person_are_found():
    class RiskScore(models.Model):
        id_card = models.CharField(max_length=18)
        religion = models.CharField(max_length=10)
        lastPosition = models.JSONField()  # noqa: N815 -- camel case must not hide it
        severity = models.CharField(max_length=10)
        surface = models.CharField(max_length=10)

        class Meta:
            app_label = "incidents"

    assert persons.forbidden_fields([RiskScore]) == [
        "incidents.RiskScore",
        "incidents.RiskScore.id_card",
        "incidents.RiskScore.religion",
        "incidents.RiskScore.lastPosition",
    ]


@isolate_apps("linli.attachments")
def test_planted_links_to_persons_are_found():
    class Participant(models.Model):
        user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
        contact = models.ForeignKey(ReporterContact, on_delete=models.CASCADE, related_name="+")
        incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="+")

        class Meta:
            app_label = "attachments"

    assert persons.links_to_persons([Participant]) == [
        "attachments.Participant.user",
        "attachments.Participant.contact",
    ]


def test_forbidden_names_are_found_in_an_api_description():
    schema = {
        "paths": {
            "/staff/{id}/tracks": {"get": {"parameters": [{"in": "query", "name": "ethnicity"}]}}
        },
        "components": {"schemas": {"Case": {"properties": {"number": {}, "credit_score": {}}}}},
    }
    assert persons.forbidden_in_api(schema) == ["/staff/{id}/tracks", "credit_score", "ethnicity"]
