"""The demo's words: enough of them, short enough to be set, of scenes that exist, and without names that belong to
nobody's demo."""

import re

import pytest

from app.activities.default_kinds import KINDS
from app.demo import scenes
from app.demo.factory import BRANCHES, BrandWords
from app.demo.names import NAMES
from app.demo.texts.marks import EVIDENCE, TAKEN
from app.demo.texts.projects import PROJECTS, STAGES
from app.demo.texts.stories import STORIES, Story
from app.rubrics.default_rubric import DEFAULT_RUBRIC
from app.rubrics.rubric import CriterionKind

EVERY_STORY = [story for stories in STORIES.values() for story in stories]
WORDS = {"a": "何沐阳", "b": "陈思远", "c": "方砚之", "old": "汪守拙", "team": "烘丝段甲班", "sister": "维修党小组"}
# The yearly cadence of a branch needs one text each, and these groups speak of them seldom.
RARE = {"self_check", "committee_meeting", "general_meeting"}


def test_common_kinds_have_a_dozen_stories() -> None:
    assert {kind: len(stories) for kind, stories in STORIES.items() if kind not in RARE and len(stories) < 12} == {}
    assert STORIES.keys() <= {kind.code for kind in KINDS}


@pytest.mark.parametrize("story", EVERY_STORY, ids=lambda story: story.title)
def test_a_story_can_be_set_on_a_board_page(story: Story) -> None:
    assert set(story.scenes) <= set(scenes.KINDS)
    assert len(story.title.format(**WORDS)) <= 20
    assert 30 <= len(story.content.format(**WORDS)) <= 200
    assert 4 <= len(story.outcome.format(**WORDS)) <= 44


def test_every_stage_of_every_project_can_be_set() -> None:
    long = [
        (group, stage.title)
        for group, projects in PROJECTS.items()
        for project in projects
        for stage in (wording for wordings in STAGES for wording in wordings)
        if len(stage.title.format(**vars(project), **WORDS)) > 24
        or len(stage.outcome.format(**vars(project), **WORDS)) > 60
        or len(stage.content.format(**vars(project), **WORDS)) > 260
    ]
    assert long == []
    assert PROJECTS.keys() == {group.name for branch in BRANCHES for group in branch.groups}


def test_names_are_enough_and_each_somebody_else() -> None:
    members = sum(group.size for branch in BRANCHES for group in branch.groups)
    assert len(set(NAMES)) == len(NAMES) >= members >= 90
    assert sum(len(branch.groups) for branch in BRANCHES) == 13


def test_reasons_fit_the_default_rubric() -> None:
    """Every deduction and step that the demo takes is one that the rubric has."""
    criteria = {criterion.code: criterion for criterion in DEFAULT_RUBRIC.criteria}
    assert TAKEN.keys() == criteria.keys()
    for code, taken in TAKEN.items():
        criterion = criteria[code]
        for what, reason in taken:
            assert reason
            steps = what if isinstance(what, tuple) else ()
            if criterion.kind is CriterionKind.SCALE:
                assert what in {
                    str(step.points) if step.points.denominator == 1 else str(float(step.points))
                    for step in criterion.steps
                }
            else:
                assert {deduction for deduction, _ in steps} <= {deduction.code for deduction in criterion.deductions}
    assert EVIDENCE.keys() <= {dimension.code for dimension in DEFAULT_RUBRIC.dimensions}


def everything() -> str:
    brands = [words for branch in BRANCHES for words in (branch.brand, *(g.brand for g in branch.groups))]
    told = [story.title + story.content + story.outcome for story in EVERY_STORY]
    return "".join(told) + "".join(_said(words) for words in brands)


def _said(words: BrandWords) -> str:
    return words.name + words.slogan + words.connotation + "".join((*words.carriers, *words.measures, *words.results))


def test_the_words_are_plain() -> None:
    """Full-width punctuation beside Han characters, and no word of the people's office for the group's leader but the
    official one."""
    text = everything()
    assert re.findall(r"[\u4e00-\u9fff][,:;!?()]|[,:;!?()][\u4e00-\u9fff]", text) == []
    assert "党小组长" not in text
