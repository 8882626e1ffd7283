#!/bin/sh
# Run the arguments with a Python of version 3.11 or later, wherever it is; say how to get one where there is none.
# PYTHON=/path/to/python overrides the search. Nothing is downloaded here except Debian's or Ubuntu's own packages.
set -u

usable() {
    command -v "$1" >/dev/null 2>&1 && "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    for candidate in ${PYTHON:+"$PYTHON"} python3 python3.13 python3.12 python3.11 python3.14 python3.15 python; do
        if usable "$candidate"; then
            command -v "$candidate"
            return 0
        fi
    done
    return 1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

agreed() {
    [ -t 0 ] && [ "${CI:-}" != true ] || return 0
    printf 'Go on? [Y/n] ' >&2
    read -r answer
    case "$answer" in '' | y | Y | yes) return 0 ;; *) return 1 ;; esac
}

install_python() {
    command -v apt-get >/dev/null 2>&1 || return 1
    echo 'Yumen needs Python 3.11 or later: the newest one of this system will be installed with apt-get.' >&2
    agreed || return 1
    as_root apt-get update -q >&2
    for version in 3.13 3.12 3.11; do
        if apt-cache show "python$version" >/dev/null 2>&1; then
            echo "Packages to install: python$version python$version-venv" >&2
            as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
                "python$version" "python$version-venv" >&2
            return
        fi
    done
    return 1
}

if ! python=$(find_python); then
    if ! install_python || ! python=$(find_python); then
        cat >&2 <<'TEXT'
Yumen needs Python 3.11 or later, and none was found.
  Debian 12+, Ubuntu 24.04+, WSL2:  sudo apt-get update && sudo apt-get install python3 python3-venv
  macOS:                            brew install python@3.13
  elsewhere:                        set PYTHON=/path/to/python3.11
TEXT
        exit 2
    fi
fi
exec "$python" "$@"
