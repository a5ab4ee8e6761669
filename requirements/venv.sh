#!/bin/sh
# Make a virtual environment with Python 3.11 or newer. Debian keeps the means in a package of its
# own (python3-venv); where it is missing and we may install it, we do.
set -eu
venv=$1
python=${PYTHON:-python3}

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "Python 3.11 or newer is needed; $python is older. Set PYTHON=/path/to/python3." >&2
    exit 1
}
if ! "$python" -c 'import ensurepip' 2>/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get -q update >/dev/null && apt-get install -qy python3-venv >/dev/null
    else
        echo "Python's venv is missing: sudo apt-get install python3-venv" >&2
        exit 1
    fi
fi
"$python" -m venv "$venv"
