"""The words of notices about incidents, and what their readers may see of the matter."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.access.actor import Actor
from linli.incidents.models import Incident
from linli.incidents.queries import visible_to

# Whom a step tells -> its words. They name no person and nothing of the matter.
WORDS: Mapping[str, str | Promise] = {
    "platform": _("Something has changed about a matter of your centre."),
    "platform.report": _("A new matter was reported to your centre."),
    "platform.check_facts": _("The facts were checked before acceptance."),
    "platform.send_down": _("The county sent a matter down to your centre."),
    "platform.return": _("The unit returned the matter; dispatch it anew."),
    "platform.ask_extension": _("The unit asks for an extension."),
    "platform.hand_in": _("The unit handed in a result."),
    "platform.sample_reject": _("The sampled check failed; the matter is open again."),
    "platform.reopen": _("The reporter is not content; the matter is open again."),
    "platform.urge": _("The matter was urged."),
    "platform.supervise": _("The matter is supervised from now on."),
    "platform.instruct": _("A leader gave an instruction."),
    "platform.withdraw": _("The report was withdrawn."),
    "handover": _("A handover of a shift waits."),
    "handover.opened": _("A handover waits for whoever has the next shift."),
    "handover.late": _("Nobody has accepted the handover of the shift that has begun."),
    "emergency": _("An emergency calls for you."),
    "emergency.called": _("Emergency: you are alerted. Take it at once."),
    "emergency.county": _("An emergency was raised in a township."),
    "emergency.alarm": _("Nobody answered an emergency; the county centre has it now."),
    "left": _("A matter lies in another township; its centre goes on with it."),
    "arrived": _("A matter came to your centre, since its place was corrected."),
    "left.area_changed": _("The divisions changed: a matter went on to another centre."),
    "arrived.area_changed": _("The divisions changed: a matter came to your centre."),
    "county": _("Something has changed about a matter of the county centre."),
    "county.report_up": _("A township reported the matter up."),
    "approver": _("A change of the process waits for somebody to approve it."),
    "writer": _("Something has become of your draft of the process."),
    "writer.publish": _("Your draft of the process was approved and is published."),
    "writer.send_back": _("Your draft of the process was sent back; the reason is given."),
    "county.uncovered": _("The nightly check found something that nobody covers."),
    "county.return_again": _("The matter was returned a second time; the county rules."),
    "unit": _("Something has changed about a matter of your unit."),
    "unit.dispatch": _("A matter was dispatched to your unit; sign for it."),
    "unit.rule": _("The county ruled that your unit takes part in this matter."),
    "unit.recall": _("The dispatch to your unit was recalled."),
    "unit.co_result": _("A co-handling unit handed in its result."),
    "unit.grant_extension": _("The extension was granted."),
    "unit.refuse_extension": _("The extension was refused."),
    "unit.stop_clock": _("The clock of a matter of your unit stands still."),
    "unit.start_clock": _("The clock of a matter of your unit runs again."),
    "unit.set_pending": _("The matter was put on the pending list; its deadline stands still."),
    "unit.take_back": _("The matter came off the pending list; its deadline runs again."),
    "unit.verify_pass": _("The result was verified; the matter is closed."),
    "unit.verify_fail": _("The verification failed; rework is due."),
    "unit.urge": _("You are urged to get on with the matter."),
    "unit.supervise": _("The matter is supervised from now on."),
    "unit.instruct": _("A leader gave an instruction."),
    "unit.recalculate": _("The working time has changed: a deadline of the matter ends earlier."),
    "unit.process_changed": _("The process has changed: a deadline of the matter ends earlier."),
    "unit.merge": _("The matter was merged into another one."),
    "unit.remind": _("A deadline of your unit comes near."),
    "unit.escalate": _("A deadline of your unit has passed."),
    "platform.remind": _("A deadline comes near in a matter that your centre holds."),
    "platform.escalate": _("A deadline has passed in a matter that your centre holds."),
    "county.remind": _("A deadline comes near; the county centre is told."),
    "county.escalate": _("A deadline has passed; the county centre is told."),
    "deputy": _("Something has changed about a matter of the unit that yours stands in for."),
    "deputy.escalate": _("The unit that yours stands in for is late with a matter."),
    "head": _("Something has changed about a matter of the unit that you head."),
    "head.escalate": _("The unit that you head is late with a matter."),
    "leader": _("Something has changed about a matter that leaders are told of."),
    "leader.escalate": _("A matter is late; leaders are told."),
    "verifier": _("A verification waits for your unit."),
    "verifier.ask_extension": _("More time is asked; nobody else but you may decide."),
    "verifier.settle": _("A matter that was settled on the spot was drawn for a check."),
    "reporter": _("Something has changed about a matter that you reported."),
    "reporter.accept": _("The matter that you reported was accepted."),
    "reporter.not_accept": _("The matter that you reported was not accepted; the reason is given."),
    "reporter.settle": _("The matter that you reported was settled on the spot."),
    "reporter.set_pending": _("The matter that you reported is on the pending list for now."),
    "reporter.verify_pass": _("The matter that you reported is closed; say how it went."),
    "reporter.sample_reject": _("The matter that you reported failed its check and is open again."),
    "reporter.reopen": _("The matter that you reported is open again."),
    "reporter.merge": _("The matter that you reported goes on under another number."),
}


def words(message: str) -> str:
    """The words of a message; a step that a county added has those of whom it tells."""
    audience, _dot, _step = message.partition(".")
    return str(WORDS.get(message) or WORDS[audience])


def in_sight(actor: Actor, ids: Iterable[UUID]) -> dict[UUID, Incident]:
    """Those of the incidents that the reader may see now, by id."""
    return {row.pk: row for row in visible_to(actor).filter(pk__in=set(ids))}
