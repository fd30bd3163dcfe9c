"""Dates as they are written in Chinese: 2月5日, where Django writes 02月5日."""

MONTH_DAY_FORMAT = "n月j日"
