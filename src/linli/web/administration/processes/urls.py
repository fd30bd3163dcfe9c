"""Under /<county>/processes/: the process as published, its versions, its drafts."""

from django.urls import path

from linli.web.administration.processes import (
    approving,
    coverage,
    drafts,
    mending,
    moving,
    overview,
    parts,
    trying,
)

_AT = "processes/<slug:key>"
_VERSION, _DRAFT = f"{_AT}/versions/<int:number>", f"{_AT}/drafts/<uuid:draft_id>"

urlpatterns = [
    path("processes/", overview.processes, name="processes"),
    path(f"{_AT}/", overview.overview, name="process"),
    path(f"{_AT}/versions/", overview.version_list, name="process_versions"),
    path(f"{_AT}/compare/", overview.differences, name="process_compare"),
    path(f"{_AT}/mend/", mending.mend, name="process_mend"),
    path(f"{_AT}/move/", moving.move, name="process_move"),
    path(f"{_VERSION}/", overview.version, name="process_version"),
    path(f"{_VERSION}/export/", overview.export, name="process_export"),
    path(f"{_VERSION}/back/", overview.roll_back, name="process_back"),
    path(f"{_VERSION}/try/", trying.try_version, name="process_try"),
    path(f"{_VERSION}/<slug:section>/", overview.version_section, name="process_version_section"),
    path(f"{_AT}/edit/", drafts.edit, name="process_edit"),
    path(f"{_AT}/edit/new/", drafts.start, name="process_start"),
    path(f"{_DRAFT}/", drafts.draft, name="process_draft"),
    path(f"{_DRAFT}/changes/", drafts.draft_changes, name="process_draft_changes"),
    path(f"{_DRAFT}/text/", drafts.draft_text, name="process_draft_text"),
    path(f"{_DRAFT}/export/", drafts.draft_export, name="process_draft_export"),
    path(f"{_DRAFT}/propose/", drafts.propose, name="process_propose"),
    path(f"{_DRAFT}/approve/", approving.approve, name="process_approve"),
    path(f"{_DRAFT}/send-back/", approving.send_back, name="process_send_back"),
    path(f"{_DRAFT}/take-back/", drafts.take_back, name="process_take_back"),
    path(f"{_DRAFT}/discard/", drafts.discard, name="process_discard"),
    path(f"{_DRAFT}/follow/", drafts.follow, name="process_follow"),
    path(f"{_DRAFT}/check/", coverage.check_draft, name="process_draft_check"),
    path(f"{_DRAFT}/try/", trying.try_draft, name="process_draft_try"),
    path(f"{_DRAFT}/told/save/", parts.told_save, name="process_told_save"),
    path(f"{_DRAFT}/<slug:section>/", drafts.draft_section, name="process_draft_section"),
    path(f"{_DRAFT}/add/<slug:section>/", parts.part_new, name="process_part_new"),
    path(f"{_DRAFT}/<slug:section>/<slug:name>/", parts.part, name="process_part"),
    path(f"{_DRAFT}/<slug:section>/<slug:name>/do/", parts.part_do, name="process_part_do"),
]
