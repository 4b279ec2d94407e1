"""Scripts import each other under hashed names, or a browser would mix those of two deployments."""

import re

import pytest
from django.core.files.base import ContentFile

from portal.static_files import HashedFiles
from tests.test_structure import files, text


def test_an_imported_script_is_named_by_its_content(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    storage = HashedFiles()
    storage.save("one.js", ContentFile(b'import { two } from "./two.js";\n'))
    storage.save("two.js", ContentFile(b"export const two = 2;\n"))

    list(storage.post_process({name: (storage, name) for name in ("one.js", "two.js")}))

    made = (tmp_path / storage.stored_name("one.js")).read_text()
    assert re.search(r'from "\./two\.[0-9a-f]{12}\.js"', made)


@pytest.mark.parametrize("file", files("news", "portal", kinds="js"), ids=lambda file: file.name)
def test_each_import_ends_with_the_semicolon_that_django_looks_for(file):
    assert re.findall(r"""^(?:import .*|\} )from ["']\.[^;\n]*$""", text(file), re.MULTILINE) == []
