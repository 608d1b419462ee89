"""Model fields that core brings: text that is encrypted at rest."""

from typing import Any, Never

from django.core import checks
from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django.forms import CharField
from django.forms import Field as FormField

from wasl.core import crypto


class Ciphertext(bytes):
    """A value as the database holds it."""


class _EncryptedAttribute(DeferredAttribute):
    """Opens the value when it is first read: only then is the row's primary key known."""

    field: Any

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        if instance is None:
            return self
        value = super().__get__(instance, cls)
        if isinstance(value, Ciphertext):
            plain = crypto.decrypt(value, self.field.place_of(instance)).decode()
            instance.__dict__[self.field.attname] = value = plain
        return value

    # With __set__ the descriptor comes before the instance's own dictionary.
    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class EncryptedTextField(models.Field):  # type: ignore[type-arg]
    """
    Text, stored as bytea under AES-256-GCM, bound to its table, column and primary key.

    The primary key must exist before the first save, so the model has a UUID. The column cannot be
    searched: keep a `crypto.blind_index` beside it. `QuerySet.update` and `bulk_update` refuse it,
    as they do not know the row.
    """

    descriptor_class = _EncryptedAttribute
    empty_strings_allowed = False

    def get_internal_type(self) -> str:
        return "BinaryField"

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        found = super().check(**kwargs)
        if self.primary_key or self.unique or self.db_index:  # type: ignore[attr-defined]
            found.append(
                checks.Error(
                    "An encrypted field can be neither key nor index.", obj=self, id="wasl.E010"
                )
            )
        return found

    def place_of(self, instance: models.Model) -> str:
        """The associated data: `table:column:primary key`."""
        key = instance.pk
        if key is None or (isinstance(key, tuple) and None in key):
            raise ValueError(f"{self.model.__name__} needs its primary key before it is encrypted.")
        if not isinstance(key, tuple):
            key = instance._meta.pk.to_python(key)
        text = "/".join(str(part) for part in key) if isinstance(key, tuple) else str(key)
        return f"{self.model._meta.db_table}:{self.column}:{text}"

    def from_db_value(
        self, value: Any, expression: object, connection: object
    ) -> Ciphertext | None:
        return None if value is None else Ciphertext(bytes(value))

    def to_python(self, value: Any) -> Any:
        return value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = model_instance.__dict__.get(self.attname)
        if value is None or isinstance(value, Ciphertext):
            return value
        return Ciphertext(crypto.encrypt(str(value).encode(), self.place_of(model_instance)))

    def get_prep_value(self, value: Any) -> bytes | None:
        if value is None or isinstance(value, Ciphertext):
            return None if value is None else bytes(value)
        raise TypeError(
            f"{self.name} is encrypted: set it on the row and save(), look it up by its index."
        )

    def get_lookup(self, lookup_name: str) -> Any:
        # `exact` serves phone=None, which Django turns to `isnull`; a text is refused later.
        if lookup_name not in {"isnull", "exact"}:
            self._refuse(lookup_name)
        return super().get_lookup(lookup_name)

    def _refuse(self, lookup_name: str) -> Never:
        raise TypeError(f"{self.name} is encrypted and knows no lookup '{lookup_name}'.")

    def value_to_string(self, obj: models.Model) -> Never:
        raise TypeError(f"{self.name} is encrypted and is not serialised.")

    def formfield(self, **kwargs: Any) -> FormField:
        return super().formfield(form_class=CharField, **kwargs)  # type: ignore[return-value]
