"""Sessions, messages, CSRF tokens and a choice of language exist where staff work, and nowhere else.

A public page never sets, reads or varies by a cookie, so every copy of it is the same for everybody.
"""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

STAFF = "/admin/"


def scheme(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable:
    """SITE_URL alone says by which scheme a request came, neither a header nor the connection: so a kept page
    is the same, Strict-Transport-Security included, whoever asked for it first."""

    def middleware(request):
        request.META["wsgi.url_scheme"] = "https" if settings.HTTPS else "http"
        return get_response(request)

    return middleware


def embedding(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable:
    """Other sites may show our public pictures, as feed readers do, and load nothing else of ours."""

    def middleware(request):
        response = get_response(request)
        is_picture = response.get("Content-Type", "").startswith("image/")
        shared = is_picture and not request.path_info.startswith(STAFF)
        response["Cross-Origin-Resource-Policy"] = "cross-origin" if shared else "same-origin"
        return response

    return middleware


def language(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable:
    """Public pages are Chinese; staff choose the language of the admin."""
    for_staff = LocaleMiddleware(get_response)

    def middleware(request):
        if request.path_info.startswith(STAFF):
            return for_staff(request)
        translation.activate(settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = settings.LANGUAGE_CODE
        return get_response(request)

    return middleware


class _ForStaff:
    def __call__(self, request):
        return (
            super().__call__(request) if request.path_info.startswith(STAFF) else self.get_response(request)
        )


class StaffSession(_ForStaff, SessionMiddleware):
    pass


class StaffCsrf(_ForStaff, CsrfViewMiddleware):
    """Public POSTs are protected by Origin and Sec-Fetch-Site instead: see news.views.comments."""

    def process_view(self, request, *view):
        return super().process_view(request, *view) if request.path_info.startswith(STAFF) else None


class StaffAuthentication(_ForStaff, AuthenticationMiddleware):
    pass


class StaffMessages(_ForStaff, MessageMiddleware):
    pass
