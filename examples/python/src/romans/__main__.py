"""The command `romans`: 14 gives XIV, XIV gives 14."""

import sys

from romans.numerals import read, write


def main() -> int:
    for word in sys.argv[1:]:
        try:
            print(write(int(word)) if word.isdecimal() else read(word))
        except ValueError as error:
            print(f"romans: {error}", file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
