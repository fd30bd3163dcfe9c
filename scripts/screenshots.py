"""Take the README's pictures from a running demo: docs/images/screen-*.png, under 300 KB each.

python scripts/screenshots.py http://localhost:8000 USERNAME PASSWORD
"""

import os
import shutil
import sys
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
LARGEST = 300_000  # bytes
WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


def main(address: str, username: str, password: str) -> None:
    chromium = os.environ.get("LINLI_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--use-gl=swiftshader"]
        )
        page = browser.new_page(viewport=WIDE, locale="zh-CN")
        county = _sign_in(page, address, username, password)
        _take(page, f"{county}", "home")
        _take(page, f"{county}map", "map")
        page.goto(f"{county}incidents?state=returned")
        page.locator("a[href*='/incidents/20']").first.click()
        page.wait_for_load_state("networkidle")
        _shoot(page, "case")
        page.set_viewport_size(PHONE)
        _shoot(page, "phone")
        browser.close()


def _sign_in(page: Any, address: str, username: str, password: str) -> str:
    """Returns the address of the county, with a slash."""
    page.goto(f"{address}/account/login/")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", password)
    page.click("button[type=submit]")
    page.wait_for_load_state("networkidle")
    county = page.evaluate("location.pathname").strip("/").split("/")[0]
    if county == "account":
        raise SystemExit(f"Signed in, but at {page.url}: is {username} of one county only?")
    return f"{address}/{county}/"


def _take(page: Any, address: str, name: str) -> None:
    page.goto(address)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1_500)  # maps draw after the network is quiet
    _shoot(page, name)


def _shoot(page: Any, name: str) -> None:
    file = IMAGES / f"screen-{name}.png"
    page.screenshot(path=file)
    image = Image.open(file).convert("RGB")
    for colours in (256, 128, 64, 32):
        image.quantize(colours).save(file, optimize=True)
        if file.stat().st_size < LARGEST:
            break
    print(file.name, file.stat().st_size)


if __name__ == "__main__":
    main(*sys.argv[1:4])
