from django.apps import AppConfig
from django.contrib.admin import apps as admin
from django.utils.translation import gettext_lazy as _


class CountiesConfig(AppConfig):
    name = "counties"
    default = True
    verbose_name = _("Regions and staff")


class StaffAdminConfig(admin.AdminConfig):
    """Django's admin, with our own way in."""

    default = False
    default_site = "counties.signin.StaffSite"
