"""Under /<county>/duty/: who is on duty now, and the rotas of units."""

from django.urls import path

from linli.web.duty import board, handovers, rota, shifts

app_name = "duty"
urlpatterns = [
    path("duty/", board.board, name="board"),
    path("duty/units/<uuid:unit_id>/", rota.rota, name="rota"),
    path("duty/units/<uuid:unit_id>/new/", shifts.shift_new, name="shift_new"),
    path("duty/units/<uuid:unit_id>/exception/", shifts.exception_new, name="exception_new"),
    path("duty/units/<uuid:unit_id>/handovers/", handovers.handovers, name="handovers"),
    path("duty/units/<uuid:unit_id>/handovers/new/", handovers.handover_new, name="handover_new"),
    path("duty/handovers/<uuid:handover_id>/", handovers.handover, name="handover"),
    path("duty/handovers/<uuid:handover_id>/accept/", handovers.accept, name="handover_accept"),
    path("duty/shifts/<uuid:shift_id>/", shifts.shift_edit, name="shift_edit"),
    path("duty/shifts/<uuid:shift_id>/end/", shifts.shift_end, name="shift_end"),
]
