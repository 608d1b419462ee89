"""Transformers, locked before anything is decided about them."""

from django.utils.translation import gettext_lazy as _

from wasl.core.errors import Unable
from wasl.network.models import Transformer


class UnableToFindTransformer(Unable):
    """No transformer of that code is in service."""

    code = "NO_SUCH_TRANSFORMER"
    message = _("No transformer %(code)s is in service in this directorate.")


def transformer(pk: int) -> Transformer:
    """The transformer's row, locked."""
    return Transformer.objects.select_for_update(of=("self",)).get(pk=pk)


def transformer_by_code(directorate_id: int, code: str) -> Transformer:
    """The transformer in service of that code, locked. :raises UnableToFindTransformer: if none."""
    found = (
        Transformer.objects.select_for_update(of=("self",))
        .filter(directorate_id=directorate_id, code=code, removed_date=None)
        .first()
    )
    if found is None:
        raise UnableToFindTransformer(code=code)
    return found
