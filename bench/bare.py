"""What Django asks for at least: one view without middleware, database or template, under the same server."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

from bench.constant import SIZE, constant

settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], MIDDLEWARE=[])


def view(request: HttpRequest) -> HttpResponse:
    return HttpResponse(constant(SIZE))


urlpatterns = [path("", view)]
application = get_wsgi_application()
