"""The open quarter under a thumb: what can be tapped is 44 px high."""

import pytest

from tests.fixtures.browser import PHONE, OpenWindow

pytestmark = pytest.mark.browser

PAGES = {
    "committee": [
        "/inspections", "/inspections/rounds/4", "/inspections/rounds/4/steps/review", "/inspections/rounds/4/review",
        "/inspections/sheets/47/score/A2", "/inspections/sheets/47/score/B1", "/inspections/sheets/47/conditions",
        "/inspections/rounds/3/reopen", "/inspections/rubrics",
    ],
    "leader1": ["/inspections", "/inspections/rounds/4", "/inspections/sheets/40"],
}  # fmt: skip
# A box inside its label is tapped by the label.
LOW = """() => [...document.querySelectorAll("main a, main button, main summary, main select, main textarea, main input")]
    .map(one => one.matches("[type=checkbox], [type=radio]") ? one.closest("label") || one.nextElementSibling : one)
    .filter(one => { const { height } = one.getBoundingClientRect(); return height > 0 && height < 43.5; })
    .map(one => one.id || one.textContent.trim())"""


@pytest.mark.parametrize("login", PAGES)
def test_what_is_tapped_is_high_enough(login: str, window: OpenWindow) -> None:
    person = window(PHONE).sign_in(login)
    assert {path: person.open(path).evaluate(LOW) for path in PAGES[login]} == {path: [] for path in PAGES[login]}


IN_REACH = """() => {
  const button = document.querySelector(".words button[type=submit]").getBoundingClientRect();
  return button.top >= 0 && button.bottom <= window.innerHeight;
}"""


def test_what_saves_is_in_reach_before_anybody_scrolls(window: OpenWindow) -> None:
    page = window(PHONE).sign_in("committee").open("/inspections/sheets/47/score/A2")
    assert page.evaluate(IN_REACH)
    page.evaluate("document.getElementById('reason').scrollIntoView()")
    assert page.evaluate(IN_REACH)


def test_a_deduction_is_counted_with_the_thumb(window: OpenWindow) -> None:
    """No keyboard comes up; the sum follows, and nothing goes below none."""
    page = window(PHONE).sign_in("committee").open("/inspections/sheets/47/score/A2")
    field, whole = page.get_by_role("spinbutton", name="方案晚交"), page.locator("#points")
    before = float(whole.inner_text())
    for label, count, points in (("多一次", "1", before - 1), ("少一次", "0", before), ("少一次", "0", before)):
        page.get_by_role("button", name=f"方案晚交，{label}").click()
        assert (field.input_value(), float(whole.inner_text())) == (count, points)
