"""The application for INSTALLED_APPS. It adds checks and nothing else: no model, no template, no command."""

from django.apps import AppConfig  # type: ignore[import-untyped]


class BoninConfig(AppConfig):  # type: ignore[misc]
    name = "bonin.django"
    label = "bonin"

    def ready(self) -> None:
        from . import _checks

        _checks.register()
