"""Django's settings. What an installation may change comes from `environment()`."""

from datetime import timedelta
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from linli.config import logs
from linli.config.database import database
from linli.config.environment import environment
from linli.config.secrets import secret_key

ENV = environment()
PACKAGE = Path(__file__).resolve().parent.parent

SECRET_KEY = ENV.secret_key or secret_key(ENV.home)
DEBUG = ENV.debug
ALLOWED_HOSTS = ENV.served_hosts
ROOT_URLCONF = "linli.config.urls"
WSGI_APPLICATION = "linli.config.wsgi.application"
APPEND_SLASH = False

INSTALLED_APPS = [
    "linli.database",
    "linli.audit",
    "linli.counties",
    "linli.territory",
    "linli.organisations",
    "linli.accounts",
    "linli.access",
    "linli.attachments",
    "linli.notifications",
    "linli.casework",
    "linli.incidents",
    "linli.jobs",
    "linli.web",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "linli.config.headers.PolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "linli.config.heads.HeadMiddleware",
    "linli.config.compression.CompressionMiddleware",
    "linli.config.restarts.DatabaseRestartMiddleware",
    "linli.config.people.Sessions",
    "linli.config.languages.LanguageMiddleware",
    "linli.config.errors.ErrorPagesMiddleware",
    "django.middleware.common.CommonMiddleware",
    "linli.config.people.Csrf",
    "linli.config.people.Authentication",
    "linli.config.people.SessionRules",
    "allauth.account.middleware.AccountMiddleware",
    "linli.config.people.Messages",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "linli.config.middleware.CountyMiddleware",
]

DATABASES = {"default": database(ENV.database_url, prepared=ENV.prepared_statements)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "linli.web.shell.context",
            ],
        },
    }
]

LOGGING = logs.LOGGING

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = sorted(str(path) for path in PACKAGE.glob("**/locale") if path.is_dir())
FORMAT_MODULE_PATH = "linli.config.formats"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STATIC_ROOT = ENV.home / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if not DEBUG
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]

LOGIN_URL = "account:login"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "linli.accounts.backends.StaffBackend",
]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]  # a whole office may share one address
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True  # the audit log says who signed in
AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "code", "credential", "next"]  # not kept
SILENCED_SYSTEM_CHECKS = ["axes.W002"]  # the sign-in page answers a lockout itself
MFA_ADAPTER = "linli.accounts.second_factor.SealedAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1
MFA_TOTP_ISSUER = "Linli"

SESSION_ENGINE = "linli.accounts.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = ENV.session_hours * 3600
SESSION_IDLE_AGE = ENV.session_idle_minutes * 60
API_RATE, API_BURST = ENV.api_rate, ENV.api_burst
CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
if ENV.secure_origin:
    CSRF_TRUSTED_ORIGINS = [ENV.secure_origin]
if ENV.production:
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = False
    SECURE_HSTS_SECONDS = 31_536_000
