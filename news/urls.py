"""Addresses of news. Region paths are the slugs from the province down; the network's own is empty."""

from django.urls import path, re_path

from .views import account, article, channel, comments, corrections, feeds, preview, reading, search, sharing

REGION = r"(?P<path>[A-Za-z0-9-]+(?:/[A-Za-z0-9-]+){0,2})/"
ARTICLE = r"(?P<month>[0-9]{6})/(?P<pk>[0-9]{1,18})/"
SECTION = r"sections/(?P<section>[A-Za-z0-9-]+)/"
FEED = r"(?P<form>atom\.xml|rss\.xml|feed\.json)"
TAG = r"tags/(?P<slug>[-\w]+)/"

urlpatterns = [
    path("search/", search.search_page, name="search_page"),
    path("search/suggest/", search.search_suggest, name="search_suggest"),
    path("corrections/", corrections.correction_list, name="correction_list"),
    re_path(r"^preview/(?P<secret>[\w~-]+)/$", preview.story_preview, name="story_preview"),
    path("for-you/", reading.for_you, name="for_you"),
    path("articles/account/", account.account, name="account"),
    path("articles/account/sign-in/", account.account_sign_in, name="account_sign_in"),
    path("articles/account/register/", account.account_register, name="account_register"),
    path("articles/account/sign-out/", account.account_sign_out, name="account_sign_out"),
    path("articles/account/password/", account.account_password, name="account_password"),
    path("articles/account/delete/", account.account_delete, name="account_delete"),
    re_path(r"^articles/(?P<pk>[0-9]{1,18})/$", article.article_permalink, name="article_permalink"),
    re_path(
        r"^articles/(?P<pk>[0-9]{1,18})/poster-(?P<version>[0-9a-f]{12})\.png$",
        sharing.article_poster,
        name="article_poster",
    ),
    re_path(r"^articles/(?P<pk>[0-9]{1,18})/qr\.svg$", sharing.article_qr, name="article_qr"),
    re_path(
        r"^articles/(?P<pk>[1-9][0-9]{0,17})/comments/$", comments.article_comments, name="article_comments"
    ),
    re_path(r"^comments/(?P<pk>[1-9][0-9]{0,17})/like/$", comments.comment_like, name="comment_like"),
    re_path(r"^comments/(?P<pk>[1-9][0-9]{0,17})/report/$", comments.comment_report, name="comment_report"),
    re_path(r"^articles/(?P<pk>[0-9]{1,18})/seen/$", reading.article_seen, name="article_seen"),
    re_path(rf"^{TAG}$", channel.tag_page, name="tag_page"),
    re_path(rf"^{TAG}{FEED}$", feeds.tag_feed, name="tag_feed"),
    # The network first: it has no path, and no region may have a slug like these.
    re_path(r"^hot/$", channel.hot_page),
    re_path(rf"^{SECTION}$", channel.section_page),
    re_path(rf"^{ARTICLE}$", article.article_page),
    re_path(rf"^{FEED}$", feeds.channel_feed),
    re_path(rf"^{SECTION}{FEED}$", feeds.section_feed),
    re_path(rf"^{REGION}hot/$", channel.hot_page, name="hot_page"),
    re_path(rf"^{REGION}{SECTION}$", channel.section_page, name="section_page"),
    re_path(rf"^{REGION}{ARTICLE}$", article.article_page, name="article_page"),
    # Before the channels' own, which would take “sections” for a region.
    re_path(rf"^{REGION}{SECTION}{FEED}$", feeds.section_feed, name="section_feed"),
    re_path(rf"^{REGION}{FEED}$", feeds.channel_feed, name="channel_feed"),
    re_path(rf"^{REGION}$", channel.channel_page, name="channel_page"),
]
