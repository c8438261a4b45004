#!/usr/bin/env bash
# setup-venv.sh LOCK: a virtual environment in .venv with exactly what LOCK pins, every file checked against its hash.
# Does nothing when that was done before.
set -euo pipefail
cd "$(dirname "$0")/.."

lock=$1
python=${PYTHON:-python3}
stamp=.venv/.installed-$(sha256sum "$lock" | cut -c1-16)
[ -e "$stamp" ] && exit 0

say() { printf '== %s\n' "$*" >&2; }

make_venv() {
    "$python" -m venv --clear .venv >/dev/null 2>&1
}

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    say "Python 3.11 or newer is needed as \`$python\`: apt-get install python3, or set PYTHON=/path/to/python3.11"
    exit 1
fi

if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    say "making the virtual environment .venv"
    if ! make_venv; then
        if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
            say "installing python3-venv"
            apt-get -q update >/dev/null
            DEBIAN_FRONTEND=noninteractive apt-get -qy install --no-install-recommends python3-venv >/dev/null
            make_venv
        else
            say "this Python cannot make virtual environments. As root: apt-get install python3-venv"
            exit 1
        fi
    fi
fi

total=$(grep -c '==' "$lock")
say "installing $total pinned packages of $lock (a minute or two the first time)"
.venv/bin/python -m pip install --disable-pip-version-check --no-input --require-hashes --no-deps --only-binary :all: -r "$lock" |
    awk -v total="$total" '
        /^(Collecting|Requirement already satisfied)/ { n++; if (n % 5 == 0 || n == total) { printf "   %d of %d looked up\n", n, total; fflush() } }
        /^Installing collected/ { print "   unpacking"; fflush() }
    ' >&2
touch "$stamp"
