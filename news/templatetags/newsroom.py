from django import template
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

register = template.Library()

# The desks in the order of a day's work. What is not named here comes last.
GROUPS = [
    (_("Stories"), ["Article", "Photo", "Figure", "Correction", "Revision"]),
    (_("Channels"), ["PlacementRequest", "Pick", "BreakingNews", "Mourning", "Region", "Section"]),
    (_("Readers"), ["Desk", "Comment", "FilterWord", "Reader", "Reading"]),
    (_("Reference"), ["Source", "Tag", "WatchWord", "Redirect"]),
]


@register.filter
def desks(app_list: list[dict]) -> list[tuple[str, list[dict]]]:
    """The admin's models, from its list by application, as groups of desks. No query."""
    models = {model["object_name"]: model for app in app_list or () for model in app["models"]}
    if "Comment" in models:  # the desk is a page, not a model
        models["Desk"] = {
            "object_name": "Desk",
            "name": _("Moderation desk"),
            "admin_url": reverse("admin:desk"),
        }
    groups = [(title, [models.pop(name) for name in names if name in models]) for title, names in GROUPS]
    return [(title, found) for title, found in [*groups, (_("Staff"), list(models.values()))] if found]
