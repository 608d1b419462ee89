"""
The forms of the steps, for staff and citizens. What each shows of the case stands in panels_shown.
"""

from wasl.casework.forms import register_form
from wasl.connections.task_forms import base, citizen, office, site

for _name, _form in {
    "supply-documents": citizen.SupplyDocumentsForm,
    "documents-review": office.DocumentsReviewForm,
    "engineer-review": office.EngineerReviewForm,
    "site-inspection": site.SiteInspectionForm,
    "site-ready": base.CitizenForm,
    "estimate-decision": citizen.EstimateDecisionForm,
    "estimate-review": office.EstimateReviewForm,
    "pay-fee": citizen.PayFeeForm,
    "issue-meter": office.IssueMeterForm,
    "install-meter": site.InstallMeterForm,
    "appointment": base.CitizenForm,
    "confirm": base.CitizenForm,
    "fix-installation": base.FieldWork,
    "reopen": base.CitizenForm,
    "appeal-decision": citizen.AppealForm,
    "appeal-review": base.DecideForm,
    "upgrade-supply": base.FieldWork,
    "meter-inspection": site.MeterInspectionForm,
    "exchange-meter": site.ExchangeMeterForm,
    "final-reading": site.FinalReadingForm,
}.items():
    register_form(f"connections.{_name}", _form)
