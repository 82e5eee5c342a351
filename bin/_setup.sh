# Sourced by its neighbours: brings .venv up to date, with a uv and a Python that are here or can be had.
# Sets $KRING to the Python that runs Kring and goes to the checkout. $SYNC_OPTIONS go to `uv sync`.

called_from=$PWD
cd "$(dirname "$0")/.." || exit 2

say() { printf '%s\n' "$*" >&2; }
give_up() { say "$(basename "$0"): $*"; exit 2; }

# A shim may be on the PATH and lead nowhere, so what counts is whether it runs.
find_uv() {
    for candidate in uv "$HOME/.local/bin/uv" .tools/bin/uv "$HOME"/.pyenv/versions/*/bin/uv; do
        if "$candidate" --version >/dev/null 2>&1; then
            UV=$candidate
            return
        fi
    done
    say "There is no uv here: installing one into .tools"
    if ! python3 -m venv .tools >/dev/null 2>&1; then
        rm -rf .tools
        install_packages python3-venv python3-pip || give_up "install uv, or Python with venv, and try again."
        python3 -m venv .tools || give_up "install uv and try again."
    fi
    .tools/bin/python -m pip install --quiet 'uv>=0.9' || give_up "uv cannot be downloaded: install it and try again."
    UV=.tools/bin/uv
}

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 13))' >/dev/null 2>&1; }

find_python() {
    for candidate in .venv/bin/python python3.13 python3.14 python3 "$HOME"/.pyenv/versions/3.1[3-9]*/bin/python; do
        if is_new_enough "$candidate"; then
            PYTHON=$("$candidate" -c 'import os, sys; print(os.path.realpath(sys._base_executable or sys.executable))')
            return
        fi
    done
    say "There is no Python 3.13 here: asking uv for one"
    "$UV" python install --quiet 3.13 || give_up "Kring needs Python 3.13: install it (your system's package, or pyenv) and try again."
    PYTHON=3.13
}

# Installs Debian's packages when it can; else says what to install and fails.
install_packages() {
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        say "Installing $*"
        export DEBIAN_FRONTEND=noninteractive
        if [ -z "${APT_IS_FRESH:-}" ]; then apt-get update -qq >/dev/null </dev/null && APT_IS_FRESH=1; fi
        apt-get install -y -qq --no-install-recommends "$@" >/dev/null </dev/null && return
    fi
    say "Missing on this machine: $*"
    return 1
}

# $1: a command; the rest: the packages that bring it.
need() {
    program=$1
    shift
    command -v "$program" >/dev/null || install_packages "$@" || give_up "install $* and try again."
}

find_uv
find_python
export UV_PYTHON_DOWNLOADS=never
# Where Python may not keep what it compiled, each start costs seconds.
unset PYTHONDONTWRITEBYTECODE
# shellcheck disable=SC2086 # a list
"$UV" sync --quiet --frozen --python "$PYTHON" ${SYNC_OPTIONS:-} || give_up "the packages of uv.lock cannot be installed (see above)."
KRING=$PWD/.venv/bin/python

if [ -z "${DATABASE_URL:-}" ]; then
    missing=$("$KRING" -c 'from kring.embedded.binaries import missing_packages; print(*missing_packages())')
    # shellcheck disable=SC2086 # a list
    [ -z "$missing" ] || install_packages $missing || give_up "install them, or set DATABASE_URL to a PostgreSQL 18."
fi
