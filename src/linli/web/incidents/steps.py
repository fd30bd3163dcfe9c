"""Taking a step: a short form in place (htmx), or the same on a page of its own."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.access.permissions import Permission
from linli.attachments.rules import Refused as FileRefused
from linli.incidents.actions import Conflict, NotFound, take_step
from linli.incidents.actions.step import overtaken
from linli.incidents.detail import Detail, find
from linli.incidents.duplicates import Near, near_case
from linli.incidents.emergencies.queries import latest
from linli.incidents.models import Incident
from linli.incidents.preview import check
from linli.incidents.rules import Invalid
from linli.lib.errors import InputError
from linli.processes import Refused, Transition
from linli.processes.vocabulary import Effect, Field
from linli.web.http import StaffRequest, page
from linli.web.incidents.case import case_context, found_or_404, now_context
from linli.web.incidents.files import keep_files, take_in_all
from linli.web.incidents.now import effect_words
from linli.web.incidents.routing_words import Why, why
from linli.web.incidents.step_fields import Asked
from linli.web.incidents.step_form import StepForm
from linli.web.incidents.timeline import entries, step_icon
from linli.web.incidents.words import error_at, refused_words, step_label

UNPROCESSABLE, CONFLICT = 422, 409


@page(Permission.INCIDENT_VIEW, methods=("GET", "POST"))
def step(request: StaffRequest, number: str, key: str) -> HttpResponse:
    now = timezone.now()
    found = found_or_404(request, number, now)
    transition = found.definition.transitions.get(key)
    if transition is None or not transition.sources:
        raise Http404(key)
    asked = Asked(
        found,
        transition,
        now,
        late=latest(found.incident) is not None,
        near=_near(request, found.incident, transition),
    )
    if request.method == "POST":
        return _take(request, asked)
    refused = _standing_in_the_way(asked)
    if refused is not None:
        _deny_if_not_theirs(refused)
        return _show(request, asked, None, status=CONFLICT, problem=_words(refused, found))
    return _show(request, asked, StepForm(asked))


def _near(request: StaffRequest, incident: Incident, step: Transition) -> list[Near]:
    wanted = Field.DUPLICATE_OF in step.fields
    return near_case(request.actor, incident) if wanted else []


def _take(request: StaffRequest, asked: Asked) -> HttpResponse:
    """Try the step; whatever stands in the way is shown where it can be mended."""
    form = StepForm(asked, request.POST, request.FILES)
    incident = asked.found.incident
    if form.is_valid():
        try:
            _carry_out(request, asked, form)
        except Conflict as conflict:
            return _lost_race(request, asked, form, conflict)
        except NotFound as error:
            raise Http404(incident.number) from error
        except FileRefused:
            pass  # `keep_files` says of each file what is wrong with it
        except (Refused, Invalid, InputError) as error:
            _deny_if_not_theirs(error)
            form.refuse(*error_at(error, asked.found.definition))
        else:
            return _done(request, asked)
    return _show(request, asked, form, status=UNPROCESSABLE)


def _carry_out(request: StaffRequest, asked: Asked, form: StepForm) -> None:
    incident, actor = asked.found.incident, request.actor
    fields, version = form.fields_for_step(request), form.cleaned_data["version"]
    if version != incident.version:  # known without waiting for the row
        since = [line.event for line in asked.found.lines if line.event.case_version > version]
        if overtaken(since):
            raise Conflict(incident, since)
    check(asked.found, asked.step.key, fields, by=actor, now=asked.now)
    if files := fields.get(Field.EVIDENCE):
        fields[Field.EVIDENCE] = [str(one) for one in take_in_all(files, by=actor)]
    with transaction.atomic():  # the uploads outlive a refusal
        take_step(incident.pk, asked.step.key, fields, version=version, by=actor, **form.happened)


def _done(request: StaffRequest, asked: Asked) -> HttpResponse:
    words = {"step": step_label(asked.step), "number": asked.found.incident.number}
    messages.success(request, _("%(step)s: done. %(number)s") % words)
    address = _afterwards(request, asked.found.incident)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def _lost_race(
    request: StaffRequest, asked: Asked, form: StepForm, conflict: Conflict
) -> HttpResponse:
    """Somebody was faster: what happened since, and the typed text on the newest version."""
    now = timezone.now()
    found = found_or_404(request, conflict.incident.number, now)
    newer = replace(asked, found=found, now=now)
    still = _standing_in_the_way(newer) is None
    lines = [line for line in found.lines if line.event.pk in {one.pk for one in conflict.since}]
    shown = form.renewed(newer) if still else None
    extra = {
        "since": entries(lines, found.definition),
        "typed": None if still else form.typed(),
    }
    return _show(request, newer, shown, status=CONFLICT, **extra)


def _show(
    request: StaffRequest, asked: Asked, form: StepForm | None, status: int = 200, **extra: Any
) -> HttpResponse:
    if form and form.is_bound:
        keep_files(request, form)
    part = bool(request.headers.get("HX-Request")) and not (form and form.has_map)
    build = now_context if part else case_context
    context = build(request, asked.found, asked.now) | {
        "form": form,
        "step": asked.step,
        "step_title": step_label(asked.step),
        "step_icon": step_icon(asked.step),
        "why": _why(asked),
        "effect": effect_words(asked.found, asked.step, request.actor, asked.now),
        **extra,
    }
    return render(request, f"incidents/{'_now' if part else 'case'}.html", context, status=status)


def _why(asked: Asked) -> list[Why]:
    """What each routing rule says of the matter, the one that decides first."""
    suggestion = asked.found.suggestion
    if suggestion is None or Effect.ASSIGN not in asked.step.effects:
        return []
    return [why(one) for one in (suggestion, *suggestion.later)]


def _standing_in_the_way(asked: Asked) -> Refused | None:
    """Why the step cannot be taken at all; None where only its form is to be filled in."""
    for offer in asked.found.offers:
        if offer.transition.key == asked.step.key:
            return offer.refused
    found = asked.found
    if found.incident.state not in asked.step.sources:
        return Refused("wrong_state", transition=asked.step.key, state=found.incident.state)
    return Refused("no_permission")


def _deny_if_not_theirs(error: Exception) -> None:
    if isinstance(error, Refused) and not error.concerns_actor:
        raise PermissionDenied(error.code)


def _words(refused: Refused, found: Detail) -> str:
    return refused_words(refused, found.definition)


def _afterwards(request: StaffRequest, incident: Incident) -> str:
    """The case, or the list where the step took the case out of sight."""
    county = request.county.code
    if find(request.actor, incident.pk) is None:
        return reverse("incidents:list", args=[county])
    return reverse("incidents:case", args=[county, incident.number])
