"""Static files under names that change with their content, also where one script imports another."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):
    # Or a browser would mix a page's new script with an imported one from before the deployment.
    support_js_module_import_aggregation = True
