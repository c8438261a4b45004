"""Roll calls as people paste them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.activities.attendance import (
    GUEST,
    Person,
    Presence,
    Question,
    Seen,
    on_sittings,
    read,
    with_absent,
    written,
)

NAMES = ["陈思远", "张雨桐", "刘一诺", "吴桂芳", "何嘉懿", "许文静", "李沐阳", "孙立群", "高远航", "高敏"]
PEOPLE = tuple(Person(number, name, "甲班") for number, name in enumerate(NAMES, 1))
IDS = {person.name: person.id for person in PEOPLE}
TWINS = (*PEOPLE, Person(11, "李伟", "甲班"), Person(12, "李伟", "维修组"))


def found(text: str, **answers: int) -> dict[str, Presence]:
    names = {person.id: person.name for person in PEOPLE}
    return {names[one.person_id]: one.presence for one in read(text, PEOPLE, answers).seen}


HERE = Presence.PRESENT


class TestForms:
    @pytest.mark.parametrize(
        "text",
        [
            "1. 陈思远\n2. 张雨桐\n3. 刘一诺",
            "#接龙\n11月主题党日报名\n1. 陈思远\n2. 张雨桐\n3. 刘一诺",
            "1、陈思远 2、张雨桐 3、刘一诺",
            "1.陈思远2.张雨桐3.刘一诺",
            "1．陈思远\n２．张雨桐\n３．刘一诺",
            "(1)陈思远 (2)张雨桐 (3)刘一诺",
            "1 陈思远\n2 张雨桐\n3 刘一诺",
            "陈思远、张雨桐、刘一诺",
            "陈思远 张雨桐 刘一诺",
            "陈思远，张雨桐；刘一诺。",
            "实到：陈思远、张雨桐、刘一诺",
            "陈思远\r\n\r\n张雨桐\r\n  刘一诺  ",
            "1. 陈思远 参加\n2. 张雨桐 收到\n3. 刘一诺已到",
            "陈思远张雨桐刘一诺",
        ],
    )
    def test_three_who_came(self, text: str) -> None:
        reading = read(text, PEOPLE)
        assert reading.seen == tuple(Seen(IDS[name], HERE) for name in ("陈思远", "张雨桐", "刘一诺"))
        assert reading.questions == ()

    def test_the_text_of_a_real_morning(self) -> None:
        text = "1. 陈思远\n2. 张雨桐 3. 刘一诺\n4. 吴桂芳 请假（年休）\n5. 何嘉懿 6. 许文静 7. 李沐阳 8. 孙立群 9. 小高"
        reading = read(text, PEOPLE)
        assert [one.presence for one in reading.seen] == [HERE] * 3 + [Presence.LEAVE] + [HERE] * 4
        assert reading.questions == (Question("小高", HERE, (IDS["高远航"], IDS["高敏"])),)

    @pytest.mark.parametrize(
        "text", ["", "   \n\n", "#接龙\n主题党日报名", "1.\n2.\n", "请假", "https://example.test/x"]
    )
    def test_nobody(self, text: str) -> None:
        reading = read(text, PEOPLE)
        assert (reading.seen, reading.questions) == ((), ())


class TestLeave:
    @pytest.mark.parametrize(
        ("remark", "presence"),
        [
            (" 请假（年休）", Presence.LEAVE),
            ("（休假）", Presence.LEAVE),
            ("调休", Presence.LEAVE),
            (" 病假", Presence.SICK),
            ("（请假，住院）", Presence.SICK),
            (" 病假在家休息", Presence.SICK),
            (" 夜班", Presence.DUTY),
            (" 请假（出差）", Presence.DUTY),
            ("：公务", Presence.DUTY),
            (" 请假", Presence.OTHER),
            (" 事假", Presence.OTHER),
            (" 没请假", Presence.ABSENT),
            (" 未到", Presence.ABSENT),
            ("", HERE),
            (" 迟到", HERE),
        ],
    )
    def test_only_the_category_is_kept(self, remark: str, presence: Presence) -> None:
        assert found(f"1. 吴桂芳{remark}\n2. 陈思远") == {"吴桂芳": presence, "陈思远": HERE}

    def test_a_heading_holds_for_its_line(self) -> None:
        text = "实到：陈思远、张雨桐\n病假：吴桂芳\n当班：何嘉懿 许文静"
        assert found(text) == {
            "陈思远": HERE, "张雨桐": HERE, "吴桂芳": Presence.SICK, "何嘉懿": Presence.DUTY, "许文静": Presence.DUTY,
        }  # fmt: skip

    def test_a_remark_belongs_to_the_name_before_it(self) -> None:
        assert found("陈思远 张雨桐 病假 刘一诺") == {"陈思远": HERE, "张雨桐": Presence.SICK, "刘一诺": HERE}

    def test_a_later_excuse_counts(self) -> None:
        reading = read("1. 陈思远\n2. 张雨桐\n3. 陈思远 临时夜班", PEOPLE)
        assert reading.seen == (Seen(1, Presence.DUTY), Seen(2, HERE))
        assert reading.twice == ("陈思远",)


class TestAsking:
    @pytest.mark.parametrize(
        ("word", "candidates"),
        [
            ("小高", ("高远航", "高敏")),
            ("高师傅", ("高远航", "高敏")),
            ("思远", ("陈思远",)),
            ("陈思元", ("陈思远",)),
            ("王五", ()),
        ],
    )
    def test_what_is_unclear_is_asked_with_the_likeliest_first(self, word: str, candidates: tuple[str, ...]) -> None:
        reading = read(f"1. 张雨桐\n2. {word} 病假", PEOPLE)
        assert reading.seen == (Seen(IDS["张雨桐"], HERE),)
        assert reading.questions == (Question(word, Presence.SICK, tuple(IDS[name] for name in candidates)),)

    def test_the_answer_settles_it(self) -> None:
        assert found("1. 小高 病假\n2. 王五", 小高=IDS["高敏"], 王五=GUEST) == {"高敏": Presence.SICK}
        assert read("王五", PEOPLE, {"王五": GUEST}).guests == ("王五",)

    def test_an_answer_that_names_nobody_here_is_no_answer(self) -> None:
        assert read("小高", PEOPLE, {"小高": 999}).questions != ()

    def test_two_of_the_same_name(self) -> None:
        assert read("李伟", TWINS).questions == (Question("李伟", HERE, (11, 12)),)
        assert read("1. 李伟（维修组）", TWINS).seen == (Seen(12, HERE),)


class TestSittings:
    def test_each_sitting_has_its_own(self) -> None:
        reading = read("第一场\n1. 陈思远\n2. 张雨桐\n第2场：刘一诺", PEOPLE)
        assert reading.seen == (Seen(1, HERE, 1), Seen(2, HERE, 1), Seen(3, HERE, 2))
        assert on_sittings(reading.seen, 2) == reading.seen
        assert {one.sitting for one in on_sittings(reading.seen, 1)} == {None}


class TestAbsent:
    def test_whoever_is_not_named_did_not_come(self) -> None:
        reading = read("陈思远", PEOPLE)
        assert with_absent(reading, [1, 2]) == (Seen(1, HERE), Seen(2, Presence.ABSENT))

    def test_no_text_says_nothing(self) -> None:
        assert with_absent(read("", PEOPLE), [1, 2]) == ()


presences = st.sampled_from(list(Presence))


@given(st.lists(st.tuples(st.sampled_from(TWINS), presences), unique_by=lambda row: row[0].id))
def test_what_is_written_reads_the_same(rows: list[tuple[Person, Presence]]) -> None:
    text = written([(person, presence, None) for person, presence in rows], TWINS)
    reading = read(text, TWINS)
    assert {one.person_id: one.presence for one in reading.seen} == {person.id: p for person, p in rows}
    assert reading.questions == ()


@given(st.text(alphabet="陈思远张雨桐高小师傅病假请第一场12.、,()（） \n：@", max_size=80))
def test_any_text_is_read_without_an_error(text: str) -> None:
    reading = read(text, TWINS)
    assert len({one.person_id for one in reading.seen}) == len(reading.seen)
