"""The command, as it is installed."""

from importlib.metadata import version


def test_it_goes_both_ways(romans):
    assert romans("14", "xiv").stdout == "XIV\n14\n"


def test_what_is_no_number_is_an_error(romans):
    result = romans("4000")
    assert result.returncode == 2
    assert "4000 has no Roman numeral" in result.stderr


def test_the_version_is_that_of_the_wheel():
    assert version("romans").count(".") == 2
