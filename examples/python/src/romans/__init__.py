"""Roman numerals."""

from romans.numerals import read, write

__all__ = ["read", "write"]
