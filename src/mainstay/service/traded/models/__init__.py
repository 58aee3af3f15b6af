"""Price list, menu, orders, bookings, ledger of half-days, invoices; subject by subject."""

from mainstay.service.traded.models.bookings import Booking, BookingLine, Delivery
from mainstay.service.traded.models.invoices import (
    IncomePlan,
    Invoice,
    InvoicePayment,
    Numbering,
    YearEnd,
    YearWarning,
)
from mainstay.service.traded.models.ledger import LedgerEntry, Written
from mainstay.service.traded.models.menu import MENU, MenuChange, Service, ServiceCode
from mainstay.service.traded.models.orders import Order, OrderShare
from mainstay.service.traded.models.prices import Price, SchoolType, TradedValue, Unit, VatCode, VatRate

__all__ = [
    "MENU",
    "Booking",
    "BookingLine",
    "Delivery",
    "IncomePlan",
    "Invoice",
    "InvoicePayment",
    "LedgerEntry",
    "MenuChange",
    "Numbering",
    "Order",
    "OrderShare",
    "Price",
    "SchoolType",
    "Service",
    "ServiceCode",
    "TradedValue",
    "Unit",
    "VatCode",
    "VatRate",
    "Written",
    "YearEnd",
    "YearWarning",
]
