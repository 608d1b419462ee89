"""Crews, work orders, materials, and calls back."""

from wasl.fieldwork.models.calls import CallBack, CallBackDraw, CallBackFigure
from wasl.fieldwork.models.crews import Crew, CrewMember, CrewPosition, CrewShift
from wasl.fieldwork.models.live import Change
from wasl.fieldwork.models.materials import (
    MaterialRequest,
    OrderMaterial,
    SerialItem,
    StockLevel,
    StockMove,
)
from wasl.fieldwork.models.orders import (
    DispatchDecision,
    FieldAction,
    OrderPicture,
    OrderStep,
    Override,
    WorkOrder,
)

__all__ = [
    "CallBack",
    "CallBackDraw",
    "CallBackFigure",
    "Change",
    "Crew",
    "CrewMember",
    "CrewPosition",
    "CrewShift",
    "DispatchDecision",
    "FieldAction",
    "MaterialRequest",
    "OrderMaterial",
    "OrderPicture",
    "OrderStep",
    "Override",
    "SerialItem",
    "StockLevel",
    "StockMove",
    "WorkOrder",
]
