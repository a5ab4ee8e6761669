"""WHAT A PERSON MAY DEMAND: requests for their data, with a date by which they are answered."""
