"""The product's settings, with a throw-away folder and fast password hashing."""

import atexit
import os
import shutil
import tempfile

_folder = tempfile.mkdtemp(prefix="xiangyin-test-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
os.environ["DATA_DIR"] = _folder
os.environ.setdefault("SITE_URL", "http://testserver")

from portal.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
WHITENOISE_AUTOREFRESH = True
RATE_LIMITS = False
STAFF_MFA = False
