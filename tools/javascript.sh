#!/bin/sh
# Format, lint and types of the player's JavaScript, by the Node.js that requirements.txt brings. With --write it formats.
set -eu
cd "$(dirname "$0")/.."
PATH="$PWD/.venv/bin:$PATH"
tools=tools/javascript
if ! cmp -s "$tools/package-lock.json" "$tools/node_modules/.installed"; then
    npm ci --silent --prefix "$tools"
    cp "$tools/package-lock.json" "$tools/node_modules/.installed"
fi
"$tools/node_modules/.bin/biome" check --error-on-warnings --config-path="$tools/biome.jsonc" "$@" rnnviz/player rnnviz/ui/*.js
"$tools/node_modules/.bin/tsc" --project "$tools"
