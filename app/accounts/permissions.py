"""Who may do what, where: one pure table.

A rule names the roles and how far each reaches from the place of its grant: `WITHIN` the place itself and all below
it, over the whole own `BRANCH` (sister groups too), or the whole own `COMMITTEE`. System administrator and auditor
stand in rules of their own only; no rule mixes them with business roles, and a test holds that.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, StrEnum

from app.accounts.roles import Grant, Role
from app.foundation.places import Place


class Reach(Enum):
    WITHIN = "within"
    BRANCH = "branch"
    COMMITTEE = "committee"


class Permission(StrEnum):
    ACCOUNT_MANAGE = "account:manage"
    ACTIVITY_CONFIRM = "activity:confirm"
    ACTIVITY_READ = "activity:read"
    ACTIVITY_WRITE = "activity:write"
    APPEAL_DECIDE = "appeal:decide"
    AUDIT_READ = "audit:read"
    BOARD_READ = "board:read"
    BRAND_APPROVE = "brand:approve"
    BRAND_FILE = "brand:file"
    BRAND_READ = "brand:read"
    BRAND_WRITE = "brand:write"
    CHECK_ARRANGE = "mutual-check:arrange"
    CHECK_READ = "mutual-check:read"
    CHECK_VISIT = "mutual-check:visit"
    DEMO_CLEAR = "demo:clear"
    FEEDBACK_READ = "feedback:read"
    FEEDBACK_WRITE = "feedback:write"
    FINDING_ANSWER = "finding:answer"
    FINDING_RAISE = "finding:raise"
    FINDING_READ = "finding:read"
    FINDING_RECHECK = "finding:recheck"
    GOAL_WRITE = "goal:write"
    INDICATOR_DEFINE = "indicator:define"
    INDICATOR_ENTER = "indicator:enter"
    INDICATOR_READ = "indicator:read"
    MONTH_ISSUE_PRINT = "month-issue:print"
    NOMINATION_DECIDE = "nomination:decide"
    NOMINATION_READ = "nomination:read"
    NOMINATION_WRITE = "nomination:write"
    ORGANISATION_READ = "organisation:read"
    ORGANISATION_WRITE = "organisation:write"
    PHOTO_HINT_READ = "photo-hint:read"
    PHOTO_ORIGINAL = "photo:original"
    PHOTO_READ = "photo:read"
    PHOTO_WRITE = "photo:write"
    RESULT_EXPORT = "result:export"
    RESULT_READ = "result:read"
    ROSTER_EXPORT = "roster:export"
    ROSTER_IMPORT = "roster:import"
    ROUND_MANAGE = "round:manage"
    ROUND_PUBLISH = "round:publish"
    ROUND_READ = "round:read"
    RUBRIC_ADAPT = "rubric:adapt"
    RUBRIC_READ = "rubric:read"
    RUBRIC_WRITE = "rubric:write"
    SHEET_READ = "sheet:read"
    SHEET_SCORE = "sheet:score"
    SHEET_SELF_CHECK = "sheet:self-check"


@dataclass(frozen=True)
class Rule:
    roles: frozenset[Role]
    reach: Reach = Reach.WITHIN


FACTORY = frozenset({Role.FACTORY_COMMITTEE})
SECRETARIES = frozenset({Role.SECRETARY, Role.DEPUTY_SECRETARY})
BRANCH_COMMITTEE = SECRETARIES | {Role.COMMITTEE_MEMBER}
LEADERS = frozenset({Role.GROUP_LEADER})
GROUP_WORK = SECRETARIES | {Role.GROUP_LEADER}
GUIDES = BRANCH_COMMITTEE | {Role.LIAISON} | FACTORY
GROUP_READERS = GUIDES | {Role.GROUP_LEADER, Role.MEMBER}
BUSINESS = GROUP_READERS

RULES: dict[Permission, tuple[Rule, ...]] = {
    Permission.ACCOUNT_MANAGE: (Rule(frozenset({Role.SYSTEM_ADMINISTRATOR})),),
    Permission.ACTIVITY_CONFIRM: (Rule(SECRETARIES),),
    Permission.ACTIVITY_READ: (Rule(GROUP_READERS),),
    Permission.ACTIVITY_WRITE: (Rule(GROUP_WORK),),
    Permission.APPEAL_DECIDE: (Rule(FACTORY),),
    Permission.AUDIT_READ: (Rule(frozenset({Role.AUDITOR})),),
    # A printed board hangs on the workshop's wall: the whole branch reads it.
    Permission.BOARD_READ: (Rule(BUSINESS, Reach.BRANCH),),
    Permission.BRAND_APPROVE: (Rule(SECRETARIES),),
    Permission.BRAND_FILE: (Rule(FACTORY),),
    Permission.BRAND_READ: (Rule(BUSINESS, Reach.BRANCH),),
    Permission.BRAND_WRITE: (Rule(GROUP_WORK),),
    Permission.DEMO_CLEAR: (Rule(frozenset({Role.SYSTEM_ADMINISTRATOR})),),
    Permission.CHECK_ARRANGE: (Rule(SECRETARIES | FACTORY),),
    Permission.CHECK_READ: (Rule(BUSINESS, Reach.BRANCH),),
    Permission.CHECK_VISIT: (Rule(GROUP_WORK),),
    # Before publication a sheet is between the group, its branch and the committee.
    Permission.FEEDBACK_READ: (Rule(GROUP_WORK | FACTORY),),
    Permission.FEEDBACK_WRITE: (Rule(GROUP_WORK),),
    Permission.FINDING_ANSWER: (Rule(LEADERS),),
    Permission.FINDING_RAISE: (Rule(GUIDES | LEADERS),),
    # Groups look at each other, so their leaders know each other's findings; the others know their own group's.
    Permission.FINDING_READ: (Rule(GROUP_READERS), Rule(LEADERS, Reach.BRANCH)),
    # A leader only where the own group raised it, and nobody the own rectification: the operation asks.
    Permission.FINDING_RECHECK: (Rule(GUIDES), Rule(LEADERS, Reach.BRANCH)),
    Permission.GOAL_WRITE: (Rule(SECRETARIES),),
    Permission.INDICATOR_DEFINE: (Rule(SECRETARIES | FACTORY),),
    # Not the leaders: who is measured does not write the measure.
    Permission.INDICATOR_ENTER: (Rule(BRANCH_COMMITTEE | FACTORY),),
    Permission.INDICATOR_READ: (Rule(BUSINESS, Reach.BRANCH),),
    Permission.MONTH_ISSUE_PRINT: (Rule(GROUP_WORK),),
    Permission.NOMINATION_DECIDE: (Rule(FACTORY),),
    Permission.NOMINATION_READ: (Rule(BUSINESS, Reach.COMMITTEE),),
    Permission.NOMINATION_WRITE: (Rule(SECRETARIES),),
    Permission.ORGANISATION_READ: (Rule(BUSINESS, Reach.BRANCH),),
    Permission.ORGANISATION_WRITE: (Rule(SECRETARIES | FACTORY),),
    # Whoever answers it or guides the group; a member has nothing to do with it.
    Permission.PHOTO_HINT_READ: (Rule(GUIDES | {Role.GROUP_LEADER}),),
    Permission.PHOTO_ORIGINAL: (Rule(GROUP_WORK),),
    Permission.PHOTO_READ: (Rule(GROUP_READERS),),
    Permission.PHOTO_WRITE: (Rule(GROUP_WORK),),
    Permission.RESULT_EXPORT: (Rule(SECRETARIES | FACTORY),),
    Permission.RESULT_READ: (Rule(BUSINESS, Reach.BRANCH),),
    Permission.ROSTER_EXPORT: (Rule(SECRETARIES | FACTORY),),
    Permission.ROSTER_IMPORT: (Rule(SECRETARIES | FACTORY),),
    Permission.ROUND_MANAGE: (Rule(FACTORY),),
    Permission.ROUND_PUBLISH: (Rule(FACTORY),),
    Permission.ROUND_READ: (Rule(BUSINESS, Reach.COMMITTEE),),
    Permission.RUBRIC_ADAPT: (Rule(SECRETARIES),),
    Permission.RUBRIC_READ: (Rule(BUSINESS, Reach.COMMITTEE),),
    Permission.RUBRIC_WRITE: (Rule(FACTORY),),
    Permission.SHEET_READ: (Rule(GROUP_READERS),),
    Permission.SHEET_SCORE: (Rule(BUSINESS, Reach.COMMITTEE),),  # and only the round's panel: the operation asks
    Permission.SHEET_SELF_CHECK: (Rule(frozenset({Role.GROUP_LEADER})),),
}

REACHES = {
    Reach.WITHIN: Grant.covers,
    Reach.BRANCH: Grant.shares_branch,
    Reach.COMMITTEE: Grant.shares_committee,
}


def may(grants: Iterable[Grant], permission: Permission, place: Place) -> bool:
    """Whether one of the grants allows the permission at the place."""
    return any(
        grant.role in rule.roles and REACHES[rule.reach](grant, place) for rule in RULES[permission] for grant in grants
    )


def may_somewhere(grants: Iterable[Grant], permission: Permission) -> bool:
    """Whether one of the grants allows the permission at any place at all; for pages that list what the reader has."""
    return any(grant.role in rule.roles for rule in RULES[permission] for grant in grants)


def may_see(grants: Iterable[Grant], place: Place) -> bool:
    """Whether somebody may know that something exists at a place: a refusal there is a 403, elsewhere a 404."""
    return any(grant.role in BUSINESS and grant.covers(place) for grant in grants)
