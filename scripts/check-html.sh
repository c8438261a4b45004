#!/usr/bin/env bash
# The Nu HTML checker over every page that the last test run opened (tests/fixtures/pages.py keeps them).
set -euo pipefail
cd "$(dirname "$0")/.."

jar=.cache/markup/node_modules/vnu-jar/build/dist/vnu.jar
pages=.cache/pages
count=$(find "$pages" -name '*.html' 2>/dev/null | wc -l)
if [ "$count" = 0 ]; then
    echo "no page was opened by the tests: nothing to check is a fault" >&2
    exit 1
fi
# For half a minute of work the second compiler and the second collector cost more than they give.
if ! java -Xss4m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -jar "$jar" --errors-only --no-langdetect --format text --skip-non-html "$pages" 2>.cache/html.log; then
    # file:line.col tells the page; its first lines tell the address that was opened.
    head -60 .cache/html.log >&2
    echo "Nu HTML checker: $(wc -l <.cache/html.log) errors on $count pages" >&2
    exit 1
fi
echo "Nu HTML checker: 0 errors on $count pages"
