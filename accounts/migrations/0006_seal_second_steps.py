"""Seal the keys of phones and the seeds of recovery codes that were stored as they are."""

from typing import Any

from django.db import migrations

from accounts.sealing import changed, seal, unseal


def change_all(apps: Any, change: Any) -> None:
    rows = apps.get_model("mfa", "Authenticator").objects.exclude(type="webauthn").order_by("pk")
    for row in rows.select_for_update():
        row.data = changed(row.data, change)
        row.save(update_fields=["data"])


def seal_all(apps: Any, schema_editor: Any) -> None:
    change_all(apps, lambda stored: seal(unseal(stored)))


def unseal_all(apps: Any, schema_editor: Any) -> None:
    change_all(apps, unseal)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_lookup_mode_words"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [migrations.RunPython(seal_all, unseal_all)]
