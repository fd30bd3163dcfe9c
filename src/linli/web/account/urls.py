"""Under /account/: no county, no case."""

from django.urls import path

from linli.web.account import factors, own, signing

app_name = "account"
urlpatterns = [
    path("", own.overview, name="overview"),
    path("login/", signing.login, name="login"),
    path("login/second/", signing.second_step, name="second_step"),
    path("login/passkey/options/", signing.passkey_challenge, name="passkey_challenge"),
    path("login/passkey/", signing.passkey_login, name="passkey_login"),
    path("logout/", signing.sign_out, name="logout"),
    path("places/", signing.places, name="places"),
    path("language/", own.language, name="language"),
    path("password/", own.password, name="password"),
    path("sessions/end/", own.end_others, name="end_others"),
    path("second-factor/", factors.choose, name="second_factor"),
    path("second-factor/app/", factors.totp, name="totp"),
    path("second-factor/passkey/", factors.passkey, name="passkey"),
    path("second-factor/passkey/options/", factors.passkey_options, name="passkey_options"),
    path("second-factor/codes/", factors.recovery_codes, name="recovery_codes"),
    path("second-factor/<int:factor>/remove/", factors.remove, name="remove_factor"),
]
