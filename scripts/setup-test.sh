#!/usr/bin/env bash
# What the tests need beside Python: a browser, a Chinese font, PostgreSQL, strace, and Java and Node for the HTML checker.
# As root it installs what is missing by apt; otherwise it names it and stops. It never lets a test be skipped.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '== %s\n' "$*" >&2; }
missing=()

want() { # want PACKAGE COMMAND...
    local package=$1
    shift
    "$@" >/dev/null 2>&1 || missing+=("$package")
}

has_chinese_font() { command -v fc-list && [ -n "$(fc-list :lang=zh-cn family)" ]; }
has_postgresql() { compgen -G '/usr/lib/postgresql/*/bin/initdb' || command -v initdb; }
has_postgres_user() { [ "$(id -u)" != 0 ] || getent passwd postgres; }
has_java() { java -version; }

want chromium command -v chromium
want fonts-noto-cjk has_chinese_font
want fontconfig command -v fc-list
want postgresql-15 has_postgresql
want postgresql-15 has_postgres_user
want default-jre-headless has_java
want nodejs command -v node
want strace command -v strace
want npm command -v npm

if [ ${#missing[@]} -gt 0 ]; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        say "installing by apt: ${missing[*]}"
        export DEBIAN_FRONTEND=noninteractive
        apt-get -q update >/dev/null
        # Newer Debian has another major version of PostgreSQL under the unnumbered name.
        if ! apt-cache show postgresql-15 >/dev/null 2>&1; then
            missing=("${missing[@]/postgresql-15/postgresql}")
        fi
        log=$(mktemp)
        apt-get -qy install --no-install-recommends "${missing[@]}" >"$log" 2>&1 || { tail -20 "$log" >&2; exit 1; }
        rm -f "$log"
    else
        say "the tests need these Debian packages; install them as root:"
        say "    apt-get install --no-install-recommends ${missing[*]}"
        exit 1
    fi
fi

# The Nu HTML checker, pinned with its integrity in tests/markup/package-lock.json.
tools=.cache/markup
if ! cmp -s tests/markup/package-lock.json "$tools/package-lock.json" || [ ! -d "$tools/node_modules/vnu-jar" ]; then
    say "fetching the HTML checker"
    mkdir -p "$tools"
    cp tests/markup/package.json "$tools/"
    cp tests/markup/package-lock.json "$tools/package-lock.json.new"
    mv "$tools/package-lock.json.new" "$tools/package-lock.json"
    if ! npm ci --prefix "$tools" --no-audit --no-fund --ignore-scripts --loglevel=error >&2; then
        rm -f "$tools/package-lock.json"
        exit 1
    fi
fi
