"""Settings come from the environment; `docs/operating.md` lists every variable."""

from pathlib import Path

from django.utils.csp import CSP

from kring.core.database_url import databases
from kring.core.environment import env, env_bool, env_int, env_list
from kring.core.languages import LANGUAGES  # noqa: F401

BASE_DIR = Path(__file__).resolve().parent
DEBUG = env_bool("KRING_DEBUG", False)
# Demo and tests: serves the pretend payment provider, allows plain HTTP.
DEMO = env_bool("KRING_DEMO", False)
SECRET_KEY = env("KRING_SECRET_KEY")
SECRET_KEY_FALLBACKS = env_list("KRING_SECRET_KEY_FALLBACKS")
# Encrypts secrets at rest (core.secrets); first one writes, all read.
ENCRYPTION_KEYS = env_list("KRING_ENCRYPTION_KEYS") or [SECRET_KEY, *SECRET_KEY_FALLBACKS]

# --- hosts -------------------------------------------------------------------------------------
# "kring.localhost" or "example.org": the main site; portal.<host> the platform; <subdomain>.<host> one organisation.
HOST = env("KRING_HOST", "kring.localhost")
# The address people see, with port where there is one: "kring.localhost:8000".
NETLOC = env("KRING_NETLOC", HOST)
SCHEME = "http" if DEMO or DEBUG else env("KRING_SCHEME", "https")
# Domains of organisations' own come and go: HostMiddleware refuses all hosts that are nobody's (web/own_hosts.py).
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "kring.web.site.urls"
PORTAL_URLCONF = "kring.web.platform.urls"
ORGANISATION_URLCONF = "kring.web.urls"
WSGI_APPLICATION = "kring.wsgi.application"

INSTALLED_APPS = [
    "kring.core",
    "kring.organisations",
    "kring.mail",
    "kring.accounts",
    "kring.newsletter",
    "kring.places",
    "kring.forms",
    "kring.billing",
    "kring.payments",
    "kring.banking",
    "kring.plans",
    "kring.members",
    "kring.dues",
    "kring.direct_debit",
    "kring.events",
    "kring.registrations",
    "kring.waiting",
    "kring.partners",
    "kring.checkin",
    "kring.box_office",
    "kring.certificates",
    "kring.hosting",
    "kring.web",
    "kring.api",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.mfa",
    "django_htmx",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_tables2",
    "django_filters",
    "procrastinate.contrib.django",
]
if DEMO:
    INSTALLED_APPS.append("kring.demo")

MIDDLEWARE = [
    "kring.web.middleware.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "kring.web.middleware.caching.CachingMiddleware",
    "kring.api.middleware.ProblemMiddleware",
    "kring.web.middleware.errors.DatabaseAwayMiddleware",
    "kring.web.middleware.hosts.HostMiddleware",
    "kring.web.middleware.body_limits.BodyLimitMiddleware",
    "kring.web.middleware.bad_request.BadRequestMiddleware",
    "kring.api.limits.LimitMiddleware",
    "kring.web.middleware.sessions.SessionMiddleware",
    "kring.web.middleware.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "kring.web.middleware.bound_sessions.BoundSessionMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "kring.web.middleware.not_activated.NotActivatedMiddleware",
    "kring.web.middleware.login_attempts.LoginAttemptMiddleware",
    "kring.web.middleware.billing.BillingMiddleware",
    "kring.web.middleware.organisation_scope.OrganisationScopeMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Audiences, nouns of the staff's pages and payment methods are folders, not apps, with templates of their own.
        "DIRS": sorted(
            path
            for folders in ("web/*", "web/manage/*", "payments/methods/*")
            for path in BASE_DIR.glob(f"{folders}/templates")
        ),
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kring.web.context.site",
            ],
            "builtins": ["kring.web.templatetags.components", "kring.web.templatetags.plain"],
        },
    }
]
FORM_RENDERER = "kring.web.renderer.FormRenderer"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
DJANGO_TABLES2_TEMPLATE = "components/table.html"

# --- data --------------------------------------------------------------------------------------
DATABASES = databases()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MEDIA_ROOT = Path(env("KRING_MEDIA", str(BASE_DIR.parent / "media")))
MEDIA_URL = "/media/"
STORAGES = {
    "default": {"BACKEND": "kring.organisations.storage.CountedStorage"},
    # Files people handed in: beside MEDIA_ROOT, so that no address of a picture ever leads there.
    "private": {
        "BACKEND": "kring.organisations.storage.CountedStorage",
        "OPTIONS": {"location": env("KRING_PRIVATE_MEDIA", str(MEDIA_ROOT.parent / "private")), "base_url": None},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "kring.web.staticfiles.HashedFiles"
    },
}
STATIC_URL = "/static/"
STATIC_ROOT = Path(env("KRING_STATIC", str(BASE_DIR.parent / "staticfiles")))
# A request with several files; each has a limit of its own (forms.uploading).
LARGEST_BODY = 64 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_621_440

# --- accounts ----------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
ACCOUNT_ADAPTER = "kring.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "kring.accounts.signup.NameForm"
ACCOUNT_FORMS = {
    "login": "kring.accounts.logging_in.LogInForm",
    "change_password": "kring.accounts.new_password.OtherPasswordForm",
    "signup": "kring.accounts.signup_form.OpeningForm",
    "reset_password": "kring.accounts.new_password.ForgottenPasswordForm",
    "reset_password_from_key": "kring.accounts.new_password.NewPasswordForm",
    "set_password": "kring.accounts.new_password.FirstPasswordForm",
}
# How many seconds whoever logged in is believed to be still the same, where it matters (accounts/recent_login.py).
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_NOTIFICATIONS = True
# One address for each login: another one replaces it once it is confirmed.
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = SCHEME
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/portal/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
# allauth's own asks more of the database where there is an account than where there is none.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600
MFA_ADAPTER = "kring.accounts.second_factor.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "add_webauthn": "kring.accounts.passkey_forms.PasskeyForm",
    "edit_webauthn": "kring.accounts.passkey_forms.PasskeyNameForm",
}
# Browsers offer passkeys on *.localhost, too, where a demo speaks plain HTTP.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = SCHEME == "http"
SOCIALACCOUNT_ADAPTER = "allauth.socialaccount.adapter.DefaultSocialAccountAdapter"

# The rate limits of allauth (A7) count in the cache: it must be one for all processes, so it is a table. Large enough
# that nobody makes it forget a lock by trying many addresses.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
}

# What one program may ask of the API in a minute, and one address twice as often; 0: as much as it likes.
API_PER_MINUTE = env_int("KRING_API_PER_MINUTE", 300)

# How many mails that anybody can cause by typing an address, one address gets from one organisation; 0: no limit.
MAILS_PER_HOUR = env_int("KRING_MAILS_PER_HOUR", 10)
MAILS_PER_DAY = env_int("KRING_MAILS_PER_DAY", 30)
# All emails of one organisation in an hour; what exceeds it waits for the next one. 0: no limit.
MAILS_PER_ORGANISATION_PER_HOUR = env_int("KRING_MAILS_PER_ORGANISATION_PER_HOUR", 3000)
# What the files of one organisation may take, in megabytes. 0: no limit.
STORAGE_MEGABYTES = env_int("KRING_STORAGE_MEGABYTES", 10_000)
# The same of tickets that were ordered without paying, and without a confirmed address; a full order has 21 mails.
UNPAID_TICKETS_PER_HOUR = env_int("KRING_UNPAID_TICKETS_PER_HOUR", 25)
UNPAID_TICKETS_PER_DAY = env_int("KRING_UNPAID_TICKETS_PER_DAY", 60)
# Questions to a registry of members that one account, or visitors from one network, may cause; all of an event so many
# times as much (events/eligibility/asking_limits.py).
REGISTRY_PER_HOUR = env_int("KRING_REGISTRY_PER_HOUR", 100)

# django-allauth cascades in Python where our tables cascade in the database. Both point at User only, and
# `user.delete()` then does its part before the database does the rest: the chain these checks fear is not there.
# Without a mail server (demo) the mails stay in the outbox: mail.W001 fears they would fail.
# security.W008: whoever comes by http is sent to https by the proxy. security.W021: a list in browsers binds a whole
# domain for years, which is its owner's to decide.
SILENCED_SYSTEM_CHECKS = ["fields.E323", "models.E050", "mail.W001", "security.W008", "security.W021"]

# --- languages ---------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LOCALE_PATHS = sorted(BASE_DIR.rglob("locale"))
TIME_ZONE = "UTC"
USE_TZ = True

# --- mail: delivered by kring.mail, never by a view ---------------------------------------------
# Without EMAIL_HOST (demo) there is no mailer: the mails stay in the outbox, where they can be read.
MAILERS: dict = {}
if EMAIL_SERVER := env("EMAIL_HOST", ""):
    MAILERS["default"] = {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": EMAIL_SERVER,
            "port": env_int("EMAIL_PORT", 25),
            "username": env("EMAIL_HOST_USER", ""),
            "password": env("EMAIL_HOST_PASSWORD", ""),
            "use_tls": env_bool("EMAIL_USE_TLS", False),
            "use_ssl": env_bool("EMAIL_USE_SSL", False),
            "timeout": env_int("EMAIL_TIMEOUT", 20),
        },
    }
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", f"kring@{HOST}")

# --- jobs --------------------------------------------------------------------------------------
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
PROCRASTINATE_IMPORT_PATHS = ["kring.core.periodic"]

# --- security ----------------------------------------------------------------------------------
SECURE_CSP: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SCHEME == "https"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_ENGINE = "kring.accounts.sessions"
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_FAILURE_VIEW = "kring.web.errors.csrf_failure"
if SCHEME == "https":
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = env_int("KRING_HSTS_SECONDS", 31_536_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True

# The pretend provider answers only where nobody's money is (issue 2, point 9).
TESTPAY = DEMO
# Where payment providers are reached; elsewhere than here only in a demo, and in tests.
PROVIDER_URLS = {
    "stripe": env("KRING_STRIPE_URL", "https://api.stripe.com"),
    "mollie": env("KRING_MOLLIE_URL", "https://api.mollie.com"),
    "przelewy24": env("KRING_PRZELEWY24_URL", "https://secure.przelewy24.pl"),
    # The pretend one has both modes at one address.
    "przelewy24_sandbox": env("KRING_PRZELEWY24_URL", "https://sandbox.przelewy24.pl"),
}
# Where KSeF is reached, and where the links in its QR codes lead, by environment; elsewhere than here only in a demo,
# and in tests.
KSEF_URLS = {
    "production": env("KRING_KSEF_URL", "https://api.ksef.mf.gov.pl"),
    "demo": env("KRING_KSEF_URL", "https://api-demo.ksef.mf.gov.pl"),
    "test": env("KRING_KSEF_URL", "https://api-test.ksef.mf.gov.pl"),
}
KSEF_LINK_URLS = {
    "production": env("KRING_KSEF_URL", "https://qr.ksef.mf.gov.pl"),
    "demo": env("KRING_KSEF_URL", "https://qr-demo.ksef.mf.gov.pl"),
    "test": env("KRING_KSEF_URL", "https://qr-test.ksef.mf.gov.pl"),
}
PAYMENT_METHODS_PACKAGE = "kring.payments.methods"
# Where Mailchimp is reached; its API keys name the data centre.
MAILCHIMP_URL = env("KRING_MAILCHIMP_URL", "https://{dc}.api.mailchimp.com/3.0")
# Hosts, and what is below them, that may be asked over plain http and in a private network: a registry of members, the
# webhook of a newsletter.
PRIVATE_HOSTS = env_list("KRING_PRIVATE_HOSTS")
# The pretend login service beside a demo.
DEMO_OPENID_URL = env("KRING_OPENID_URL", "") if DEMO else ""
# The EU's service for VAT numbers; empty: it is not asked. The demo asks nobody.
VIES_URL = "" if DEMO else env("KRING_VIES", "https://ec.europa.eu/taxation_customs/vies/rest-api/check-vat-number")
ELIGIBILITY_RULES_PACKAGE = "kring.events.eligibility.rules"
PRICE_CONDITIONS_PACKAGE = "kring.events.pricing.conditions"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": "kring.core.logs.formatter"}},
    "filters": {"answers": {"()": "kring.core.logs.AnswersAreNoErrors"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": env("KRING_LOG_LEVEL", "INFO")},
    # Django would write its own to the console when debugging, and mail errors to ADMINS, both as they are.
    "loggers": {
        "django": {"level": "INFO"},
        "django.request": {"filters": ["answers"]},
        "django.server": {"level": "WARNING"},
        "procrastinate": {"level": "WARNING"},
        # Each of its requests, and its messages, which may hold the payer's address.
        "stripe": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},
        # That it has begun to log.
        "pikepdf": {"level": "WARNING"},
    },
}
