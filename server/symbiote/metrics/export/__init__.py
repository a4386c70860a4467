"""Figures for other eyes: a table for spreadsheets, a page to hand on, text for Prometheus. Pure; who calls writes files."""
