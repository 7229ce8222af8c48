"""twin.py ORIGINAL BEGINNING TWIN: makes the file TWIN, which begins with the bytes of BEGINNING, and
has the size and the XXH3-128 (seed 0) of ORIGINAL.

For more than 240 bytes XXH3 keeps eight accumulators of 64 bits. Each stripe of 64 bytes has eight
words; a word w that meets the word k of the public secret adds w to the neighbouring accumulator
and low32(w ^ k) * high32(w ^ k) to its own. A word with one half equal to that of k makes the
product zero. So two stripes, one with chosen low halves and one with chosen high halves, add any
eight numbers, and nothing else; and all that comes after them can be computed backwards from the
hash that is wanted, since mixing the accumulators (once in 16 stripes) is a bijection.
https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
"""

import struct
import sys

import xxhash

WORD = 1 << 64
PRIME32_1 = 0x9E3779B1
START = [0xC2B2AE3D, 0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9,
         0x85EBCA77C2B2AE63, 0x85EBCA77, 0x27D4EB2F165667C5, 0x9E3779B1]
SECRET = bytes.fromhex(
    'b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671f'
    'cb79e64eccc0e578825ad07dccff7221b8084674f743248ee03590e6813a264c'
    '3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8'
    'a8fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364'
    'eac5ac8334d3ebc3c581a0fffa1363eb170ddd51b7f0da49d316552629d4689e'
    '2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e')
STRIPE, STRIPES_A_BLOCK = 64, 16


def words(data, place):
    return struct.unpack_from('<8Q', data, place)


def schedule(size):
    """(place of a stripe, place in the secret) in their order, and None where words are mixed."""
    whole = (size - 1) // (STRIPE * STRIPES_A_BLOCK)
    for block in range(whole):
        for stripe in range(STRIPES_A_BLOCK):
            yield (block * STRIPES_A_BLOCK + stripe) * STRIPE, 8 * stripe
        yield None
    first = whole * STRIPES_A_BLOCK
    for stripe in range((size - 1 - first * STRIPE) // STRIPE):
        yield (first + stripe) * STRIPE, 8 * stripe
    yield size - STRIPE, len(SECRET) - STRIPE - 7


def added(data, place, secret):
    """What one stripe adds to each accumulator."""
    sums = [0] * 8
    for lane, (word, key) in enumerate(zip(words(data, place), words(SECRET, secret))):
        mixed = word ^ key
        sums[lane ^ 1] += word
        sums[lane] += (mixed & 0xFFFFFFFF) * (mixed >> 32)
    return sums


def forwards(data, sums, steps):
    keys = words(SECRET, len(SECRET) - STRIPE)
    for step in steps:
        if step:
            sums = [(a + b) % WORD for a, b in zip(sums, added(data, *step))]
        else:
            sums = [((a ^ a >> 47) ^ key) * PRIME32_1 % WORD for a, key in zip(sums, keys)]
    return sums


def backwards(data, sums, steps):
    keys = words(SECRET, len(SECRET) - STRIPE)
    inverse = pow(PRIME32_1, -1, WORD)
    for step in reversed(steps):
        if step:
            sums = [(a - b) % WORD for a, b in zip(sums, added(data, *step))]
        else:
            mixed = [a * inverse % WORD ^ key for a, key in zip(sums, keys)]
            sums = [a ^ a >> 47 for a in mixed]
    return sums


def twin(original, beginning):
    size = len(original)
    steps = list(schedule(size))
    data = bytearray(beginning + b'#' * size)[:size]
    # Two stripes after the beginning, in one block, that the last one does not overlap.
    free = next(i for i in range(len(steps) - 2)
                if steps[i] and steps[i + 1] and steps[i][0] >= len(beginning)
                and steps[i + 1][0] + STRIPE <= size - STRIPE)
    low, high = steps[free], steps[free + 1]
    before = forwards(data, START, steps[:free])
    wanted = forwards(original, START, steps)
    after = backwards(data, wanted, steps[free + 2:])
    lows, highs = words(SECRET, low[1]), words(SECRET, high[1])
    first, second = [], []
    for lane in range(8):
        missing = (after[lane ^ 1] - before[lane ^ 1]) % WORD
        high_half = highs[lane] >> 32 << 32  # of the second word: its product is zero
        rest = (missing - high_half) % WORD
        # The first word has the low half of its key; what is missing is the second one's low half.
        low_half = (rest - lows[lane]) & 0xFFFFFFFF
        word = (rest - low_half) % WORD
        assert word & 0xFFFFFFFF == lows[lane] & 0xFFFFFFFF
        first.append(word)
        second.append(high_half | low_half)
    struct.pack_into('<8Q', data, low[0], *first)
    struct.pack_into('<8Q', data, high[0], *second)
    return bytes(data)


original, beginning = (open(path, 'rb').read() for path in sys.argv[1:3])
made = twin(original, beginning)
assert made != original and made.startswith(beginning) and len(made) == len(original)
assert xxhash.xxh3_128(made).digest() == xxhash.xxh3_128(original).digest(), 'no twin'
open(sys.argv[3], 'wb').write(made)
