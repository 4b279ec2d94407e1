"""What the site says to robots and to phones."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from counties import changes
from counties.navigation import regions

ROBOTS = """\
User-agent: *
Disallow: /admin/
Disallow: /for-you/
Disallow: /preview/
Disallow: /search/

Sitemap: {site}/sitemap.xml
Sitemap: {site}/news-sitemap.xml
"""


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    text = ROBOTS.format(site=settings.SITE_URL)
    return changes.shows(HttpResponse(text, content_type="text/plain; charset=utf-8"), ())


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    name = regions().root.short_name
    data = {
        "id": "/",
        "name": name,
        "short_name": name,
        "description": _("Local news of every county"),
        "lang": "zh-Hans",
        "dir": "ltr",
        "start_url": "/",
        "scope": "/",
        "display": "minimal-ui",
        "background_color": "#f8f3e8",
        "theme_color": "#f8f3e8",
        "icons": [
            {"src": static("portal/icon.svg"), "sizes": "any", "type": "image/svg+xml"},
            {"src": static("portal/icon-192.png"), "sizes": "192x192", "type": "image/png"},
            {"src": static("portal/icon-512.png"), "sizes": "512x512", "type": "image/png"},
        ],
    }
    readable = {"ensure_ascii": False}
    response = JsonResponse(data, content_type="application/manifest+json", json_dumps_params=readable)
    return changes.shows(response, ())
