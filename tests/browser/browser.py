# SPDX-License-Identifier: MIT
"""A browser without a window, told what to do over a pair of pipes: Chromium's own protocol, no driver in between."""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome")
WAIT = 120.0  # seconds for one answer


class Browser:
    """One page in a Chromium that has no network."""

    def __init__(self) -> None:
        program = next((found for name in NAMES if (found := shutil.which(name))), None)
        if program is None:
            raise FileNotFoundError(f"none of {', '.join(NAMES)} is installed")
        self._home = tempfile.mkdtemp(prefix="browser-")
        to_read, self._write = os.pipe()
        self._read, to_write = os.pipe()
        self._process = subprocess.Popen(
            # The browser reads from 3 and writes to 4.
            ["sh", "-c", f'exec 3<&{to_read} 4>&{to_write}; exec "$@"', "sh", program]
            + ["--headless=new", "--remote-debugging-pipe", f"--user-data-dir={self._home}", "--hide-scrollbars"]
            + ["--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--force-color-profile=srgb"]
            + ["--disable-background-networking", "--proxy-server=http://127.0.0.1:9"]
            + (["--no-sandbox"] if os.geteuid() == 0 else []),
            pass_fds=(to_read, to_write),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "HOME": self._home},
        )
        os.close(to_read)
        os.close(to_write)
        self._rest = b""
        self._number = 0
        self._session = ""
        self.events: list[dict[str, Any]] = []
        target = self.do("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.do("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for part in ("Page", "Runtime", "Network", "Log"):
            self.do(f"{part}.enable")

    def __enter__(self) -> Browser:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._write)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._read)
        shutil.rmtree(self._home, ignore_errors=True)

    # --- the protocol ---

    def do(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Has something done and waits for the answer."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while (answer := self._next()).get("id") != self._number:
            self.events.append(answer)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']['message']}")
        result: dict[str, Any] = answer["result"]
        return result

    def _next(self) -> dict[str, Any]:
        end = time.monotonic() + WAIT
        while b"\0" not in self._rest:
            if not select.select([self._read], [], [], max(0.0, end - time.monotonic()))[0]:
                raise TimeoutError("the browser says nothing")
            data = os.read(self._read, 1 << 16)
            if not data:
                raise RuntimeError("the browser has ended")
            self._rest += data
        text, _, self._rest = self._rest.partition(b"\0")
        message: dict[str, Any] = json.loads(text)
        return message

    def wait(self, method: str) -> dict[str, Any]:
        """The next event of that name."""
        while True:
            for i, event in enumerate(self.events):
                if event.get("method") == method:
                    return self.events.pop(i)
            self.events.append(self._next())

    # --- the page ---

    def show(self, width: int, dark: bool = False, media: str = "screen", scale: float = 1.0) -> None:
        """How wide the page is, and on which paper."""
        phone = width < 600
        self.do("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=scale, mobile=phone)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.do("Emulation.setEmulatedMedia", media=media, features=[scheme])

    def open(self, path: Path) -> None:
        self.events.clear()
        self.do("Page.navigate", url=path.resolve().as_uri())
        self.wait("Page.loadEventFired")

    def ask(self, expression: str) -> Any:
        """The value of an expression of JavaScript, awaited where it is a promise."""
        found = self.do("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in found:
            details = found["exceptionDetails"]
            raise RuntimeError(details.get("exception", {}).get("description") or details["text"])
        return found["result"].get("value")

    def picture(self, path: Path, at: tuple[int, int] | None = None) -> None:
        """The whole page as PNG; `at`: from so far down, so many points."""
        size = self.do("Page.getLayoutMetrics")["cssContentSize"]
        top, high = at if at is not None else (0, size["height"])
        clip = {"x": 0, "y": top, "width": size["width"], "height": min(high, size["height"] - top), "scale": 1}
        made = self.do("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
        path.write_bytes(base64.b64decode(made["data"]))

    def pdf(self, path: Path) -> None:
        """The page as it is printed on A4."""
        made = self.do(
            "Page.printToPDF", paperWidth=8.27, paperHeight=11.69, printBackground=False, preferCSSPageSize=True
        )
        path.write_bytes(base64.b64decode(made["data"]))
