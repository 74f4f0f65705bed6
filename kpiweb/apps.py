from django.apps import AppConfig


class KpiwebConfig(AppConfig):
    name = "kpiweb"
    label = "kpiweb"
