"""The one-page form: which cell holds what, and what becomes of a form that comes in."""
