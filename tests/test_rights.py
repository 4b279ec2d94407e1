import pytest
from django.core.exceptions import PermissionDenied

from counties import rights
from counties.models import Role
from counties.navigation import regions
from tests.factories import make_region, make_staff

pytestmark = pytest.mark.django_db
OWN = "sichuan/liangshan"
PLACES = {
    "own": OWN,
    "child": "sichuan/liangshan/ganluo",
    "sibling": "sichuan/dazhou",
    "parent": "sichuan",
    "network": "",
}
ACTS = ("write", "review", "publish", "pick", "moderate", "channel", "masthead")


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("place", PLACES)
def test_a_role_works_in_its_region_and_below_only(role, act, place):
    for path in PLACES.values():
        make_region(path)
    user = make_staff(role, OWN)
    allowed = place in ("own", "child") and act in rights.ACTS[role]
    assert rights.may(user, act, regions().by_path[PLACES[place]]) is allowed


def test_a_superuser_may_do_everything_everywhere():
    make_region(OWN)
    user = make_staff()
    assert all(rights.may(user, act, regions().by_path[OWN]) for act in ACTS)
    assert rights.below(user, "publish") is None


def test_somebody_without_membership_may_do_nothing():
    make_region()
    user = make_staff("reporter", "")
    user.memberships.all().delete()
    assert not rights.may(user, "write")
    with pytest.raises(PermissionDenied):
        rights.require(user, "write", regions().root)


def test_somebody_who_left_may_do_nothing():
    make_region()
    user = make_staff("chief", "", is_active=False)
    assert not rights.may(user, "write", regions().root)


def test_below_lists_the_whole_subtree():
    for path in PLACES.values():
        make_region(path)
    user = make_staff("editor", OWN)
    assert {regions().by_id[pk].path for pk in rights.below(user, "publish")} == {OWN, PLACES["child"]}


def test_asking_again_costs_no_query(django_assert_num_queries):
    make_region(OWN)
    user = make_staff("editor", OWN)
    rights.may(user, "publish", regions().by_path[OWN])
    with django_assert_num_queries(0):
        rights.may(user, "publish", regions().by_path[OWN])
