"""What `wasl check` says of the payment providers."""

from wasl.payments import checks


def test_a_name_that_leads_nowhere_is_an_error(settings):
    settings.WASL_PAYMENT_PROVIDERS = {"x": "wasl.payments.providers.qi.NoSuchProvider"}

    (found,) = checks.providers_exist()

    assert found.id == "wasl.E055"
    assert checks.providers_are_configured() == []


def test_a_provider_without_its_settings_is_named_with_what_is_missing(settings):
    settings.WASL_PAYMENT_PROVIDERS = {"qi": "wasl.payments.providers.qi.QiProvider"}
    settings.WASL_QI_PASSWORD = ""

    (found,) = checks.providers_are_configured()

    assert checks.providers_exist() == []
    assert "WASL_QI_PASSWORD" in found.msg
