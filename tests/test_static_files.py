"""What becomes of static files on their way into the folder that is served."""

import re

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage

from portal.static_files import HashedFiles
from tests.test_structure import files, text


def test_an_imported_script_is_named_by_its_content(settings, tmp_path):
    """Or a browser would mix those of two deployments."""
    settings.STATIC_ROOT = tmp_path
    storage = HashedFiles()
    storage.save("one.js", ContentFile(b'import { two } from "./two.js";\n'))
    storage.save("two.js", ContentFile(b"export const two = 2;\n"))

    list(storage.post_process({name: (storage, name) for name in ("one.js", "two.js")}))

    made = (tmp_path / storage.stored_name("one.js")).read_text()
    assert re.search(r'from "\./two\.[0-9a-f]{12}\.js"', made)


def test_a_style_sheet_is_served_with_what_it_imports(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "served"
    source, served = FileSystemStorage(tmp_path), HashedFiles()
    for name, said in {
        "css/all.css": '/* all */\n@import "one.css";\n',
        "css/one.css": "p { margin: 0; }\n",
    }.items():
        for storage in (source, served):
            storage.save(name, ContentFile(said.encode()))

    for _again in range(2):  # as at the next deployment, when the copy is there already
        list(served.post_process({name: (source, name) for name in ("css/all.css", "css/one.css")}))

        for name in ("css/all.css", served.stored_name("css/all.css")):
            assert served.open(name).read() == b"/* all */\np { margin: 0; }\n"


@pytest.mark.parametrize("file", files("news", "portal", kinds="js"), ids=lambda file: file.name)
def test_each_import_ends_with_the_semicolon_that_django_looks_for(file):
    assert re.findall(r"""^(?:import .*|\} )from ["']\.[^;\n]*$""", text(file), re.MULTILINE) == []
