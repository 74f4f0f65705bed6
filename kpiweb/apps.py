from django.apps import AppConfig


class KpiwebConfig(AppConfig):
    name = "kpiweb"
    label = "kpiweb"

    def ready(self) -> None:
        from kpiweb.audit import watch_settings

        watch_settings()
