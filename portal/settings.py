"""Settings of Portico. Every value comes from the environment; ``docs/settings.md`` describes each."""

from pathlib import Path
from urllib.parse import urlsplit

from portal import env, logs

# --- Core -------------------------------------------------------------------------------------------------

BASE_DIR = Path(__file__).resolve().parent.parent
PORTICO_HOME = env.home()
PORTICO_URL = env.text("PORTICO_URL", f"http://127.0.0.1:{env.integer('PORT', 8000)}").rstrip("/")
PORTICO_NAME = env.text("PORTICO_NAME", "Portico")

_public = urlsplit(PORTICO_URL)
_https = _public.scheme == "https"

DEBUG = False
SECRET_KEY = env.secret_key()
ALLOWED_HOSTS = [
    _public.hostname or "127.0.0.1",
    "127.0.0.1",
    "localhost",
    *env.words("PORTICO_ALLOWED_HOSTS"),
]
CSRF_TRUSTED_ORIGINS = [PORTICO_URL]

INSTALLED_APPS = [
    "portal",
    "gateway",
    "marketplace",
    "discovery",
    "catalog",
    "accounts",
    "common",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
]

MIDDLEWARE = [
    "portal.metrics.MetricsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "common.web.bodies.BoundedBodies",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.web.middleware.ActorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "common.web.errors.ErrorPages",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "en-gb"
TIME_ZONE = env.text("PORTICO_TIME_ZONE", "UTC")
USE_I18N = False
USE_TZ = True
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "loaders": [
                ("django.template.loaders.cached.Loader", ["django.template.loaders.filesystem.Loader"]),
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "portal.context.site",
            ],
            "libraries": {},
            "builtins": ["common.web.templatetags.components"],
        },
    },
]

# --- Database ---------------------------------------------------------------------------------------------

DATABASES = {"default": env.database(env.database_url())}
DATABASES["default"] |= {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
# Compiling a statement, or starting workers for it, takes longer than the longest of ours runs; no disk seeks as
# slowly as the planner assumes; and the statements that are prepared (those of search) are written for one plan.
# A process that is frozen in the middle of a transaction keeps its locks: after five minutes others go on without it.
DATABASES["default"]["OPTIONS"].setdefault(
    "options",
    "-c jit=off -c max_parallel_workers_per_gather=0 -c random_page_cost=1.1 -c plan_cache_mode=force_generic_plan"
    " -c idle_in_transaction_session_timeout=300s",
)

# --- People -----------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# --- Notices ----------------------------------------------------------------------------------------------

_mail = env.mail("PORTICO_EMAIL_URL")
# Without a server no mail is made, and pages say so.
PORTICO_MAIL_IS_ON = _mail is not None
if _mail is not None:
    EMAIL_HOST, EMAIL_PORT = _mail.host, _mail.port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.user, _mail.password
    EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.tls == "starttls", _mail.tls == "always"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("PORTICO_EMAIL_FROM") or f"portico@{_public.hostname or 'localhost'}"
PORTICO_NOTICE_DAYS = env.integer("PORTICO_NOTICE_DAYS", 90)

# --- REST -------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.rest.authentication.TokenAuthentication",
        "accounts.rest.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["common.rest.renderers.ORJSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["common.rest.parsers.StrictJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "common.rest.pagination.KeyPagination",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "common.rest.schema.PorticoSchema",
    "EXCEPTION_HANDLER": "common.rest.problems.handle_exception",
    # `format` is a facet of the catalog; the answer's format follows from Accept alone.
    "URL_FORMAT_OVERRIDE": None,
    "DEFAULT_METADATA_CLASS": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}

# Requests a minute: reads and writes of one token or person, and of one address that is not signed in; 0 is no limit.
PORTICO_RATE_READS = env.integer("PORTICO_RATE_READS", 3000)
PORTICO_RATE_PUBLISHES = env.integer("PORTICO_RATE_PUBLISHES", 600)
PORTICO_RATE_ANONYMOUS = env.integer("PORTICO_RATE_ANONYMOUS", 600)
PORTICO_MAX_JSON_BYTES = 1_000_000

SPECTACULAR_SETTINGS = {
    "TITLE": "Portico",
    "DESCRIPTION": "Discover, publish, find and read the APIs and services of an organisation.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "SERVE_AUTHENTICATION": None,
    "CAMELIZE_NAMES": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "common.rest.schema.share_answers",
    ],
    "ENUM_NAME_OVERRIDES": {
        "Role": "accounts.models.Role",
        "TeamRole": "accounts.models.TeamRole",
        "Scope": "accounts.models.Scope",
        "CallerKind": ["user", "token"],
        "Lifecycle": "catalog.models.Lifecycle",
        "ServiceKind": "catalog.models.ServiceKind",
        "Visibility": "catalog.models.Visibility",
        "RunState": "discovery.models.RunState",
        "DiscoveredState": "discovery.models.State",
        "RuleAction": "discovery.models.RuleAction",
        "GatewayState": ["serving", "waiting", "out_of_contact", "new"],
        "RequestKind": "marketplace.models.RequestKind",
        "RequestState": "marketplace.models.RequestState",
        "SubscriptionState": "marketplace.models.SubscriptionState",
        "CredentialKind": "marketplace.models.CredentialKind",
        "CredentialState": "marketplace.credentials.KeyState",
        "EnforcementState": ["in_force", "waiting", "refused", "out_of_contact", "no_route"],
    },
}

# --- Cache ------------------------------------------------------------------------------------------------

PORTICO_CACHE_URL = env.text("PORTICO_CACHE_URL")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": PORTICO_CACHE_URL}
    if PORTICO_CACHE_URL
    else {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# --- Background work --------------------------------------------------------------------------------------

CELERY_BROKER_URL = env.text("CELERY_BROKER_URL", "folder://")
if CELERY_BROKER_URL == "folder://":
    CELERY_BROKER_TRANSPORT_OPTIONS = {"folder": str(PORTICO_HOME / "broker")}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_DEFAULT_QUEUE = "portico"
# Runs take long and have workers of their own: what people wait for is never behind one.
CELERY_TASK_ROUTES = {
    "discovery.tasks.work": {"queue": "discovery"},
    "discovery.tasks.apply_rules": {"queue": "discovery"},
    "discovery.tasks.fetch_specifications": {"queue": "discovery"},
}
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SOFT_TIME_LIMIT = 300
CELERY_TASK_TIME_LIMIT = 330
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# Remote control and events would need a queue a worker; the figures come from Prometheus instead.
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_TIMEZONE = TIME_ZONE

# --- Discovery --------------------------------------------------------------------------------------------

PORTICO_SECRETS_KEYS = env.secrets_keys()
PORTICO_SOURCES_ROOT = env.folder("PORTICO_SOURCES_ROOT")
PORTICO_CONNECTORS = (
    "discovery.connectors.kubernetes.connector.Kubernetes",
    "discovery.connectors.manifests.connector.Manifests",
    *env.words("PORTICO_CONNECTORS"),
)
PORTICO_RUN_SECONDS = env.integer("PORTICO_RUN_SECONDS", 1200)
PORTICO_RUN_SERVICES = env.integer("PORTICO_RUN_SERVICES", 200_000)
# Private networks in which addresses may be called that nobody with administration rights chose.
PORTICO_PRIVATE_NETWORKS = env.networks("PORTICO_PRIVATE_NETWORKS")

# --- Gateways ---------------------------------------------------------------------------------------------

# How many agents may wait for news in one process. Each takes a thread of it: pages are served by few of them, and the
# process that is there for the agents says more.
PORTICO_GATEWAY_WAITERS = env.integer("PORTICO_GATEWAY_WAITERS", 1)
PORTICO_USAGE_DAYS = env.integer("PORTICO_USAGE_DAYS", 90)

# --- Security ---------------------------------------------------------------------------------------------

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = _https
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.boolean("PORTICO_BEHIND_PROXY") else None
SECURE_REFERRER_POLICY = "same-origin"
# Agents beside the portal ask it on loopback; to be sent elsewhere would take their token there.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$", r"^api/v1/gateway-agent/"]
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "portal.errors.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "style-src": ["'self'"],
        "script-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
    },
}

# The largest upload that a connector of ours asks for, and what a form has beside it.
PORTICO_MAX_BODY_BYTES = env.integer("PORTICO_MAX_BODY_MB", 64) * 1_000_000
# A specification's body is read from the stream against its own cap; this one bounds ordinary forms.
PORTICO_MAX_SPECIFICATION_BYTES = env.integer("PORTICO_MAX_SPECIFICATION_MB", 10) * 1_000_000
DATA_UPLOAD_MAX_MEMORY_SIZE = PORTICO_MAX_SPECIFICATION_BYTES + 1_000_000
FILE_UPLOAD_MAX_MEMORY_SIZE = PORTICO_MAX_SPECIFICATION_BYTES + 1_000_000

# --- Static files -----------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = PORTICO_HOME / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- Observation ------------------------------------------------------------------------------------------

PORTICO_METRICS_TOKEN = env.text("PORTICO_METRICS_TOKEN")
LOGGING = logs.configuration(
    json=env.choice("PORTICO_LOG_FORMAT", ("console", "json")) == "json",
    level=env.choice("PORTICO_LOG_LEVEL", ("INFO", "DEBUG", "WARNING", "ERROR")),
)
