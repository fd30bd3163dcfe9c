"""Under /<county>/notices: what a member of staff should take notice of."""

from django.urls import path

from linli.web.notices import views

app_name = "notices"
urlpatterns = [
    path("notices", views.notices, name="list"),
    path("notices/read", views.read_all, name="read_all"),
    path("notices/<uuid:key>/read", views.read_one, name="read"),
]
