#!/usr/bin/env bash
# Writes the two lock files: what a server runs (with every extra, so that moving to PostgreSQL installs nothing new)
# and the same plus the workshop. Neither names where the packages came from.
set -euo pipefail
cd "$(dirname "$0")/.."

compile() {
    CUSTOM_COMPILE_COMMAND="make lock" .venv/bin/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe \
        --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options --resolver=backtracking "$@"
}

echo "requirements.lock" >&2
compile --extra postgres --extra s3 --output-file requirements.lock pyproject.toml
echo "requirements-dev.lock" >&2
compile --extra postgres --extra s3 --extra dev --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml
