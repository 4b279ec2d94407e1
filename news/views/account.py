"""A reader's account, where comments need one: the way in and out, the password, the end.

It lives below /articles/, as the comment cookie does. A comment typed before signing in travels along in
hidden fields, and the browser posts it again (307) once its author is known.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from time import time

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from counties.navigation import regions
from counties.signin import WrongTries

from .. import readers
from ..forms import NewPasswordForm, OwnPasswordForm, RegisterForm, SignInForm
from ..limits import exceeded
from .browsers import (
    AUTHOR,
    author_of,
    from_our_pages,
    hashed,
    new_token,
    private,
    reader_of,
    with_cookie,
    without_cookie,
)

CARRIED = "text", "parent"  # what was typed into the form of a comment
SIGN_IN, REGISTER, LEAVE = {"auto_id": "sign-in-%s"}, {"auto_id": "register-%s"}, {"auto_id": "leave-%s"}


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """One's own account; signed out, the way in."""
    _require_accounts()
    if reader := reader_of(request):
        return _own_page(request, reader)
    return sign_in_page(request, then=request.GET.get("next", ""))


def sign_in_page(
    request: HttpRequest, *, then: str = "", typed: Mapping = {}, status: int = 200, **more
) -> HttpResponse:
    """The way in, which leads on to `then` and takes along what is `typed` of a comment."""
    context = {
        "sign_in": SignInForm(**SIGN_IN),
        "register": RegisterForm(**REGISTER),
        "then": then,
        "typed": {name: typed[name] for name in CARRIED if typed.get(name)},
        "region": regions().root,
    }
    return private(render(request, "news/account_sign_in.html", context | more, status=status))


def _own_page(request, reader, status=200, **more):
    context = {
        "reader": reader,
        "password": NewPasswordForm(reader),
        "leave": OwnPasswordForm(reader, **LEAVE),
        "region": regions().root,
    }
    return private(render(request, "news/account.html", context | more, status=status))


def _act(view: Callable) -> Callable:
    """A POST from a page of ours, where comments need an account."""

    @sensitive_post_parameters()
    @wraps(view)
    def wrapped(request):
        _require_accounts()
        if request.method != "POST":
            return redirect("account")
        if not from_our_pages(request):
            return render(request, "403.html", status=403)
        return view(request)

    return wrapped


def _act_of_reader(view: Callable) -> Callable:
    @_act
    @wraps(view)
    def wrapped(request):
        reader = reader_of(request)
        return view(request, reader) if reader else redirect("account")

    return wrapped


def _require_accounts():
    if not settings.COMMENTS_REQUIRE_LOGIN:
        raise Http404(_("Comments need no account here."))


@_act
def account_sign_in(request: HttpRequest) -> HttpResponse:
    form, tries = SignInForm(request.POST, **SIGN_IN), WrongTries(request)
    if tries.too_many():
        return _again(request, sign_in=form, wait=_rest_of_minute())
    if form.is_valid():
        if reader := readers.authenticated(request, **form.cleaned_data):
            tries.was_right()
            return _enter(request, reader)
        if getattr(request, "axes_locked_out", False):
            return _again(request, sign_in=form, wait=int(settings.AXES_COOLOFF_TIME.total_seconds()))
        form.add_error(None, _("The name or the password is wrong, or the account is closed."))
    return _again(request, sign_in=form)


@_act
def account_register(request: HttpRequest) -> HttpResponse:
    form = RegisterForm(request.POST, **REGISTER)
    if not form.is_valid():
        return _again(request, register=form)
    # Counted here alone: a mistyped form costs nothing and tells nothing.
    if exceeded(request, "accounts", per_minute=5):
        return _again(request, register=form, wait=_rest_of_minute())
    try:
        reader = readers.register(**form.cleaned_data)
    except readers.Taken:
        # Which of the two is not said; nicknames are public, contacts are not.
        said = _("This nickname or contact is taken. If the account is yours, sign in with it.")
        form.add_error(None, said)
        return _again(request, register=form)
    return _enter(request, reader)


def _again(request, *, wait=0, **forms):
    """The way in once more, with the form that was sent; `wait` (seconds) where it was not looked at."""
    if wait:
        (form,) = forms.values()
        form.add_error(None, _too_many(wait))
    then, typed = request.POST.get("next", ""), request.POST
    response = sign_in_page(request, then=then, typed=typed, status=429 if wait else 422, **forms)
    return _later(response, wait) if wait else response


def _too_many(wait):
    return _("Too many tries. Wait %(minutes)d min and try again.") % {"minutes": -(-wait // 60)}


def _later(response, wait):
    response["Retry-After"] = str(wait)
    return response


def _rest_of_minute():
    return 60 - int(time() % 60)


def _enter(request, reader):
    """Under a new cookie, so that nobody who planted or knew the old one is signed in too."""
    then = request.POST.get("next", "")
    ours = then.startswith("/") and url_has_allowed_host_and_scheme(then, allowed_hosts=None)
    response = HttpResponseRedirect(
        then if ours else reverse("account"), preserve_request="text" in request.POST
    )
    return _signed_in(response, reader)


def _signed_in(response, reader):
    token = new_token()
    readers.sign_in(reader, hashed(token))
    return with_cookie(response, AUTHOR, token)


@_act
def account_sign_out(request: HttpRequest) -> HttpResponse:
    readers.sign_out(author_of(request))
    return without_cookie(redirect("account"), AUTHOR)


@_act_of_reader
def account_password(request: HttpRequest, reader: readers.Reader) -> HttpResponse:
    tries = WrongTries(request)
    if tries.too_many():
        return _own_page_later(request, reader)
    form = NewPasswordForm(reader, request.POST)
    if not form.is_valid():
        return _own_page(request, reader, status=422, password=form)
    tries.was_right()
    readers.change_password(reader, form.cleaned_data["new"])
    said = _("Your password is changed. All your other browsers are signed out.")
    return _signed_in(_own_page(request, reader, said=said), reader)


@_act_of_reader
def account_delete(request: HttpRequest, reader: readers.Reader) -> HttpResponse:
    tries = WrongTries(request)
    if tries.too_many():
        return _own_page_later(request, reader)
    form = OwnPasswordForm(reader, request.POST, **LEAVE)
    if not form.is_valid():
        return _own_page(request, reader, status=422, leave=form)
    tries.was_right()
    readers.delete(reader)
    said = _("Your account is deleted, and what you gave us to reach you is erased.")
    return without_cookie(sign_in_page(request, said=said), AUTHOR)


def _own_page_later(request, reader):
    wait = _rest_of_minute()
    return _later(_own_page(request, reader, status=429, refusal=_too_many(wait)), wait)
