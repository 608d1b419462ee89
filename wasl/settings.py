"""One settings file. Whatever differs between two installations comes from the environment."""

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from wasl import environment as env
from wasl.payments.sandbox import companies

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.text("WASL_DATA_DIR", str(BASE_DIR / "var"))).resolve()

DEBUG = env.flag("WASL_DEBUG")
# Demo mode lets anybody become any demo person. A system check refuses it on a real database.
WASL_DEMO = env.flag("WASL_DEMO")
WASL_EMBEDDED_DATABASE = env.flag("WASL_EMBEDDED_DATABASE")

SECRET_KEY = env.secret("WASL_SECRET_KEY")
ALLOWED_HOSTS = env.words("WASL_HOSTS", "localhost,127.0.0.1,[::1],testserver")
WASL_PUBLIC_URL = env.text("WASL_PUBLIC_URL", f"http://127.0.0.1:{env.integer('PORT', 8000)}")
CSRF_TRUSTED_ORIGINS = [WASL_PUBLIC_URL]

INSTALLED_APPS = [
    "wasl.web",
    "wasl.api",
    "wasl.observatory",
    "wasl.quality",
    "wasl.connections",
    "wasl.complaints",
    "wasl.disclosures",
    "wasl.fieldwork",
    "wasl.payments",
    "wasl.outages",
    "wasl.billing",
    "wasl.casework",
    "wasl.customers",
    "wasl.network",
    "wasl.notifications",
    "wasl.transparency",
    "wasl.events",
    "wasl.accounts",
    "wasl.directorates",
    "wasl.core",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "wasl.web.middleware.SecurityHeadersMiddleware",
    # Before anything that could know who is asking.
    "wasl.disclosures.middleware.QuietPagesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "wasl.web.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "wasl.accounts.middleware.SignedInSessionMiddleware",
    "wasl.accounts.middleware.PolicyMiddleware",
]

ROOT_URLCONF = "wasl.urls"
WSGI_APPLICATION = "wasl.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "wasl.web.context.shell",
            ],
        },
    },
]
FORM_RENDERER = "wasl.core.forms.WaslRenderer"

DATABASES = {"default": env.database(env.secret("DATABASE_URL"))}
DATABASES["default"]["ATOMIC_REQUESTS"] = True  # row-level security lives in the transaction
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True  # the database may have been gone for a moment
DATABASES["default"]["TEST"] = {
    "NAME": env.text("WASL_TEST_DB", "test_wasl"),
    "TEMPLATE": "template0",
}
if env.flag("WASL_PREPARED_STATEMENTS"):
    # PostgreSQL plans a statement once for the connection: worth it where one does much, and not
    # behind a pooler that hands connections round by the transaction.
    DATABASES["default"]["OPTIONS"] |= {"server_side_binding": True, "prepare_threshold": 3}  # type: ignore[operator]
_role = env.text("WASL_DB_ROLE")
if _role:
    # Web and worker give up the owner's rights: no UPDATE or DELETE on what is append-only,
    # and row-level security applies to them (docs/adr/0003).
    DATABASES["default"]["OPTIONS"]["assume_role"] = _role  # type: ignore[index]

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "wasl.accounts.backends.StaffBackend",
    "wasl.accounts.backends.CitizenBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
WASL_FIELD_KEYS = env.secret("WASL_FIELD_KEYS")
WASL_INDEX_KEY = env.secret("WASL_INDEX_KEY")

LANGUAGE_CODE = "ar"
LANGUAGES = [("ar", _("Arabic")), ("ckb", _("Kurdish (Sorani)")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "wasl_lang"
FORMAT_MODULE_PATH = ["wasl.core.formats"]
USE_I18N = True
TIME_ZONE = "Asia/Baghdad"
USE_TZ = True
WASL_DIGITS = env.text("WASL_DIGITS", "western")

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "files", "base_url": None},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
WASL_UPLOAD_MAX_BYTES = env.integer("WASL_UPLOAD_MAX_BYTES", 8 * 1024 * 1024)

# How many desks each web process tells at once what has changed: each holds one of its threads.
WASL_LIVE_STREAMS = env.integer("WASL_LIVE_STREAMS", 2)

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = WASL_PUBLIC_URL.startswith("https://")
SECURE_HSTS_SECONDS = 31_536_000 if SESSION_COOKIE_SECURE else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "wasl.web.views.csrf_failure"
if env.flag("WASL_BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "casework:desk"  # of staff; citizens go back to where they were
ACCOUNT_ADAPTER = "wasl.accounts.adapters.AccountAdapter"
MFA_ADAPTER = "wasl.accounts.adapters.MFAAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_SESSION_COOKIE_AGE = 60 * 60 * 12  # staff, on shared desks: a working day
ACCOUNT_FORMS = {
    "login": "wasl.accounts.forms.StaffSignInForm",
    "reauthenticate": "wasl.accounts.forms.StaffPasswordForm",
    "change_password": "wasl.accounts.forms.StaffNewPasswordForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Wasl"
MFA_TOTP_TOLERANCE = 1  # a phone's clock may be half a minute off
MFA_FORMS = {
    "authenticate": "wasl.accounts.forms.SecondFactorForm",
    "reauthenticate": "wasl.accounts.forms.SecondFactorAgainForm",
    "activate_totp": "wasl.accounts.forms.SecondFactorSetUpForm",
}
WASL_PROXY_COUNT = ALLAUTH_TRUSTED_PROXY_COUNT = env.integer("WASL_PROXY_COUNT", 0)

CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "core_cache"}
}

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = env.text("WASL_SMTP_HOST")
EMAIL_PORT = env.integer("WASL_SMTP_PORT", 587)
EMAIL_HOST_USER = env.text("WASL_SMTP_USER")
EMAIL_HOST_PASSWORD = env.text("WASL_SMTP_PASSWORD")
EMAIL_USE_TLS = env.flag("WASL_SMTP_TLS", default=True)
DEFAULT_FROM_EMAIL = env.text("WASL_MAIL_FROM", "no-reply@wasl.example")

# Each channel and provider is a folder; a line here switches it on.
# By this key push services know us; without one there is no web push.
WASL_VAPID_PRIVATE_KEY = env.optional_secret("WASL_VAPID_PRIVATE_KEY")
WASL_CHANNELS = env.words(
    "WASL_CHANNELS",
    ("in_app,demo_phone" if WASL_DEMO else "in_app,sms_http,email")
    + (",web_push" if WASL_VAPID_PRIVATE_KEY else ""),
)
WASL_SMS_GATEWAY_URL = env.text("WASL_SMS_GATEWAY_URL")
WASL_SMS_GATEWAY_TOKEN = env.text("WASL_SMS_GATEWAY_TOKEN")
WASL_PAYMENT_PROVIDERS = {
    "zaincash": "wasl.payments.providers.zaincash.ZainCashProvider",
    "fib": "wasl.payments.providers.fib.FibProvider",
    "qi": "wasl.payments.providers.qi.QiProvider",
    "fastpay": "wasl.payments.providers.fastpay.FastPayProvider",
    "sandbox": "wasl.payments.providers.sandbox.SandboxProvider",
}
WASL_SANDBOX_URL = env.text("WASL_SANDBOX_URL", f"http://127.0.0.1:{env.integer('PORT', 8000) + 1}")
WASL_SANDBOX_SECRET = env.text("WASL_SANDBOX_SECRET", "sandbox" if WASL_DEMO else "")


def _stand_in(company: str, purpose: str) -> str:
    """In a demonstration, what the stand-in of a company and Wasl both know; otherwise nothing."""
    return companies.secret(WASL_SANDBOX_SECRET, company, purpose) if WASL_DEMO else ""


def _stand_in_url(company: str, path: str = "") -> str:
    return companies.address(WASL_SANDBOX_URL, company) + path if WASL_DEMO else ""


# Qi: wasl/payments/providers/qi/README.md
WASL_QI_URL = env.text("WASL_QI_URL", _stand_in_url("qi", "/api/v1"))
WASL_QI_USERNAME = env.text("WASL_QI_USERNAME", "wasl" if WASL_DEMO else "")
WASL_QI_PASSWORD = env.optional_secret("WASL_QI_PASSWORD", _stand_in("qi", "password"))
WASL_QI_TERMINAL_ID = env.text("WASL_QI_TERMINAL_ID", "WASL0001" if WASL_DEMO else "")
WASL_QI_PUBLIC_KEY = env.text("WASL_QI_PUBLIC_KEY")
WASL_QI_PUBLIC_KEY_FILE = env.text(
    "WASL_QI_PUBLIC_KEY_FILE", str(DATA_DIR / "sandbox/qi/public.pem") if WASL_DEMO else ""
)
WASL_QI_SIGNATURE_DECIMALS = env.integer("WASL_QI_SIGNATURE_DECIMALS", 3)
# FastPay: wasl/payments/providers/fastpay/README.md
WASL_FASTPAY_URL = env.text("WASL_FASTPAY_URL", _stand_in_url("fastpay"))
WASL_FASTPAY_STORE_ID = env.text("WASL_FASTPAY_STORE_ID", "100001_001" if WASL_DEMO else "")
WASL_FASTPAY_STORE_PASSWORD = env.optional_secret(
    "WASL_FASTPAY_STORE_PASSWORD", _stand_in("fastpay", "store password")
)
WASL_FASTPAY_REFUND_SECRET_KEY = env.optional_secret(
    "WASL_FASTPAY_REFUND_SECRET_KEY", _stand_in("fastpay", "refund secret key")
)
# ZainCash: wasl/payments/providers/zaincash/README.md
WASL_ZAINCASH_URL = env.text("WASL_ZAINCASH_URL", _stand_in_url("zaincash"))
WASL_ZAINCASH_CLIENT_ID = env.text("WASL_ZAINCASH_CLIENT_ID", "wasl" if WASL_DEMO else "")
WASL_ZAINCASH_CLIENT_SECRET = env.optional_secret(
    "WASL_ZAINCASH_CLIENT_SECRET", _stand_in("zaincash", "client secret")
)
WASL_ZAINCASH_API_KEY = env.optional_secret(
    "WASL_ZAINCASH_API_KEY", _stand_in("zaincash", "api key")
)
# FIB: wasl/payments/providers/fib/README.md
WASL_FIB_URL = env.text("WASL_FIB_URL", _stand_in_url("fib"))
WASL_FIB_CLIENT_ID = env.text("WASL_FIB_CLIENT_ID", "wasl" if WASL_DEMO else "")
WASL_FIB_CLIENT_SECRET = env.optional_secret(
    "WASL_FIB_CLIENT_SECRET", _stand_in("fib", "client secret")
)
WASL_FIB_CATEGORY = env.text("WASL_FIB_CATEGORY", "UTILITY")
WASL_FIB_EXPIRES_IN = env.text("WASL_FIB_EXPIRES_IN", "PT15M")
WASL_FIB_REFUNDABLE_FOR = env.text("WASL_FIB_REFUNDABLE_FOR", "P7D")
# Where a payer may be sent from the button "Pay": the companies' payment pages.
WASL_FORM_ACTIONS = (
    [companies.address(WASL_SANDBOX_URL, name) for name in companies.COMPANIES]
    if WASL_DEMO
    else env.words("WASL_FORM_ACTIONS")
)

WASL_LOG_ORIGIN = env.text("WASL_LOG_ORIGIN", "wasl.example/log")
WASL_LOG_DIR = Path(env.text("WASL_LOG_DIR", str(DATA_DIR / "log")))
WASL_LOG_KEY_FILE = Path(env.text("WASL_LOG_KEY_FILE", str(DATA_DIR / "keys" / "log.pem")))
WASL_LOG_POLICY_FILE = env.text("WASL_LOG_POLICY_FILE")  # witnesses, as a tlog-policy file
# While a key is being replaced, the former one signs too (docs/how-to/run-a-witness.md).
WASL_LOG_FORMER_KEY_FILE = env.text("WASL_LOG_FORMER_KEY_FILE")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.text("WASL_LOG_LEVEL", "WARNING")},
    "loggers": {"wasl": {"level": "INFO"}, "django.request": {"level": "ERROR"}},
}
