"""Who may do what where. A membership covers its region and all below it."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from .models import Role, User
from .navigation import Node, regions

# What each role may do. “write” is filing and editing unpublished work; “publish” is publishing, placing,
# correcting, withdrawing.
ACTS = {
    Role.REPORTER: {"write"},
    Role.EDITOR: {"write", "review", "publish", "pick", "moderate", "channel"},
    Role.CHIEF: {"write", "review", "publish", "pick", "moderate", "channel", "masthead"},
    Role.MODERATOR: {"moderate"},
}


def covered(user: User, act: str) -> list[Node]:
    """The regions whose whole subtree the user may do this in. One query per user object, then none."""
    if not user.is_active:
        return []
    if user.is_superuser:
        return [regions().root]
    if not hasattr(user, "_memberships"):
        user._memberships = list(user.memberships.values_list("role", "region_id"))
    tree = regions().by_id
    return [tree[region] for role, region in user._memberships if act in ACTS[role]]


def may(user: User, act: str, region: Node | int | None = None) -> bool:
    """Whether the user may do this in the region; without a region, whether anywhere at all."""
    allowed = {node.id for node in covered(user, act)}
    if region is None:
        return bool(allowed)
    node = regions().by_id[region] if isinstance(region, int) else region
    return any(above.id in allowed for above in node.covering)


def require(user: User, act: str, region: Node | int | None = None) -> None:
    """Raise PermissionDenied unless `may`."""
    if not may(user, act, region):
        raise PermissionDenied(_("You have no rights for this in this region."))


def below(user: User, act: str) -> set[int] | None:
    """Ids of all regions where the user may do this; None for “everywhere”, which needs no filter."""
    tops = covered(user, act)
    if any(node.parent is None for node in tops):
        return None
    found, waiting = set(), list(tops)
    while waiting:
        node = waiting.pop()
        found.add(node.id)
        waiting += node.children
    return found
