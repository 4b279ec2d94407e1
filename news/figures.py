"""Pictures in a story: their markup, and the body with them in place."""

from html import escape

from django.utils.safestring import SafeString, mark_safe

from . import images, richtext
from .models import Article, Figure

# A phone is told two thirds of the true width: its points are so small that nobody sees the difference, and
# half of the bytes need not come before the picture is there.
ON_PHONE = "(min-width: 40rem) calc(100vw - 2rem), 66vw"
IN_TEXT = f"(min-width: 62rem) 38rem, {ON_PHONE}"
AT_HEAD = f"(min-width: 62rem) 52rem, {ON_PHONE}"
AS_PLATE = f"(min-width: 62rem) 56rem, {ON_PHONE}"


def of(article: Article) -> list[Figure]:
    """The story's figures with their photos, in order. One query."""
    return list(article.figures.select_related("photo"))


def markup(figure: Figure, *, sizes: str = IN_TEXT, eager: bool = False) -> SafeString:
    """<figure> with picture, caption and credit. Without a working picture its caption stands as text."""
    photo = figure.photo
    caption = figure.caption or (photo.caption if photo else "")
    credit = figure.credit or (photo.credit if photo else "")
    words = escape(caption) + (f" <span>{escape(credit)}</span>" if credit else "")
    alt = (photo.alt if photo else "") or caption
    picture = images.picture(photo, "full", alt=alt, sizes=sizes, eager=eager) if photo else ""
    if not picture:
        return mark_safe(f'<p class="figure figure--awaited">{words}</p>' if words else "")
    kind = "figure figure--lead" if eager else "figure"
    kind += " figure--upright" if photo.height > photo.width else ""
    below = f"<figcaption>{words}</figcaption>" if words else ""
    return mark_safe(
        f'<figure class="{kind}"><a href="{images.full_url(photo)}">{picture}</a>{below}</figure>'
    )


def head(figures: list[Figure]) -> Figure | None:
    return next((figure for figure in figures if figure.is_lead), None)


def body(article: Article, figures: list[Figure], *, sizes: str = IN_TEXT) -> SafeString:
    """The body with its figures where they stand, and those that stand nowhere after it.

    The one at the head is not shown again.
    """
    by_photo = {figure.photo_id: figure for figure in figures if figure.photo_id and not figure.is_lead}
    text = richtext.render(
        article.body, lambda pk: markup(by_photo[pk], sizes=sizes) if pk in by_photo else ""
    )
    return mark_safe(text + "".join(markup(figure, sizes=sizes) for figure in _loose(article, figures)))


def _loose(article: Article, figures: list[Figure]) -> list[Figure]:
    """Figures that neither the head nor the body shows."""
    marked = set(richtext.photo_ids(article.body))
    return [figure for figure in figures if not figure.is_lead and figure.photo_id not in marked]
