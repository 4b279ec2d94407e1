from django.urls import path

from . import views

urlpatterns = [path("regions/", views.region_finder, name="region_finder")]
