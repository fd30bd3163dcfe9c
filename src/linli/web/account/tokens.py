"""My keys for programs, in one county: made once, shown once, withdrawn at any time."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from linli.access.permissions import Permission
from linli.accounts import queries
from linli.accounts import tokens as accounts
from linli.web.account.rights import WORDS
from linli.web.http import StaffRequest, page

DAYS = [(30, gettext_lazy("30 days")), (90, gettext_lazy("90 days")), (365, gettext_lazy("1 year"))]


class TokenForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("What is it for?"),
        max_length=80,
        help_text=gettext_lazy("The name of the program, so that you recognise the key later."),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What may it do?"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Never more than you may do yourself."),
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("Valid for"), choices=DAYS, coerce=int, initial=90
    )

    def __init__(self, rights: frozenset[Permission], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [right for right in WORDS if right in rights - {Permission.TOKEN_OWN}]
        words = [(right.value, WORDS[right]) for right in offered]
        self.fields["scopes"].choices = words  # type: ignore[attr-defined]


@page(Permission.TOKEN_OWN, methods=("GET", "POST"))
@never_cache
def tokens(request: StaffRequest) -> HttpResponse:
    user: Any = request.user
    form = TokenForm(request.actor.permissions, request.POST or None)
    secret = ""
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        _token, secret = accounts.issue(
            user=user,
            name=values["name"],
            scopes=values["scopes"],
            expires_at=timezone.now() + timedelta(days=values["days"]),
            by=request.actor,
        )
        form = TokenForm(request.actor.permissions)
    rows = queries.tokens_of(user.pk)
    context = {"form": form, "secret": secret, "rows": rows, "now": timezone.now()}
    status = 422 if form.errors else 200
    return render(request, "account/tokens.html", context, status=status)


@page(Permission.TOKEN_OWN, methods=("POST",))
def revoke(request: StaffRequest, token_id: UUID) -> HttpResponse:
    user: Any = request.user
    found = [row for row in queries.tokens_of(user.pk) if row.pk == token_id]
    if not found:
        raise Http404(token_id)
    accounts.revoke(token=found[0], by=request.actor)
    messages.success(request, _("The key is withdrawn."))
    return redirect("administration:tokens", county=request.county.pk)
