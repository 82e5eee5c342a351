"""Tools the browser tests need beside Python. A missing tool is a failure that explains how to get it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

ROOT = Path(__file__).parents[2]
JAR = ROOT / ".tools" / "npm" / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
# In a folder of its own: npm removes from a folder what it is not asked for.
OIDC_PROVIDER = ROOT / ".tools" / "npm-openid" / "node_modules" / "oidc-provider"
MOCK_SERVER = ROOT / ".tools" / "npm-openid-mock" / "node_modules" / "oauth2-mock-server"
GET_THEM = "Run bin/browser-tools, which installs it."


class MissingTool(Exception):
    """A browser test cannot run, and must not pretend it did."""


# The first draws the same pages without what a window needs: less than half the work.
CHROMIUMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def chromium() -> str:
    for name in (os.environ.get("KRING_CHROMIUM", ""), *CHROMIUMS):
        if name and (found := shutil.which(name)):
            return found
    raise MissingTool(f"Chromium is not installed. {GET_THEM}")


def java() -> str:
    if found := shutil.which("java"):
        return found
    raise MissingTool(f"Java is not installed: the Nu checker needs it. {GET_THEM}")


def nu_checker() -> Path:
    if JAR.exists():
        return JAR
    raise MissingTool(f"The Nu checker is not at {JAR.relative_to(ROOT)}. {GET_THEM}")


def node() -> str:
    if found := shutil.which("node"):
        return found
    raise MissingTool(f"Node is not installed: a login service of the tests needs it. {GET_THEM}")


def oidc_provider() -> Path:
    if (OIDC_PROVIDER / "package.json").exists():
        return OIDC_PROVIDER
    raise MissingTool(f"oidc-provider is not at {OIDC_PROVIDER.relative_to(ROOT)}. {GET_THEM}")


def mock_server() -> Path:
    if (MOCK_SERVER / "package.json").exists():
        return MOCK_SERVER
    raise MissingTool(f"oauth2-mock-server is not at {MOCK_SERVER.relative_to(ROOT)}. {GET_THEM}")
