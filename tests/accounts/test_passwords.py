"""Which passwords are taken, under each profile."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.passwords import LONGEST, Policy, common_passwords, fault_of, normal, one_time_password

COMMON = "这个密码太常见或太好猜，请换一个，比如几个不相干的词连起来。"
SHORT = "至少要 8 个字符，可以用一句话，也可以有空格和汉字。"
KINDS = "大写字母、小写字母、数字、其他符号，至少要有其中三种。"


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("correct horse battery", ""),
        ("烘丝机出口含水率真稳", ""),
        ("k7mw x3pq", ""),
        ("a" * 129, f"不要超过 {LONGEST} 个字符。"),
        ("1234567", SHORT),
        ("", SHORT),
        ("password", COMMON),
        ("PassWord1", COMMON),
        ("woaini1314", COMMON),
        ("１２３４５６７８", COMMON),
        ("aaaaaaaa", COMMON),
        ("abababab", COMMON),
        ("23456789", COMMON),
        ("qwertyuiop", COMMON),
        ("leader12026", COMMON),
        ("示例leader1", COMMON),
        ("leader1leader1", COMMON),
    ],
)
def test_nist(password: str, fault: str) -> None:
    assert fault_of(password, policy=Policy.NIST, login="leader1", name="示例甲") == fault


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("correct horse battery", KINDS),
        ("Correct1horse", ""),
        ("correct-horse-1", ""),
        ("烘丝机出口含水率", KINDS),
        ("烘丝机 Horse 水率", ""),
        ("Passw0rd", COMMON),
    ],
)
def test_dengbao2(password: str, fault: str) -> None:
    assert fault_of(password, policy=Policy.DENGBAO2) == fault


def test_a_new_password_is_another_one() -> None:
    assert fault_of("correct horse", policy=Policy.NIST, old="correct horse") == "新密码要和原来的不同。"


def test_the_list_is_long_enough_and_is_of_passwords_that_the_length_alone_would_take() -> None:
    assert len(common_passwords()) > 3000
    assert {len(one) >= 8 for one in common_passwords()} == {True}


def test_one_time_passwords_are_readable_unguessable_and_taken() -> None:
    made = {one_time_password() for _ in range(200)}
    assert len(made) == 200
    assert {(len(one), one[4], one[9]) for one in made} == {(14, "-", "-")}
    assert set("".join(made)) & set("01oil") == set()


@given(st.text(max_size=140))
def test_any_text_is_taken_or_told_why_and_keyboards_agree(password: str) -> None:
    assert fault_of(password, policy=Policy.NIST) == fault_of(normal(password), policy=Policy.NIST)
