"""Linli 邻里: an open platform with which a county keeps its communities safe and served."""

__version__ = "0.1.0"
