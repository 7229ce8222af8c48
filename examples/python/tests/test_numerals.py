"""Numbers and numerals are each other's inverse."""

import pytest

import romans as numerals


def test_every_number_comes_back():
    for number in range(1, 4000):
        assert numerals.read(numerals.write(number)) == number


@pytest.mark.parametrize("number, numeral", [(4, "IV"), (14, "XIV"), (1994, "MCMXCIV")])
def test_subtraction(number, numeral):
    assert numerals.write(number) == numeral


@pytest.mark.parametrize("wrong", ["", "IIII", "IC", "MMMM", "romans"])
def test_what_is_no_numeral_is_refused(wrong):
    with pytest.raises(ValueError):
        numerals.read(wrong)
