"""The staff's way in: password, then a code where there is a second factor, and the pages about both.

Wrong passwords are counted twice: in a minute for each address (in the cache), and for each account and
address (in the database, by django-axes). An unknown name is treated like a known one in all of it.
"""

from datetime import timedelta
from time import time

from axes.helpers import get_client_ip_address
from django.conf import settings
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import TO_FIELD_VAR
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth import logout
from django.contrib.auth.views import LoginView
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.crypto import constant_time_compare
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from . import second_factor, sessions
from .filters import is_number
from .models import User

TRIES_A_MINUTE = 10
CODE_WITHIN = timedelta(minutes=10)  # from the password to the code
WAITING, VERIFIED = "waiting_for_code", "second_factor"  # keys of the session
# What is open to somebody who is signed in and still owes a second factor.
OPEN = {f"admin:{name}" for name in "login login_code logout second_factor set_language jsi18n".split()}


class Guard:
    """Keeps each session within its age, and shuts the newsroom to those who owe a second factor."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        # Requests outside /admin/ have no user.
        if not getattr(request, "user", None) or not request.user.is_authenticated:
            return None
        if sessions.is_over(request):
            logout(request)
            return None
        sessions.touch(request)
        if "" in (request.GET.get(TO_FIELD_VAR), request.POST.get(TO_FIELD_VAR)):
            raise SuspiciousOperation("Django's admin would look for a field without a name.")
        if not all(map(is_number, request.POST.getlist(ACTION_CHECKBOX_NAME))):
            raise SuspiciousOperation("Django's admin would look for rows by what is no number.")
        if request.resolver_match.view_name in OPEN or request.session.get(VERIFIED):
            return None
        return redirect("admin:second_factor") if second_factor.is_required(request.user) else None


class WrongTries:
    """Wrong passwords and codes from one address in this minute. With no shared cache each process counts
    for itself. A try is counted before its answer is known, so that tries at the same time count too."""

    def __init__(self, request: HttpRequest):
        self.key = f"limit:login:{get_client_ip_address(request)}:{int(time() // 60)}"

    def too_many(self) -> bool:
        return settings.RATE_LIMITS and self._add(1) > TRIES_A_MINUTE

    def was_right(self) -> None:
        if settings.RATE_LIMITS:
            self._add(-1)

    def _add(self, number):
        cache.add(self.key, 0, timeout=90)
        try:
            return cache.incr(self.key, number)
        except ValueError:  # the cache dropped the key meanwhile, or is not there
            return 0


def _refuse(request, template, context, wait):
    """429, on the page that the person is on. `wait` is in seconds."""
    sentence = _("Too many wrong tries. Wait %(minutes)d min and try again.") % {"minutes": -(-wait // 60)}
    response = render(request, template, {**context, "refusal": sentence}, status=429)
    response["Retry-After"] = str(wait)
    return response


class PasswordView(LoginView):
    """The first step. Who has a second factor is not signed in by it."""

    template_name = "admin/login.html"
    authentication_form = AdminAuthenticationForm

    def post(self, request, *args, **kwargs):
        self.tries = WrongTries(request)
        if self.tries.too_many():
            return self._refused(60 - int(time() % 60))
        return super().post(request, *args, **kwargs)

    def form_invalid(self, form):
        if getattr(self.request, "axes_locked_out", False):
            return self._refused(int(settings.AXES_COOLOFF_TIME.total_seconds()))
        return super().form_invalid(form)

    def _refused(self, wait):
        context = self.get_context_data(form=AdminAuthenticationForm(self.request))
        return _refuse(self.request, self.template_name, context, wait)

    def form_valid(self, form):
        self.tries.was_right()
        user = form.get_user()
        if second_factor.device_of(user) is None:
            sessions.begin(self.request, user)
            return redirect(self.get_success_url())
        self.request.session.flush()
        self.request.session[WAITING] = {
            "user": user.pk,
            "hash": user.get_session_auth_hash(),
            "until": time() + CODE_WITHIN.total_seconds(),
            "next": self.get_success_url(),
        }
        return redirect("admin:login_code")


def _waiting(request):
    """Whose password was right, and where they want to go; None if there is nobody or it took too long."""
    kept = request.session.get(WAITING)
    if not kept or kept["until"] < time():
        return None, ""
    user = User.objects.filter(pk=kept["user"], is_active=True, is_staff=True).first()
    if not user or not constant_time_compare(kept["hash"], user.get_session_auth_hash()):
        return None, ""
    return user, kept["next"]


class Choices(AutocompleteJsonView):
    """What a field with a box to search in offers. Django's fails when asked for a relation's other end."""

    def process_request(self, request):
        term, desk, field, to_field = super().process_request(request)
        if not field.concrete:
            raise PermissionDenied
        return term, desk, field, to_field


class StaffSite(AdminSite):
    """The admin of Django, with the pages about signing in."""

    def register(self, model_or_iterable, *args, **kwargs):
        # Their libraries would show every account's secret there; the pages below do what is needed.
        if model_or_iterable not in (TOTPDevice, StaticDevice):
            super().register(model_or_iterable, *args, **kwargs)

    def get_urls(self):
        return [
            path("login/code/", self.login_code, name="login_code"),
            path("second-factor/", self.admin_view(self.second_factor), name="second_factor"),
            path("sessions/", self.admin_view(self.sessions), name="sessions"),
            *super().get_urls(),
        ]

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        return Choices.as_view(admin_site=self)(request)

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        if request.method == "GET" and self.has_permission(request):
            return redirect("admin:index")
        context = self._context(request, _("Log in"), app_path=request.get_full_path())
        return PasswordView.as_view(extra_context={**context, **(extra_context or {})})(request)

    def _context(self, request, title, **more):
        request.current_app = self.name
        return {**self.each_context(request), "title": title, "username": request.user.get_username(), **more}

    @method_decorator([sensitive_post_parameters(), csrf_protect, never_cache])
    def login_code(self, request: HttpRequest) -> HttpResponse:
        """The second step: a code of the app or a recovery code."""
        user, then = _waiting(request)
        if user is None:
            return redirect("admin:login")
        context = self._context(request, _("Log in"), recovery="recovery" in request.GET)
        template, tries = "admin/second_factor_login.html", WrongTries(request)
        if request.method == "POST" and tries.too_many():
            form = second_factor.CodeForm(user)
            return _refuse(request, template, {**context, "form": form}, 60 - int(time() % 60))
        form = second_factor.CodeForm(user, request.POST or None)
        if form.is_valid():
            tries.was_right()
            sessions.begin(request, user)
            del request.session[WAITING]
            request.session[VERIFIED] = True
            return redirect(then)
        return render(request, template, {**context, "form": form})

    @method_decorator(sensitive_post_parameters())
    def second_factor(self, request: HttpRequest) -> HttpResponse:
        """Switch the second factor on or off, or get new recovery codes."""
        device = second_factor.device_of(request.user)
        if device and second_factor.is_required(request.user) and not request.session.get(VERIFIED):
            logout(request)  # it was switched on from another browser meanwhile
            return redirect("admin:login")
        return self._manage(request) if device else self._enrol(request)

    def _enrol(self, request):
        device, user = second_factor.offered(request.user), request.user
        again = not sessions.signed_in_within(request, second_factor.FRESH)
        form = second_factor.CodeForm(user, request.POST or None, device=device, password=again)
        if form.is_valid():
            codes = second_factor.switch_on(device)
            sessions.end_others(request)
            request.session.cycle_key()
            request.session[VERIFIED] = True
            return self._show_codes(request, codes)
        context = self._context(
            request,
            _("Switch on the second factor"),
            form=form,
            picture=second_factor.qr(device),
            address=device.config_url,
            secret=second_factor.secret_of(device),
            required=second_factor.is_required(user),
        )
        return render(request, "admin/second_factor_enrol.html", context)

    def _show_codes(self, request, codes):
        context = self._context(request, _("Recovery codes"), codes=codes)
        return render(request, "admin/second_factor_codes.html", context)

    def _manage(self, request):
        user, act = request.user, request.POST.get("act")
        data = {name: request.POST if name == act else None for name in ("renew", "off")}
        renew = second_factor.CodeForm(user, data["renew"], prefix="renew")
        off = second_factor.CodeForm(user, data["off"], prefix="off", password=True)
        if renew.is_valid():
            return self._show_codes(request, second_factor.new_recovery_codes(user))
        if off.is_valid():
            second_factor.switch_off(user)
            request.session.pop(VERIFIED, None)
            messages.success(request, _("The second factor is off. Your password alone signs you in now."))
            return redirect("admin:second_factor")
        left = second_factor.recovery_codes_left(user)
        context = self._context(request, _("Second factor"), renew=renew, off=off, left=left)
        return render(request, "admin/second_factor.html", context)

    def sessions(self, request: HttpRequest) -> HttpResponse:
        """The browsers in which one is signed in, to be ended one by one or all but this."""
        if request.method != "POST":
            context = self._context(request, _("Where you are signed in"), places=sessions.places(request))
            return render(request, "admin/sessions.html", context)
        if "others" in request.POST:
            sessions.end_others(request)
            messages.success(request, _("All other browsers are signed out."))
        elif sessions.end(request, request.POST.get("end", "")):
            messages.success(request, _("That browser is signed out."))
        return redirect("admin:sessions")
