"""What the tests share."""

import subprocess
import sys

import pytest


@pytest.fixture
def romans():
    """The command of the installed wheel."""

    def run(*words):
        command = [sys.executable, "-m", "romans", *words]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    return run
