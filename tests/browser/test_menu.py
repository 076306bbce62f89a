"""The menu has room for the pages that are to come."""

from itertools import pairwise

#: Gives the menu of today stand-ins for the pages to come, copies of links that are there; where every link is then.
_TWELVE_PAGES = """() => {
    const links = (part) => [...part.querySelectorAll("[data-testid=stPageLink]")];
    const boxOf = (link) => link.closest("[data-testid=stElementContainer]");
    const name = (part, title) => { [...part.querySelectorAll("p")].at(-1).textContent = title; };
    const groups = [...document.querySelectorAll("[class*=st-key-menu_group_]")];
    const grow = (group, titles) => {
        for (const title of titles) {
            const last = boxOf(links(group).at(-1));
            const copy = last.cloneNode(true);
            name(copy, title);
            last.after(copy);
        }
    };
    const [cells, , work] = groups;
    const wide = document.querySelector(".st-key-menu_wide");
    const wholeOf = (group) => [...wide.children].find((one) => one.contains(group));
    const inside = wholeOf(work).cloneNode(true);
    grow(cells, ["Cell lab"]);
    grow(work, ["Speech", "Motion"]);
    inside.querySelector("p").textContent = "Inside";
    for (const link of links(inside).slice(1)) boxOf(link).remove();
    name(links(inside)[0], "Inside");
    wholeOf(work).after(inside);
    const menu = document.querySelector(".st-key-menu");
    return [...menu.querySelectorAll("a, button, label")].filter((one) => one.checkVisibility()).map((one) => {
        const { top, bottom, left, right } = one.getBoundingClientRect();
        return { title: one.innerText.trim(), middle: (top + bottom) / 2, top, bottom, left, right };
    });
}"""


def test_twelve_pages_stand_in_one_line_of_a_wide_screen(open_page, address):
    page = open_page(viewport={"width": 1400, "height": 800})
    page.goto(f"{address}/step_through")
    page.get_by_test_id("player").wait_for()
    places = page.evaluate(_TWELVE_PAGES)
    assert len([one for one in places if one["title"]]) >= 14  # home, eleven pages, the lesson's button, the classroom
    middles = [one["middle"] for one in places]
    assert max(middles) - min(middles) < 20  # titles of groups stand above their pages
    for one, following in pairwise(places):
        beside, below = following["left"] >= one["right"] - 1, following["top"] >= one["bottom"] - 1
        assert beside or below or not following["title"]
    assert max(one["right"] for one in places) <= 1400
