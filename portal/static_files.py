"""Static files under names that change with their content, also where one script imports another."""

import posixpath
import re

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

IMPORT = re.compile(rb'^@import "([^"]+)";\n', re.MULTILINE)


class HashedFiles(CompressedManifestStaticFilesStorage):
    # Or a browser would mix a page's new script with an imported one from before the deployment.
    support_js_module_import_aggregation = True

    def post_process(self, paths, dry_run=False, **options):
        """A style sheet has what it imports in it: browsers would fetch one after another."""
        for name, source in list(paths.items()):
            if name.endswith(".css") and not dry_run and IMPORT.search(_read(*source)):
                whole = _with_imported(*source)
                self.delete(name)
                self._save(name, ContentFile(whole))
                paths[name] = self, name
        yield from super().post_process(paths, dry_run=dry_run, **options)


def _with_imported(storage, path):
    def imported(found):
        return _read(storage, posixpath.join(posixpath.dirname(path), found[1].decode()))

    return IMPORT.sub(imported, _read(storage, path))


def _read(storage, path):
    with storage.open(path) as file:
        return file.read()
