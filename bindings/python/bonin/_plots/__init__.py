"""Plots by matplotlib, which is optional. One noun a file."""
