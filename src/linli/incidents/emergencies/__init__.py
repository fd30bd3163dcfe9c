"""Emergencies: whom to alert, what is still due, what a report says."""
