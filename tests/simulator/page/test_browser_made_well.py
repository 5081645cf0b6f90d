"""The page for everybody: with a screen reader, in the dark, on a phone, without motion, when something fails."""

from __future__ import annotations

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route

from skill.simulator.device import State
from tests.support.browser import Served, Visitor

PHONE = (320, 640)
AT_ITS_END = "(() => { const log = document.querySelector('#log'); return log.scrollTop + log.clientHeight; })()"


def violations(page: Page) -> list[str]:
    """What axe finds wrong with the page as it stands, one line each."""
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {each['help']}: {node['target']}" for each in found for node in each["nodes"]]


def test_axe_finds_nothing_wrong(visitor: Visitor) -> None:
    """No accessibility violation: before the start, and in a massage, in the light and, on a phone, in the dark."""
    page = visitor.page
    page.click("#kinds summary")
    assert violations(page) == []
    visitor.plug_in()
    visitor.begin()
    visitor.say("pause")
    visitor.until("document.querySelector('#hint.matters')")
    page.click("#drawer summary")
    assert violations(page) == []
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    page.emulate_media(color_scheme="dark")
    assert violations(page) == []


def test_it_fits_a_phone(visitor: Visitor) -> None:
    """At 320 pixels nothing sticks out to the side; only the timeline scrolls, in a frame of its own."""
    visitor.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    widest = "Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)"
    assert visitor.page.evaluate(widest) <= PHONE[0]
    visitor.plug_in()
    visitor.begin()
    visitor.page.click("#drawer summary")
    assert visitor.page.evaluate(widest) <= PHONE[0]


def test_a_phone_shows_what_is_heard_and_what_to_say_at_once(visitor: Visitor) -> None:
    """A phone's first screen holds the caption, a suggestion and the field to type in: nobody has to scroll first."""
    visitor.page.set_viewport_size({"width": 360, "height": 640})
    visitor.plug_in()
    visitor.say("Alexa, open sciatica massage")
    visitor.until("document.querySelector('#caption').textContent.includes('Welcome')")
    visitor.page.evaluate("scrollTo(0, 0)")
    for shown in ("#caption", "#suggestions button", "#ask"):
        box = visitor.page.locator(shown).first.bounding_box()
        assert box is not None and box["y"] >= 0 and box["y"] + box["height"] <= 640, shown


def test_the_newest_words_stay_in_view(visitor: Visitor) -> None:
    """The transcript follows what is said, however its room changes, until somebody scrolls back to read."""
    visitor.plug_in("no player")
    visitor.begin()
    bottom = "document.querySelector('#log').scrollHeight"
    top = "document.querySelector('#log').scrollTop"
    visitor.until(f"{top} > 0 && {AT_ITS_END} > {bottom} - 5")
    visitor.say("Alexa, stop")
    assert visitor.hear_out() == "idle"  # the page asks for nothing any more
    for width, height in (PHONE, (1280, 900)):
        visitor.page.set_viewport_size({"width": width, "height": height})
        visitor.until(f"innerWidth === {width} && {AT_ITS_END} > {bottom} - 5")
    visitor.page.evaluate(f"{top} = 5")
    visitor.say("how long is left")
    assert visitor.page.evaluate(top) == 5


def test_the_page_says_how_to_be_heard(visitor: Visitor) -> None:
    """Who was not heard is told what the device hears now; the first suggestion stands in the field as an example."""
    visitor.plug_in()
    assert visitor.page.is_visible("#first")
    visitor.say("yes please")
    visitor.page.wait_for_selector("#hint.matters:has-text('Alexa, open sciatica massage')")
    assert visitor.page.get_attribute("#sentence", "placeholder") == "Alexa, open sciatica massage"
    assert visitor.page.is_hidden("#first")
    visitor.say("Alexa, open sciatica massage")
    visitor.page.wait_for_selector("#hint:not(.matters):has-text('While it speaks')")
    visitor.hear_out()
    visitor.page.wait_for_selector("#hint:has-text('not needed')")
    visitor.until("Number(document.querySelector('.ring').style.getPropertyValue('--left')) < 0.99")  # it runs out
    assert visitor.page.get_attribute("#sentence", "placeholder") == "yes"


def test_the_light_tells_what_the_device_does(visitor: Visitor) -> None:
    """Quiet, listening, speaking and playing look different on the ring, and are told in words beside it."""
    looks = """(state) => {
        document.querySelector("main").dataset.state = state;
        document.querySelector(".ring").getAnimations().forEach((each) => each.finish());
        const { backgroundColor, backgroundImage } = getComputedStyle(document.querySelector(".ring"));
        return backgroundColor + backgroundImage;
    }"""
    assert len({visitor.page.evaluate(looks, state) for state in State}) == len(State)
    visitor.plug_in()
    assert visitor.page.inner_text("#state") == "Quiet"
    visitor.say("Alexa, open sciatica massage")
    visitor.page.wait_for_selector("#state:has-text('Speaking')")


def test_nothing_moves_where_motion_is_not_wanted(visitor: Visitor) -> None:
    """The light breathes; for whoever asked their system for less motion it only shines."""
    visitor.page.emulate_media(reduced_motion="no-preference")
    visitor.plug_in()
    visitor.say("Alexa, open sciatica massage")
    visitor.until_state("speaking")
    visitor.until("document.getAnimations().length > 0")
    visitor.page.emulate_media(reduced_motion="reduce")
    visitor.until("document.getAnimations().length === 0")


def test_what_is_said_is_told_once_to_a_screen_reader(visitor: Visitor) -> None:
    """The transcript is the one live region of what is said: the caption shows the same words, and is silent."""
    visitor.plug_in()
    visitor.say("Alexa, open sciatica massage")
    visitor.until("document.querySelector('#caption').textContent.includes('Welcome')")
    live = visitor.page.locator("[aria-live], [role=log], [role=status], [role=alert]").filter(has_text="Welcome")
    assert [each.get_attribute("id") for each in live.all()] == ["log"]


def test_a_builder_sees_the_exchange(visitor: Visitor) -> None:
    """The drawer shows what was understood, the request, the response and what is remembered."""
    visitor.plug_in()
    visitor.say("Alexa, ask sciatica massage to tell me about the piriformis")
    visitor.page.click("#drawer summary")
    visitor.until("document.querySelector('[data-part=slots]').textContent.includes('piriformis')")
    parts = "[...document.querySelectorAll('#drawer [data-part]')].map((each) => [each.dataset.part, each.innerText])"
    told = dict(visitor.page.evaluate(parts))
    assert told["intent"] == "AboutIntent"
    assert json.loads(told["request"])["request"]["intent"]["name"] == "AboutIntent"
    assert "outputSpeech" in json.loads(told["response"])["response"]
    assert "person" in json.loads(told["state"])
    assert "keeps all the rules" in told["refused"]


def test_what_alexa_would_refuse_is_told_in_plain_words(visitor: Visitor) -> None:
    """An answer that breaks a rule of Alexa's is told at the top of the page, and the Echo stays."""
    visitor.plug_in()

    def refuse(route: Route) -> None:
        found = route.fetch()
        route.fulfill(response=found, json={**found.json(), "refused": "the speech is 9,120 characters long"})

    visitor.page.route("**/say", refuse)
    visitor.say("Alexa, open sciatica massage")
    visitor.page.wait_for_selector("#notice:has-text('Alexa would have refused this answer: the speech is 9,120')")
    assert visitor.page.is_visible("#sentence")


@pytest.mark.parametrize("known", [True, False])
def test_an_echo_outlives_a_reload_of_the_page(visitor: Visitor, house: Served, known: bool) -> None:
    """The same Echo stands there after a reload, as fast and as loud; one that is forgotten asks to be replaced."""
    visitor.plug_in()
    visitor.say("Alexa, open sciatica massage")
    visitor.page.check("#speed [value='2']", force=True)
    visitor.page.fill("#volume", "3")
    visitor.until("document.querySelector('.voice').playbackRate === 2")
    if not known:
        visitor.page.evaluate("sessionStorage.setItem('echo', 'gone')")
    visitor.page.reload()
    if known:
        visitor.page.wait_for_selector("#log .you:has-text('open sciatica massage')")
        visitor.until("document.querySelector('#speed [value=\"2\"]').checked")
        assert visitor.page.evaluate("document.querySelector('#track').volume") == 0.3
    else:
        visitor.page.wait_for_selector("#notice:has-text('was started again')")
        assert visitor.page.is_visible("text=Plug it in")
        visitor.wrong.clear()  # the browser tells of the 404


def test_the_page_waits_for_a_server_that_is_away(visitor: Visitor) -> None:
    """While the skill does not answer, the page says so, and goes on by itself once it does."""
    visitor.plug_in()
    visitor.page.route("**/echo/**", lambda route: route.abort())
    visitor.page.fill("#sentence", "Alexa, open sciatica massage")
    visitor.page.press("#sentence", "Enter")
    visitor.page.wait_for_selector("#notice:has-text('does not answer')")
    visitor.page.unroute("**/echo/**")
    visitor.page.wait_for_selector("#notice", state="hidden")
    visitor.wrong.clear()  # the browser tells of the failures


def test_who_comes_back_to_the_tab_sees_what_happened(visitor: Visitor, house: Served) -> None:
    """A page that was hidden looks as soon as it is seen again: a browser seldom wakes it before."""
    visitor.plug_in()
    echo = visitor.page.evaluate("sessionStorage.getItem('echo')")
    said = {"sentence": "Alexa, open sciatica massage"}
    assert visitor.page.request.post(f"{house.address}echo/{echo}/say", data=said).ok  # the same Echo in another tab
    visitor.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    visitor.page.wait_for_selector("#log .you:has-text('open sciatica massage')")
