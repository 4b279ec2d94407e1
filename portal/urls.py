from django.contrib import admin
from django.urls import include, path, re_path

from . import machines, sitemaps, views

handler400 = views.bad_request
handler403 = views.forbidden
handler404 = views.not_found
handler500 = views.server_error

urlpatterns = [
    path("", views.home, name="home"),
    path("about/", views.about, name="about"),
    path("livez", views.livez, name="livez"),
    path("readyz", views.readyz, name="readyz"),
    re_path(r"^media/(?P<name>[\w./-]+)$", views.media, name="media"),
    path("robots.txt", machines.robots, name="robots"),
    path("manifest.webmanifest", machines.manifest, name="manifest"),
    path("sitemap.xml", sitemaps.sitemap_index, name="sitemap_index"),
    path("news-sitemap.xml", sitemaps.news_sitemap, name="news_sitemap"),
    path("sitemap-regions.xml", sitemaps.sitemap_regions, name="sitemap_regions"),
    re_path(
        r"^sitemap-(?P<month>[0-9]{6})(?:-(?P<page>[0-9]{1,4}))?\.xml$",
        sitemaps.sitemap_month,
        name="sitemap_month",
    ),
    path("admin/", admin.site.urls),
    path("", include("counties.urls")),
    path("", include("news.urls")),
]
