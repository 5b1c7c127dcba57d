"""kesu (客诉): complaint registers in Excel that a team can trust."""

__version__ = "0.1.0"
