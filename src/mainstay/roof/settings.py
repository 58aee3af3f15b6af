"""Django's settings, all of them from ``config``."""

from pathlib import Path

from csp.constants import NONE, SELF

from mainstay.roof import config, logs

CONFIG = config.load()
SOURCE = Path(__file__).resolve().parent.parent
ROOMS = [
    "common",
    "accounts",
    "directory",
    "record",
    "documents",
    "attendance",
    "team",
    "casework",
    "penalties",
    "missing",
    "employment",
    "patrols",
    "traded",
    "feedback",
    "purchased",
    "orders",
    "court",
    "public",
]

SECRET_KEY = CONFIG.secret()
DEBUG = CONFIG.debug
ALLOWED_HOSTS = [host.strip() for host in CONFIG.allowed_hosts.split(",") if host.strip()]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    *(f"mainstay.service.{room}.apps.{room.title()}Config" for room in ROOMS),
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "mainstay.service.common.requests.RequestMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "mainstay.service.accounts.middleware.SignedInMiddleware",
    "mainstay.service.common.requests.BoundsMiddleware",
]
ROOT_URLCONF = "mainstay.roof.urls"
WSGI_APPLICATION = "mainstay.roof.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [SOURCE / "service" / room / "templates" for room in ROOMS],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "mainstay.service.common.ui.jinja.environment",
            "context_processors": ["mainstay.service.accounts.context.frame"],
        },
    }
]
FORM_RENDERER = "mainstay.service.common.ui.forms.GovukRenderer"

DATABASES = {"default": CONFIG.database()}
if "sqlite3" in DATABASES["default"]["ENGINE"]:
    # a read of a child's record is logged into a file of its own, so that it never waits for an import
    main = Path(DATABASES["default"]["NAME"])
    DATABASES["reads"] = config.sqlite(main.with_name(f"{main.stem}-reads{main.suffix}"))
    DATABASE_ROUTERS = ["mainstay.service.record.router.ReadLogRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["mainstay.service.directory.backend.Backend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
STRANGERS_HOME = "information"  # where somebody without a sign-in who asks for the first page is led
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "mainstay.service.accounts.adapter.AccountAdapter"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_FORMS = {
    "login": "mainstay.service.accounts.forms.SignInForm",
    "change_password": "mainstay.service.accounts.forms.PasswordForm",
    "set_password": "mainstay.service.accounts.forms.FirstPasswordForm",
}
# by the account rather than by the address alone: a whole school sits behind one address
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",
    "login_failed": "5/300s/key,100/m/ip",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
}
ALLAUTH_TRUSTED_PROXY_COUNT = CONFIG.proxies
PASSWORD_RESET_TIMEOUT = 24 * 3600
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_TEMPLATE_EXTENSION = "jinja"
MFA_ADAPTER = "mainstay.service.accounts.adapter.SecondFactorAdapter"
MFA_RECOVERY_CODE_COUNT = 10
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Mainstay"
SESSION_COOKIE_AGE = CONFIG.session_hours * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "mainstay.service.common.errors.csrf_failure"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = CONFIG.https
if CONFIG.https:
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF, *CONFIG.pay_pages],  # a form's answer may send a payer on
        "frame-ancestors": [NONE],
    }
}
# rate limits hold over every worker because the counters are in the database
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},  # at 300, the default, others' tries would push a counter out
    }
}

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
# pages for staff are English; the public pages switch by themselves, and fall back to English word by word
USE_I18N = True
LANGUAGES = [("en-gb", "English"), ("pl", "polski"), ("ro", "română")]
LOCALE_PATHS = [SOURCE / "service" / "public" / "locale"]
STATIC_URL = "static/"
STATIC_ROOT = CONFIG.var.resolve() / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_TEMP_DIR = None
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
DEFAULT_FROM_EMAIL = CONFIG.email_from
LOGGING_CONFIG = None
logs.configure(CONFIG.log_level, as_json=not CONFIG.demo)
NINJA_PAGINATION_PER_PAGE = 50
