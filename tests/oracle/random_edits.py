#!/usr/bin/env python3
"""Random edits of random workspaces, with kills and branches, and after each two assertions about the built binary:

1. what it made equals what the model says, and, for every CLEAN-th edit, what a build from nothing in a fresh cache makes,
   byte for byte and mode for mode;
2. the steps that it executed are those that the model says have never been made from what they are made of now.

    random_edits.py [--edits N] [--seed S] [--clean N] [--replay NUMBER,NUMBER,…]

PIPEC is the binary. PIPEC_ORACLE_EDITS, PIPEC_ORACLE_SEED and PIPEC_ORACLE_CLEAN are the defaults. A failure prints the seed, and
the shortest list of edits found that still fails, which `--replay` makes again.
"""
import argparse
import os
import random
import sys
import tempfile

from run import Run
from workspace import Mismatch, remove

KILLS_ARE_CHANCE = 3  # how often edits are tried before they are taken for good: a kill hits another moment each time


def attempt(seed, numbers, options):
    """None, or why the edits fail and after how many."""
    folder = tempfile.mkdtemp(prefix="pipec-oracle.", dir=os.environ.get("TMPDIR", "/tmp"))
    try:
        run = Run(folder, seed, options.clean)
        for count, number in enumerate(numbers, 1):
            try:
                run.apply(number)
            except Mismatch as mismatch:
                return count, str(mismatch)
        print(f"{len(numbers)} edits, {run.summary()}", flush=True)
        return None
    finally:
        remove(folder)


def shrink(seed, numbers, options):
    """Leaves out ever smaller parts of the edits as long as the rest fails."""
    size = len(numbers) // 2
    while size:
        start = 0
        while start < len(numbers):
            fewer = numbers[:start] + numbers[start + size:]
            failure = None
            for _ in range(KILLS_ARE_CHANCE if fewer else 0):
                failure = failure or attempt(seed, fewer, options)
            if failure:
                numbers = fewer[:failure[0]]
            else:
                start += size
        size //= 2
    return numbers


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--edits", type=int, default=int(os.environ.get("PIPEC_ORACLE_EDITS", "150")))
    parser.add_argument("--seed", type=int, default=int(os.environ.get("PIPEC_ORACLE_SEED", "1")))
    parser.add_argument("--clean", type=int, default=int(os.environ.get("PIPEC_ORACLE_CLEAN", "10")))
    parser.add_argument("--replay", help="these edits instead of random ones")
    options = parser.parse_args()
    rng = random.Random(options.seed)
    numbers = [rng.randrange(1 << 40) for _ in range(options.edits)]
    if options.replay:
        numbers = [int(number) for number in options.replay.split(",")]
    print(f"seed {options.seed}", flush=True)
    failure = attempt(options.seed, numbers, options)
    if not failure:
        return 0
    print(f"seed {options.seed}: edit {failure[0]} fails: {failure[1]}", flush=True)
    if options.replay:
        return 1
    print("shrinking", flush=True)
    shortest = shrink(options.seed, numbers[:failure[0]], options)
    again = attempt(options.seed, shortest, options) or (0, "not again: it takes a kill at the right moment")
    print(f"{len(shortest)} edits suffice: {again[1]}\n"
          f"PIPEC=… {sys.argv[0]} --seed {options.seed} --clean {options.clean} --replay {','.join(map(str, shortest))}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
