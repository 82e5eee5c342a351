"""The door: where tickets are read, each reading (K2–K4), and the guest list (D5)."""

from kring.checkin.models.guests import Guest, GuestArrival, GuestUpload
from kring.checkin.models.scans import Location, Scan

__all__ = ["Guest", "GuestArrival", "GuestUpload", "Location", "Scan"]
