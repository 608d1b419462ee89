"""
Tariffs, readings, bills, runs and the ledger.

The tables that are written by sets have natural keys that begin with the directorate, and no
sequence in a key (ADR 60); people, cases and documents are named by value.
"""

from wasl.billing.models.arrears import Arrears, ArrearsStage
from wasl.billing.models.bills import Bill, BillCancellation, ClassPeriod
from wasl.billing.models.collections import Adjustment, InstalmentPlan, PlanProposal
from wasl.billing.models.disputes import BillDispute
from wasl.billing.models.homes import FEWEST_HOMES, HolderChange, SimilarUse
from wasl.billing.models.imports import (
    MeterBatch,
    MeterSystem,
    MeterSystemKey,
    ReadingImport,
    ReadingImportLine,
)
from wasl.billing.models.ledger import Balance, LedgerAccount, Transfer
from wasl.billing.models.liens import LienEntry, LienList
from wasl.billing.models.reading_corrections import ReadingCorrection
from wasl.billing.models.readings import Reading, ReadingCode
from wasl.billing.models.routes import BookPlace, ReadingRoute, RouteStop
from wasl.billing.models.runs import BillRun, BillRunChunk, BillRunHold
from wasl.billing.models.tariffs import Tariff, TariffBlock, TariffUse

__all__ = [
    "FEWEST_HOMES",
    "Adjustment",
    "Arrears",
    "ArrearsStage",
    "Balance",
    "Bill",
    "BillCancellation",
    "BillDispute",
    "BillRun",
    "BillRunChunk",
    "BillRunHold",
    "BookPlace",
    "ClassPeriod",
    "HolderChange",
    "InstalmentPlan",
    "LedgerAccount",
    "LienEntry",
    "LienList",
    "MeterBatch",
    "MeterSystem",
    "MeterSystemKey",
    "PlanProposal",
    "Reading",
    "ReadingCode",
    "ReadingCorrection",
    "ReadingImport",
    "ReadingImportLine",
    "ReadingRoute",
    "RouteStop",
    "SimilarUse",
    "Tariff",
    "TariffBlock",
    "TariffUse",
    "Transfer",
]
