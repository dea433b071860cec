"""Resident registration numbers of nobody: a birth date, a random tail, and the check digit they must have."""

import random

WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)


def resident(seed):
    """The same number for the same seed, as it is written: six digits, a dash, seven."""
    chance = random.Random(f"garim {seed}")
    day = f"{chance.randrange(60, 99):02}{chance.randrange(1, 13):02}{chance.randrange(1, 29):02}"
    digits = f"{day}{chance.choice('12')}{chance.randrange(100000):05}"
    check = (11 - sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS)) % 11) % 10
    return f"{digits[:6]}-{digits[6:]}{check}"
