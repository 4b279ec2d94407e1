from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from .. import preview
from ..models import Article
from .article import page


@require_safe
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": ["'self'"]})
def story_preview(request: HttpRequest, secret: str) -> HttpResponse:
    """A story that is not public yet, exactly as readers will see it, for whoever has the link."""
    stories = Article.objects.select_related("source", "section")
    article = stories.filter(pk=preview.article_id(secret)).first()
    if article is None:
        raise Http404(_("This preview link has expired or was never valid. Ask the newsroom for a new one."))
    article.published_at = article.published_at or timezone.now()
    article.month = article.month or f"{timezone.localtime(article.published_at):%Y%m}"
    response = render(request, *page(article))
    response["X-Robots-Tag"] = "noindex, nofollow"
    patch_cache_control(response, private=True, no_store=True)
    return response
