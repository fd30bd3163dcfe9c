"""Passkeys, one-time codes and recovery codes: allauth's building blocks, our rules.

allauth reads the request of the running thread (its middleware sets it): the challenge of a
passkey lies in the session, the site's name comes from the address.
"""

import base64
import hmac
from collections.abc import Mapping
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.webauthn.internal import auth as webauthn
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from linli.accounts.models import User
from linli.accounts.signing import Visitor, note
from linli.lib import crypto

PURPOSE, CONTEXT = "mfa", "authenticator"
STRONG = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
Credential = Mapping[str, Any]


class SealedAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Keeps secrets sealed with a key outside the database; sends no mail."""

    def encrypt(self, text: str) -> str:
        return base64.b64encode(crypto.seal(text, purpose=PURPOSE, context=CONTEXT)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        sealed = base64.b64decode(encrypted_text)
        return crypto.open_text(sealed, purpose=PURPOSE, context=CONTEXT)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": "Linli"}

    def send_notification_mail(self, *_: Any, **__: Any) -> None:
        return None


class NotProvenError(Exception):
    """A code or a passkey that does not prove who signs in."""


def kinds(user: User) -> frozenset[str]:
    """Which second factors a user has; recovery codes alone are none."""
    rows = Authenticator.objects.filter(user_id=user.pk, type__in=STRONG)
    return frozenset(rows.values_list("type", flat=True))


def passkeys(user: User) -> list[Authenticator]:
    rows = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.WEBAUTHN)
    return list(rows.order_by("created_at"))


def recovery_codes(user: User) -> list[str]:
    """Those not used yet; none where their key is not here."""
    row = _row(user, Authenticator.Type.RECOVERY_CODES)
    try:
        return RecoveryCodes(row).get_unused_codes() if row else []
    except crypto.SealBrokenError:
        return []


def closed_factors() -> list[str]:
    """Users with codes that no key here opens: they sign in by passkey or not at all."""
    rows = Authenticator.objects.filter(type=Authenticator.Type.TOTP).select_related("user")
    return sorted(row.user.username for row in rows if not _opens(row))


def _opens(row: Any) -> bool:
    try:
        SealedAdapter().decrypt(row.data["secret"])
    except crypto.SealBrokenError:
        return False
    return True


def new_totp_secret() -> str:
    """A secret for an authenticator app, kept in the session until a code proves it."""
    return str(totp.get_totp_secret())


def totp_picture(user: User, secret: str) -> str:
    """The QR code as a data address, which the content policy admits as a picture."""
    adapter = SealedAdapter()
    svg = adapter.build_totp_svg(adapter.build_totp_url(user, secret))
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


@transaction.atomic
def add_totp(user: User, *, secret: str, code: str, by: Visitor) -> None:
    """Raises NotProvenError where the app does not show this code."""
    counter = _counter(secret, code)
    if counter is None:
        raise NotProvenError
    Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).delete()
    made = totp.TOTP.activate(user, secret).instance
    made.data["counter"] = counter
    made.save(update_fields=["data"])
    _added(user, "totp", by=by)


def begin_passkey(user: User) -> dict[str, Any]:
    """What the browser needs to make a passkey: the device itself checks who holds it."""
    return dict(webauthn.begin_registration(user, passwordless=True))


@transaction.atomic
def add_passkey(user: User, *, name: str, credential: Credential, by: Visitor) -> None:
    """Raises NotProvenError where the answer does not fit the challenge."""
    try:
        webauthn.parse_registration_response(credential)
        made = webauthn.complete_registration(dict(credential))
    except (ValidationError, ValueError, TypeError, KeyError) as problem:
        raise NotProvenError from problem
    if not made.is_user_verified():
        raise NotProvenError
    webauthn.WebAuthn.add(user, name[:60], dict(credential))
    _added(user, "passkey", by=by)


def begin_proof(user: User | None) -> dict[str, Any]:
    """What the browser needs to sign with a passkey; None: whichever the device offers."""
    return dict(webauthn.begin_authentication(user))


def prove_by_passkey(user: User | None, credential: Credential) -> User:
    """Return whose passkey signed. Raises NotProvenError."""
    try:
        webauthn.parse_authentication_response(credential)
        owner: User = user or webauthn.extract_user_from_response(credential)
        used = webauthn.complete_authentication(owner, dict(credential))
    except (ValidationError, ValueError, TypeError, KeyError, AttributeError) as problem:
        raise NotProvenError from problem
    used.record_usage()
    return owner


def prove_by_code(user: User, code: str) -> str:
    """Accept a one-time or a recovery code, each once; return its kind, or raise NotProvenError.

    Without the key of their secrets nothing is proven; `linli doctor` names whom that keeps out.
    """
    try:
        return _kind_of_code(user, code)
    except crypto.SealBrokenError as problem:
        raise NotProvenError from problem


@transaction.atomic
def _kind_of_code(user: User, code: str) -> str:
    plain = "".join(code.split())
    row = _row(user, Authenticator.Type.TOTP, lock=True)
    if row is not None:
        counter = _counter(SealedAdapter().decrypt(row.data["secret"]), plain)
        if counter is not None and counter > row.data.get("counter", 0):
            row.data["counter"] = counter
            row.last_used_at = timezone.now()
            row.save(update_fields=["data", "last_used_at"])
            return "totp"
    spare = _row(user, Authenticator.Type.RECOVERY_CODES)
    if spare is not None and RecoveryCodes(spare).validate_code(plain):
        return "recovery_codes"
    raise NotProvenError


@transaction.atomic
def renew_recovery_codes(user: User, *, by: Visitor) -> list[str]:
    """Ten new codes; the old ones are void."""
    Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.RECOVERY_CODES).delete()
    codes: list[str] = RecoveryCodes.activate(user).generate_codes()
    note(user, action="account.recovery_codes_made", by=by)
    return codes


@transaction.atomic
def remove(user: User, *, authenticator: int | None, by: Visitor) -> bool:
    """Remove one second factor (None: all); without any, recovery codes go too."""
    rows = Authenticator.objects.filter(user_id=user.pk)
    removed, _ = (rows.filter(pk=authenticator) if authenticator is not None else rows).delete()
    if not kinds(user):
        Authenticator.objects.filter(user_id=user.pk).delete()
    if removed:
        note(user, action="account.second_factor_removed", by=by)
    return bool(removed)


def _added(user: User, kind: str, *, by: Visitor) -> None:
    RecoveryCodes.activate(user)
    note(user, action=f"account.{kind}_added", by=by)


def _row(user: User, kind: str, *, lock: bool = False) -> Any:
    rows = Authenticator.objects.filter(user_id=user.pk, type=kind)
    return (rows.select_for_update() if lock else rows).first()


def _counter(secret: str, code: str) -> int | None:
    """The time step in which the app shows this code, one step around now."""
    for counter in totp.yield_hotp_counters_from_time():
        shown = totp.format_hotp_value(totp.hotp_value(secret, counter))
        if hmac.compare_digest(shown.encode(), code.encode()):
            return int(counter)
    return None
