"""Settings, all from the environment; the README lists the variables."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from portal import env

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / "var"))).resolve()

# Mode and address

DEBUG = env.switch("DEBUG")
SECRET_KEY = env.secret("SECRET_KEY", DATA_DIR)
SITE_URL = env.address("SITE_URL", env.kept("SITE_URL", DATA_DIR, "http://127.0.0.1:8000"))
HTTPS = SITE_URL.startswith("https:")
ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS") or [urlsplit(SITE_URL).hostname, "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [SITE_URL]
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES")

# Applications

INSTALLED_APPS = [
    "portal",
    "counties",
    "news",
    "counties.apps.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_prose_editor",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
]
MIDDLEWARE = [
    "portal.middleware.scheme",
    "portal.middleware.embedding",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "compression_middleware.middleware.CompressionMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "portal.middleware.language",
    "portal.middleware.StaffSession",
    "django.middleware.common.CommonMiddleware",
    "portal.middleware.StaffCsrf",
    "portal.middleware.StaffAuthentication",
    "portal.middleware.StaffMessages",
    "counties.signin.Guard",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "portal.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "portal.context.site",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "libraries": {"i18n": "portal.i18n"},
        },
    }
]
WSGI_APPLICATION = "portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "counties.User"
SILENCED_SYSTEM_CHECKS = [
    "axes.W002",  # counties.signin answers who is locked out, on the sign-in page itself
    "security.W003",  # the CSRF middleware is there, as portal.middleware.StaffCsrf
    "templates.W003",  # portal.i18n takes the place of Django's
    "security.W008",  # the proxy in front redirects to https, and health checks come by plain http
]

# Data

if database := env.text("DATABASE_URL"):
    DATABASES = {"default": env.database("DATABASE_URL", database)}
else:
    DATABASES = {"default": env.SQLITE | {"NAME": str(DATA_DIR / "db.sqlite3")}}
if redis := env.redis("REDIS_URL"):
    CACHES = {
        "default": {
            "BACKEND": "django_redis.cache.RedisCache",
            "LOCATION": redis,
            "OPTIONS": {"IGNORE_EXCEPTIONS": True, "SOCKET_TIMEOUT": 1, "SOCKET_CONNECT_TIMEOUT": 1},
        }
    }
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "OPTIONS": {"MAX_ENTRIES": 100_000},
        }
    }
# Parts of the frame that the templates keep ready (see portal.context), in the memory of each process.
CACHES["template_fragments"] = {
    "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
    "LOCATION": "template_fragments",
    "OPTIONS": {"MAX_ENTRIES": 1_000},  # of 1 to 4 KB
}
DATABASES |= env.replicas("REPLICA_URLS", DATABASES["default"])
if len(DATABASES) > 1:
    DATABASE_ROUTERS = ["portal.replicas.Router"]
    MIDDLEWARE.insert(0, "portal.replicas.Reading")

# Files. Originals are kept apart from what is public and have no address.

ORIGINALS_DIR = DATA_DIR / "originals"
MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "/media/"
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
if storage := env.text("STORAGE_URL"):
    STORAGES = {"default": env.bucket("STORAGE_URL", storage, "media")}
    STORAGES["originals"] = env.bucket("STORAGE_URL", storage, "originals")
else:
    STORAGES = {"default": {"BACKEND": "portal.storage.Folder"}}
    STORAGES["originals"] = STORAGES["default"] | {"OPTIONS": {"location": ORIGINALS_DIR, "base_url": None}}
STORAGES |= {
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "portal.static_files.HashedFiles"
    },
}
WHITENOISE_MAX_AGE = 300
WHITENOISE_ALLOW_ALL_ORIGINS = False
FILE_UPLOAD_PERMISSIONS = 0o644
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20

# Language and time

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# Trust

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
DEMO_PASSWORD = env.text("DEMO_PASSWORD")

# Signing in. A second factor is obligatory for chief editors and superusers unless STAFF_MFA=0. After more
# than ten wrong passwords for one account from one address, that pair waits a quarter of an hour; the count
# is in the database, as all processes must know it.

STAFF_MFA = env.switch("STAFF_MFA", default=True)
LOGIN_URL, LOGIN_REDIRECT_URL = "admin:login", "admin:index"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 11
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = AXES_VERBOSE = False
AXES_CLIENT_IP_CALLABLE = "news.limits.address_of"
OTP_TOTP_ISSUER = f"乡音 {urlsplit(SITE_URL).hostname}"
SESSION_ENGINE = "counties.sessions"
SESSION_COOKIE_AGE = 12 * 60 * 60  # seconds without any request: a long shift

# What browsers are told

SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
LANGUAGE_COOKIE_NAME = "__Secure-language" if HTTPS else "django_language"  # for /admin/ alone
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
PERMISSIONS_POLICY = {name: [] for name in ("camera", "geolocation", "microphone", "payment", "usb")}

# How many reviews a text needs before it is published (三审三校); 1 lets an editor sign their own text

REVIEWS = env.number("REVIEWS", 1)
if not 1 <= REVIEWS <= 3:
    raise ImproperlyConfigured(f"REVIEWS={REVIEWS}: use 1, 2 or 3")

# Limits: requests an address may make (0 switches them off, for load runs only)

RATE_LIMITS = env.switch("RATE_LIMITS", default=True)

# Comments. Times are in days; 0 closes no comments by age. An address is kept only on request, encrypted, for
# as long as the law asks.

COMMENTS_REQUIRE_LOGIN = env.switch("COMMENTS_REQUIRE_LOGIN")
COMMENTS_CLOSE_AFTER_DAYS = env.number("COMMENTS_CLOSE_AFTER_DAYS", 0)
COMMENT_RETENTION_DAYS = env.number("COMMENT_RETENTION_DAYS", 90)
KEEP_ADDRESSES = env.switch("KEEP_ADDRESSES")
ADDRESS_RETENTION_DAYS = env.number("ADDRESS_RETENTION_DAYS", 180)

# What the footer says

ICP_NUMBER = env.text("ICP_NUMBER")
POLICE_NUMBER = env.text("POLICE_NUMBER")
CONTACT_EMAIL = env.text("CONTACT_EMAIL")

# What operators see: figures for Prometheus on an internal address, and a log on the standard output

METRICS_ADDRESS = env.listening("METRICS_ADDRESS")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"format": "{asctime} {levelname} {name} {message}", "style": "{"},
        "json": {"()": "portal.logs.Lines"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "json" if env.switch("LOG_JSON") else "text",
        }
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"axes": {"level": "WARNING"}},  # each sign-in writes four lines, none with a name
}
