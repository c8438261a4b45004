"""Which passwords are taken.

Two profiles that disagree, so it is a setting. `nist` follows NIST SP 800-63B: length and a list of common passwords,
no composition, no forced change. `dengbao2` follows the usual reading of GB/T 22239-2019, 8.1.4.1 (level 2): three
kinds of characters and a change every 90 days.
"""

import secrets
import unicodedata
from datetime import timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path

SHORTEST, LONGEST = 8, 128
ONE_TIME_LIFE = timedelta(days=7)
ROTATION = timedelta(days=90)
ROTATION_GRACE = timedelta(days=7)
# No characters that are mistaken for each other when read from paper: 0 o, 1 l i.
_ONE_TIME_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
_RUNS = ("0123456789" * 2, "9876543210" * 2, "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm")


class Policy(StrEnum):
    NIST = "nist"
    DENGBAO2 = "dengbao2"


@cache
def common_passwords() -> frozenset[str]:
    lines = Path(__file__).with_name("common_passwords.txt").read_text().splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def normal(password: str) -> str:
    """The same password from any keyboard (NFKC), so that 全角 digits typed on a phone are the plain ones."""
    return unicodedata.normalize("NFKC", password)


def fault_of(password: str, *, policy: Policy, login: str = "", name: str = "", old: str | None = None) -> str:
    """What to change about a new password, in Chinese; empty when it is taken."""
    password = normal(password)
    if len(password) < SHORTEST:
        return f"至少要 {SHORTEST} 个字符，可以用一句话，也可以有空格和汉字。"
    if len(password) > LONGEST:
        return f"不要超过 {LONGEST} 个字符。"
    if old is not None and password == normal(old):
        return "新密码要和原来的不同。"
    if _is_guessable(password.lower(), login.lower(), name):
        return "这个密码太常见或太好猜，请换一个，比如几个不相干的词连起来。"
    if policy is Policy.DENGBAO2 and _kinds(password) < 3:
        return "大写字母、小写字母、数字、其他符号，至少要有其中三种。"
    return ""


def _is_guessable(password: str, login: str, name: str) -> bool:
    if password in common_passwords() or len(set(password)) < 4:
        return True
    if any(password in run for run in _RUNS):
        return True
    # The login with digits round it: leader1, leader12026.
    rest = password
    for word in (login, login.rstrip("0123456789"), name.lower()):
        if len(word) >= 2:
            rest = rest.replace(word, "")
    return rest != password and (not rest or rest.isdigit() or len(rest) < 4)


def _kinds(password: str) -> int:
    return sum(
        (
            any(one.isupper() for one in password),
            any(one.islower() for one in password),
            any(one.isdigit() for one in password),
            any(not one.isalnum() or ord(one) > 127 for one in password),
        )
    )


def one_time_password() -> str:
    """Twelve characters in three groups: 59 bits, easily read out and typed once."""
    return "-".join("".join(secrets.choice(_ONE_TIME_ALPHABET) for _ in range(4)) for _ in range(3))
