"""What the tests share."""

import subprocess

import pytest


@pytest.fixture
def romans():
    """The installed command."""

    def run(*words):
        return subprocess.run(["romans", *words], capture_output=True, text=True, check=False)

    return run
