"""One settings file, driven by the environment; docs/settings.md explains every variable.

Without any environment the product is *embedded*: SQLite, mails as files, background work without a server, all
under VAR_DIR. It is *production* when KPIWEB_ENV says so or, without KPIWEB_ENV, as soon as DATABASE_URL is given or
SITE_URL starts with https://. Production refuses to start on an insecure setting and names it.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from kpiweb.environment import Environment, embedded_secret_key, made_folder, mail_settings, site_address
from kpiweb.production import faults

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment(os.environ)

# --- Which kind of installation ---

_database_url = env.text("DATABASE_URL")
_site_url = env.text("SITE_URL")
KPIWEB_ENV = env.choice(
    "KPIWEB_ENV",
    ("embedded", "production"),
    "production" if _database_url or _site_url.startswith("https://") else "embedded",
)
PRODUCTION = KPIWEB_ENV == "production"
VAR_DIR = Path(env.text("VAR_DIR", str(BASE_DIR / "var"))).resolve()
DEBUG = env.flag("DEBUG")
SITE_URL = site_address(_site_url or ("" if PRODUCTION else "http://localhost:8000"))
HTTPS = SITE_URL.startswith("https://")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", [] if PRODUCTION else [".localhost", "127.0.0.1", "[::1]"])
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", 0)
REDIS_URL = env.text("REDIS_URL")
EMAIL_URL = env.text("EMAIL_URL")
SECRET_KEY = env.text("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS", [])

if not PRODUCTION and not SECRET_KEY:
    SECRET_KEY = embedded_secret_key(VAR_DIR)
if PRODUCTION and (
    _faults := faults(
        debug=DEBUG,
        secret_key=SECRET_KEY,
        allowed_hosts=ALLOWED_HOSTS,
        site_url=SITE_URL,
        database=dj_database_url.parse(_database_url) if _database_url else {},
        redis_url=REDIS_URL,
        email_url=EMAIL_URL,
    )
):
    raise ImproperlyConfigured("KPI Web does not start with these settings:\n  " + "\n  ".join(_faults))

# --- Django ---

INSTALLED_APPS = [
    "kpiweb.apps.KpiwebConfig",
    "kpiweb.admin_site.KpiAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",  # its templates, which FORM_RENDERER looks for among ours
    "csp",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.google",
    "auditlog",
    "accounts",
    "kpi",
    "notifications",
    "tickets",
    "intake",
]
MIDDLEWARE = [
    "kpiweb.request_log.RequestLogMiddleware",
    "kpiweb.proxies.TrustedProxiesMiddleware",
    "accounts.site.SiteSettingsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "kpiweb.private_pages.PrivatePagesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "kpiweb.last_seen.LastSeenMiddleware",
    "kpiweb.audit.AuditMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.sessions.EndedSessionMiddleware",
    "accounts.second_step.SecondStepMiddleware",
]
ROOT_URLCONF = "kpiweb.urls"
WSGI_APPLICATION = "kpiweb.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tickets.demo.progress.demo_progress",
                "kpiweb.ui.context.page",
            ],
            "libraries": {"ui": "kpiweb.ui.tags", "admin_dates": "kpiweb.admin_dates"},
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
FORMAT_MODULE_PATH = "kpiweb.formats"
LOCALE_PATHS = [BASE_DIR / "kpiweb" / "locale"]

# --- Data ---

_database_default = f"sqlite:///{VAR_DIR / 'kpiweb.sqlite3'}"
DATABASES = {
    "default": dj_database_url.parse(_database_url or _database_default, conn_max_age=60, conn_health_checks=True)
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    made_folder(VAR_DIR)
    DATABASES["default"]["OPTIONS"] = {
        # Writers queue for the one write lock at their first statement: a transaction that reads first and writes
        # later would fail at once when another one wrote in between.
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY;",
    }
    # A file, as in real life: in memory there are no two writers.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
CACHES = {
    "default": {
        # In the database, so that sign-in, throttles and pages do not depend on Redis.
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "kpiweb_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# --- Static files ---

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(BASE_DIR / "staticfiles"))) if PRODUCTION else None
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_MAX_AGE = 60 if PRODUCTION else 0

# --- People ---

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/profile/"
LOGOUT_REDIRECT_URL = "/intake"
ACCOUNT_LOGOUT_REDIRECT_URL = LOGOUT_REDIRECT_URL
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_ADAPTER = "kpiweb.sign_in.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.SignInForm",
    "signup": "accounts.forms.SignUpForm",
    "reset_password": "accounts.forms.ForgottenPasswordForm",
    "reset_password_from_key": "accounts.forms.NewPasswordForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "request_login_code": "accounts.forms.AskCodeForm",
    "confirm_login_code": "accounts.forms.CodeForm",
    "reauthenticate": "accounts.forms.PasswordAgainForm",
}
CSRF_FAILURE_VIEW = "kpiweb.ui.errors.csrf_failure"
# What an admin decides (verification, codes) comes from SiteSettings through this door.
ALLAUTH_SETTING_GETTER = "accounts.decided.allauth_setting"
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "20/m/ip,5/5m/key",
    "signup": "20/m/ip",
    "reset_password": "20/m/ip,3/h/key",
    "confirm_email": "1/3m/key",
    "request_login_code": "20/m/ip,5/h/key",
}
ALLAUTH_TRUSTED_PROXY_COUNT = 0  # TrustedProxiesMiddleware has already put the client's address in its place
# The audit log keeps values as they are, and names instead of keys.
AUDITLOG_STORE_JSON_CHANGES = True
AUDITLOG_USE_FK_STRING_REPRESENTATION = True
# Google is offered where an operator gave it credentials. Its addresses are fixed in production; elsewhere the tests of
# sign-in point them at a provider of their own.
GOOGLE_CLIENT_ID = env.text("GOOGLE_CLIENT_ID")
GOOGLE_CLIENT_SECRET = env.text("GOOGLE_CLIENT_SECRET")
GOOGLE_ADDRESSES = {
    name: default if PRODUCTION else env.text(f"GOOGLE_{name}", default)
    for name, default in {
        "AUTHORIZE_URL": "https://accounts.google.com/o/oauth2/v2/auth",
        "TOKEN_URL": "https://oauth2.googleapis.com/token",
        "CERTS_URL": "https://www.googleapis.com/oauth2/v1/certs",
        "ISSUER": "https://accounts.google.com",
    }.items()
}
SOCIALACCOUNT_ADAPTER = "accounts.google.SocialAccountAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_PROVIDERS = {
    "google": {
        "provider_class": "accounts.google.GoogleProvider",
        "SCOPE": ["openid", "profile", "email"],
        "OAUTH_PKCE_ENABLED": True,
    }
}
SOCIALACCOUNT_REAUTHENTICATION_REQUIRED = True
MFA_ADAPTER = "accounts.second_step.MFAAdapter"
MFA_FORMS = {
    "authenticate": "accounts.second_step.AuthenticateForm",
    "reauthenticate": "accounts.second_step.ReauthenticateForm",
    "activate_totp": "accounts.second_step.ActivateForm",
}
MFA_TOTP_ISSUER = "KPI Web"
MFA_TOTP_TOLERANCE = 1  # a phone's clock may be half a minute off
SESSION_ENGINE = "django.contrib.sessions.backends.db"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- Security ---

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
LANGUAGE_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = env.number("HSTS_SECONDS", 31_536_000) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.flag("HSTS_INCLUDE_SUBDOMAINS")
SECURE_HSTS_PRELOAD = env.flag("HSTS_PRELOAD")
# Subdomains and the preload list concern a whole domain, of which this product is one host: its owner decides.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
# Never no-referrer: browsers then send "Origin: null" and every form is refused.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# --- Mail ---

MAIL_DIR = VAR_DIR / "mail"
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", f"KPI Web <no-reply@{urlsplit(SITE_URL).hostname or 'localhost'}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
if EMAIL_URL:
    globals().update(mail_settings(EMAIL_URL, timeout=env.number("EMAIL_TIMEOUT", 10)))
else:
    EMAIL_BACKEND = "kpiweb.mail_files.MailFileBackend"

# --- Background work ---

BROKER_DIR = VAR_DIR / "broker"
CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost"
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {
        "socket_connect_timeout": 1,
        "socket_timeout": 3,
        "socket_keepalive": True,
        "health_check_interval": 5,
        "visibility_timeout": 600,
    }
    if REDIS_URL
    else {
        "data_folder_in": str(BROKER_DIR / "messages"),
        "data_folder_out": str(BROKER_DIR / "messages"),
        "control_folder": str(BROKER_DIR / "control"),
        "polling_interval": 0.5,
    }
)
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# A page never waits for the broker: what could not be published is found by the sweeps.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_SERIALIZER = "json"
CELERY_RESULT_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
_sweep_every = 20.0 if REDIS_URL else 5.0
CELERY_BEAT_SCHEDULE = {
    "send waiting mails": {
        "task": "notifications.tasks.sweep",
        "schedule": _sweep_every,
        "options": {"expires": _sweep_every},
    },
    "tell that beat and worker live": {
        "task": "kpiweb.tasks.heartbeat",
        "schedule": 10.0,
        "options": {"expires": 10.0},
    },
    # The sweep behind the nudges of changes of the past.
    "go on with changes": {
        "task": "kpi.tasks.go_on_with_changes",
        "schedule": _sweep_every,
        "options": {"expires": _sweep_every},
    },
    "mark breached clocks": {"task": "kpi.tasks.mark_breaches", "schedule": 60.0, "options": {"expires": 60.0}},
    "check scores for drift": {"task": "kpi.tasks.check_drift", "schedule": crontab(hour=1, minute=30)},
    "import waiting files": {
        "task": "kpi.tasks.import_waiting_files",
        "schedule": _sweep_every,
        "options": {"expires": _sweep_every},
    },
    # The sweep behind the nudge that the admin gives when hours, holidays or targets change.
    "re-date open clocks": {"task": "kpi.tasks.redate_open_clocks", "schedule": 900.0, "options": {"expires": 900.0}},
}

# --- Logs ---

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "kpiweb.request_log.JsonFormatter"},
        "plain": {"()": "kpiweb.request_log.PlainFormatter"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json" if PRODUCTION else "plain"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO").upper()},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        # Errors keep their stack; what a visitor mistyped is in the request line already.
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
