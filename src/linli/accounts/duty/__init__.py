"""Duty rotas: who answers for a unit at any hour, and where nobody does."""
