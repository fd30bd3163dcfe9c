"""Forms of one's own account. Rules live in `accounts.rules`; here words become values."""

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy as _

from linli.accounts.models import User

CURRENT = {"autocomplete": "current-password"}
NEW = {"autocomplete": "new-password"}
CODE = {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}


class SignInForm(forms.Form):
    username = forms.CharField(
        label=_("User name"),
        max_length=60,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "username webauthn",
                "autocapitalize": "none",
                "spellcheck": "false",
                "autofocus": True,
            }
        ),
    )
    password = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput(attrs=CURRENT)
    )


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        help_text=_("Six digits from your authenticator app, or one of your recovery codes."),
        widget=forms.TextInput(attrs=CODE),
    )


class TotpForm(forms.Form):
    code = forms.CharField(
        label=_("Six digits that the app shows now"),
        max_length=12,
        widget=forms.TextInput(attrs=CODE),
    )


class CredentialForm(forms.Form):
    """What the browser answers to a passkey challenge."""

    credential = forms.JSONField(widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name of this passkey"), max_length=60, required=False)

    def clean_credential(self) -> dict[str, Any]:
        value = self.cleaned_data["credential"]
        if not isinstance(value, dict):
            raise forms.ValidationError(_("The browser's answer could not be read."))
        return value


class PasswordForm(forms.Form):
    """Choose a new password; the old one is asked unless it was temporary."""

    old = forms.CharField(
        label=_("Present password"), strip=False, widget=forms.PasswordInput(attrs=CURRENT)
    )
    new = forms.CharField(
        label=_("New password"),
        strip=False,
        max_length=200,
        help_text=_("At least 10 characters. A short sentence is easy to remember."),
        widget=forms.PasswordInput(attrs=NEW),
    )
    again = forms.CharField(
        label=_("New password again"), strip=False, widget=forms.PasswordInput(attrs=NEW)
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if user.password_temporary:
            self.fields["old"].label = _("Temporary password")

    def clean_old(self) -> str:
        old: str = self.cleaned_data["old"]
        if not self.user.check_password(old):
            raise forms.ValidationError(_("This is not your present password."))
        return old

    def clean_new(self) -> str:
        new: str = self.cleaned_data["new"]
        password_validation.validate_password(new, self.user)
        if new == self.data.get("old"):
            raise forms.ValidationError(_("Choose another password than the present one."))
        return new

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if "new" in values and values.get("again") != values["new"]:
            self.add_error("again", _("The two new passwords differ."))
        return values


class OwnDetailsForm(forms.Form):
    name = forms.CharField(label=_("Full name"), max_length=60)
    email = forms.EmailField(label=_("E-mail"), required=False)
