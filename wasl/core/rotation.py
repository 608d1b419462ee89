"""Moving what is encrypted from older keys to the newest one."""

from collections.abc import Callable, Iterator

from django.apps import apps
from django.db import connection, models

from wasl.core import crypto, scope
from wasl.core.fields import EncryptedTextField

BATCH = 500
# Encrypted values outside of encrypted fields (files, JSON): their apps register how to move them.
Rotate = Callable[[], int]
_OTHERS: dict[str, Rotate] = {}


def register(name: str, rotate: Rotate) -> None:
    """Have `wasl keys rotate` call the function too; it returns how many values it moved."""
    _OTHERS[name] = rotate


def rotate_all() -> Iterator[tuple[str, int]]:
    """
    This function will re-encrypt whatever an older key holds; name and number, part after part.

    It commits after every 500 rows: it may be stopped at any moment, and started again.
    """
    for model in apps.get_models():
        fields = [f for f in model._meta.concrete_fields if isinstance(f, EncryptedTextField)]
        if fields and model._meta.managed:
            yield model._meta.label, _rotate_model(model, fields)
    for name, rotate in _OTHERS.items():
        yield name, rotate()


def _rotate_model(model: type[models.Model], fields: list[EncryptedTextField]) -> int:
    moved = 0
    while keys := _keys_behind(model, fields):
        with scope.within_system():
            rows = model._base_manager.select_for_update().filter(pk__in=keys).order_by("pk")
            for row in rows:
                for field in fields:
                    # Reading opens the value, so that saving encrypts it anew.
                    getattr(row, field.attname)
                row.save(update_fields=[field.name for field in fields])
                moved += 1
    return moved


def _keys_behind(model: type[models.Model], fields: list[EncryptedTextField]) -> list[object]:
    """The primary keys of up to 500 rows in which a value begins with another key's number."""
    newest = b"\x01" + crypto.current_key_id().to_bytes(2)
    quote = connection.ops.quote_name
    behind = " OR ".join(f"substring({quote(str(f.column))} from 1 for 3) <> %s" for f in fields)
    # A composite key gives a row of values, which `pk__in` understands.
    pk = ", ".join(quote(str(f.column)) for f in model._meta.pk_fields)
    table = quote(model._meta.db_table)
    with scope.within_system(), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {pk} FROM {table} WHERE {behind} LIMIT {BATCH}",  # noqa: S608 (names of models)
            [newest] * len(fields),
        )
        return [row if len(row) > 1 else row[0] for row in cursor.fetchall()]
