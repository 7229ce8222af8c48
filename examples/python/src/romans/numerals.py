"""Numbers from 1 to 3999 as Roman numerals, and back."""

SIGNS = [
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"),
    (100, "C"), (90, "XC"), (50, "L"), (40, "XL"),
    (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
]  # fmt: skip


def write(number: int) -> str:
    """The numeral of a number."""
    if not 0 < number < 4000:
        raise ValueError(f"{number} has no Roman numeral; those from 1 to 3999 have")
    numeral = ""
    for value, sign in SIGNS:
        count, number = divmod(number, value)
        numeral += sign * count
    return numeral


def read(numeral: str) -> int:
    """The number of a numeral. Only the usual spelling is read: `IV`, not `IIII`."""
    number, rest = 0, numeral.upper()
    for value, sign in SIGNS:
        while rest.startswith(sign):
            number += value
            rest = rest[len(sign) :]
    if rest or not 0 < number < 4000 or write(number) != numeral.upper():
        raise ValueError(f"`{numeral}` is not a Roman numeral")
    return number
