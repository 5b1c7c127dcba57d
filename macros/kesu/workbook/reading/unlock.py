"""Workbooks behind a password. The password comes through a pipe and is never written anywhere."""

from __future__ import annotations

import io
import struct
from typing import IO

from kesu.workbook.reading import refusals
from kesu.workbook.reading.refusals import Refused


class PasswordError(Exception):
    """No password, or a wrong one: ``wrong`` says which."""

    def __init__(self, *, wrong: bool) -> None:
        super().__init__("password")
        self.wrong = wrong


def unlocked(name: str, file: IO[bytes], password: str | None) -> bytes | None:
    """The bytes of the workbook inside an encrypted OLE file; None for an .xls that is not encrypted.

    Raises `PasswordError`, and `Refused` for what is broken or encrypted in a way that cannot be undone.
    """
    import msoffcrypto  # type: ignore[import-untyped,unused-ignore]
    from msoffcrypto import exceptions  # type: ignore[import-untyped,unused-ignore]

    try:
        office = msoffcrypto.OfficeFile(file)
        if not office.is_encrypted():
            return None
    except (exceptions.FileFormatError, OSError, ValueError, struct.error, IndexError, KeyError) as error:
        raise Refused(refusals.broken(name, str(error))) from None
    if password is None:
        raise PasswordError(wrong=False)
    out = io.BytesIO()
    try:
        office.load_key(password=password, verify_password=True)
        office.decrypt(out)
    except exceptions.InvalidKeyError:
        raise PasswordError(wrong=True) from None
    except (exceptions.DecryptionError, exceptions.EncryptionError, NotImplementedError):
        raise Refused(refusals.password_unsupported(name)) from None
    return out.getvalue()
