"""What-if runs, under the county's code."""

from django.urls import path

from linli.web.whatif import asking, cases, runs

app_name = "whatif"
urlpatterns = [
    path("what-if/", runs.home, name="home"),
    path("what-if/replay/", asking.replay, name="replay"),
    path("what-if/simulate/", asking.simulate, name="simulate"),
    path("what-if/<uuid:run_id>/", runs.show, name="run"),
    path("what-if/<uuid:run_id>/progress/", runs.progress, name="progress"),
    path("what-if/<uuid:run_id>/cancel/", runs.cancel, name="cancel"),
    path("what-if/<uuid:run_id>/cases/", cases.listing, name="cases"),
    path("what-if/<uuid:run_id>/cases.xlsx", cases.xlsx, name="xlsx"),
    path("what-if/<uuid:run_id>/cases.csv", cases.csv, name="csv"),
]
