#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Looks at the page of a report in a browser without a window, as people will:

    check.py PAGE.html AXE.js [PICTURES]

at four widths, on light and dark paper, and in print. Nothing is fetched and nothing complains; nothing sticks out at
the side; what scrolls within the page can be reached with the keyboard; text can be read on its paper; axe-core finds
nothing serious; and each picture is to be seen. With PICTURES, a folder, what was seen is kept there as PNG and PDF.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path
from typing import Any

from browser import Browser

WIDTHS = (1200, 768, 390, 360)
SERIOUS = {"serious", "critical"}

# The widest thing on the page, and how far it sticks out; what scrolls on its own is no matter.
STICKS_OUT = """(() => {
    const wide = document.documentElement.clientWidth, found = [];
    for (const element of document.querySelectorAll("body *")) {
        if (element.closest(".table, .broad, svg, details:not([open])")) continue;
        const box = element.getBoundingClientRect();
        if (box.width && (box.right > wide + 0.5 || box.left < -0.5)) found.push(element.outerHTML.slice(0, 120));
    }
    return {scrolls: document.documentElement.scrollWidth - wide, found};
})()"""

# What scrolls sideways and could not be reached with the keyboard, or has no name.
OUT_OF_REACH = """[...document.querySelectorAll("body *")].filter((element) =>
    element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).overflowX === "auto" &&
    (element.tabIndex < 0 || !(element.getAttribute("aria-label") ||
        document.getElementById(element.getAttribute("aria-labelledby"))?.textContent.trim()))
).map((element) => element.outerHTML.slice(0, 120))"""

# Letters of the pictures, which axe-core leaves out: how tall they are on the screen, and how well they are read.
LETTERS = """(() => {
    const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
    const light = ([r, g, b]) => [r, g, b].map((c) => c / 255).map(
        (c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
    ).reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    const paper = light(rgb(getComputedStyle(document.body).backgroundColor));
    const found = [];
    for (const text of document.querySelectorAll("svg text")) {
        const svg = text.ownerSVGElement;
        if (!svg.getBoundingClientRect().width || !text.textContent.trim()) continue;
        const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
        const style = getComputedStyle(text), own = light(rgb(style.fill));
        const contrast = (Math.max(own, paper) + 0.05) / (Math.min(own, paper) + 0.05);
        // What is meant as it stands lies on a colour of its own.
        const onColour = text.getAttribute("fill") || /fill:#fff/.test(text.getAttribute("style") || "");
        found.push({
            text: text.textContent, size: parseFloat(style.fontSize) * scale, contrast: onColour ? 21 : contrast,
        });
    }
    return found;
})()"""

PICTURES = """[...document.querySelectorAll("section")].map((section) => ({
    name: section.id, seen: [...section.querySelectorAll("svg")].map((svg) => svg.getBoundingClientRect().height)
        .filter((height) => height > 100).length, all: section.querySelectorAll("figure").length}))"""

AXE = """axe.run(document, {resultTypes: ["violations"]}).then((found) => found.violations.map((each) => ({
    id: each.id, impact: each.impact, help: each.help, nodes: each.nodes.slice(0, 3).map((node) => node.html)})))"""


class Check:
    def __init__(self) -> None:
        self.done = 0
        self.faults: list[str] = []

    def that(self, holds: bool, what: str) -> None:
        self.done += 1
        if not holds:
            self.faults.append(what)
            print(f"FAULT: {what}")


def look(browser: Browser, page: Path, axe: str, width: int, dark: bool, check: Check, pictures: Path | None) -> None:
    where = f"at {width} points, {'dark' if dark else 'light'}"
    browser.show(width, dark)
    browser.open(page)
    out = browser.ask(STICKS_OUT)
    check.that(out["scrolls"] <= 0 and not out["found"], f"{where}: sticks out by {out['scrolls']}: {out['found'][:3]}")
    check.that(not (far := browser.ask(OUT_OF_REACH)), f"{where}: scrolls out of reach: {far[:3]}")
    letters = browser.ask(LETTERS)
    check.that(len(letters) > 50, f"{where}: {len(letters)} words in pictures")
    small = [each for each in letters if each["size"] < 7.5]
    check.that(not small, f"{where}: too small to read: {small[:3]}")
    pale = [each for each in letters if each["contrast"] < 4.5]
    check.that(not pale, f"{where}: too pale to read: {pale[:3]}")
    for each in browser.ask(PICTURES):
        check.that(
            each["seen"] >= each["all"], f"{where}: {each['name']} shows {each['seen']} of {each['all']} pictures"
        )
    paper = browser.ask("getComputedStyle(document.body).backgroundColor")
    check.that(
        sum(map(int, re.findall(r"\d+", paper)[:3])) < 200 if dark else paper == "rgb(255, 255, 255)",
        f"{where}: {paper}",
    )
    browser.ask(axe)
    for each in browser.ask(AXE):
        print(f"{where}: axe-core: {each['impact']}: {each['id']}: {each['help']}: {each['nodes']}")
        check.that(each["impact"] not in SERIOUS, f"{where}: {each['id']}: {each['help']}")
    check.that(True, "axe-core has run")
    fetched = [e["params"]["request"]["url"] for e in browser.events if e.get("method") == "Network.requestWillBeSent"]
    check.that(
        all(url.startswith(("file:", "data:")) for url in fetched) and sum(u.startswith("file:") for u in fetched) == 1,
        f"{where}: fetches {fetched}",
    )
    said = [event for event in browser.events if event.get("method") in ("Log.entryAdded", "Runtime.exceptionThrown")]
    check.that(not said, f"{where}: the browser says {said}")
    if pictures is not None:
        browser.picture(pictures / f"{width}-{'dark' if dark else 'light'}.png")


def look_at_print(browser: Browser, page: Path, check: Check, pictures: Path | None, folder: Path) -> None:
    # A4 less the margins, in points of the screen.
    browser.show(680, dark=True, media="print")
    browser.open(page)
    out: Any = browser.ask(STICKS_OUT)
    check.that(out["scrolls"] <= 4, f"in print: sticks out by {out['scrolls']}: {out['found'][:3]}")
    wide = browser.ask(
        "[...document.querySelectorAll('.table, .broad')].filter((e) => e.scrollWidth > document.body.clientWidth + 1)"
        ".map((e) => e.textContent.trim().slice(0, 60))"
    )
    check.that(not wide, f"in print: too wide for the paper: {wide}")
    hidden = browser.ask("getComputedStyle(document.querySelector('nav')).display")
    check.that(hidden == "none", "in print: the links to sections are there")
    ink = browser.ask("getComputedStyle(document.body).color")
    check.that(
        sum(map(int, re.findall(r"\d+", ink)[:3])) < 200, f"in print: the text is {ink}, though the screen is dark"
    )
    made = (pictures or folder) / "print.pdf"
    browser.pdf(made)
    pages = len(re.findall(rb"/Type\s*/Page\b", made.read_bytes()))
    check.that(2 <= pages <= 40, f"in print: {pages} pages")


def main(page: Path, axe: Path, pictures: Path | None) -> int:
    check = Check()
    with Browser() as browser, tempfile.TemporaryDirectory() as folder:
        for width in WIDTHS:
            for dark in (False, True):
                look(browser, page, axe.read_text(encoding="utf-8"), width, dark, check, pictures)
        look_at_print(browser, page, check, pictures, Path(folder))
    print(f"{check.done} checks, {len(check.faults)} faults")
    return 1 if check.faults else 0


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]) if len(sys.argv) == 4 else None))
