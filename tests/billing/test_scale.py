"""The plan for a cluster: the keys allow it, the run's statements stay in one directorate."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from wasl.billing import distribution, run_sql


@pytest.mark.django_db
def test_the_plan_is_shown_and_nothing_changed() -> None:
    out = StringIO()
    call_command("scale_citus", stdout=out)
    text = out.getvalue()
    for table in distribution.DISTRIBUTED:
        assert f"create_distributed_table('{table}'" in text
    assert "Nothing was changed" in text


@pytest.mark.django_db
def test_without_the_extension_nothing_is_tried() -> None:
    with pytest.raises(CommandError, match="citus"):
        call_command("scale_citus", "--apply", stdout=StringIO())


@pytest.mark.django_db
def test_a_key_that_cannot_be_distributed_is_found(monkeypatch) -> None:
    spread = (*distribution.DISTRIBUTED, "accounts_user")
    monkeypatch.setattr(distribution, "DISTRIBUTED", spread)
    with pytest.raises(CommandError, match="accounts_user"):
        call_command("scale_citus", stdout=StringIO())


@pytest.mark.parametrize(
    "statement", [run_sql.ISSUE, run_sql.POST, run_sql.ESTIMATE, run_sql.PREVIEW]
)
def test_a_run_names_its_directorate(statement: str) -> None:
    assert "directorate_id = %(directorate)s" in statement
    assert "nextval" not in statement
