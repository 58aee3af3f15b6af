#!/bin/sh
# Builds the CSS, JavaScript, icons and fonts that Mainstay ships. Only maintainers need Node.
set -eu
cd "$(dirname "$0")"
out=../src/mainstay/service/common/static/mainstay
[ -d node_modules ] || npm install --no-package-lock --no-audit --no-fund
rm -rf "$out"
mkdir -p "$out/images" "$out/fonts"
npx sass --no-source-map --style=compressed --quiet --load-path=. --load-path=node_modules main.scss "$out/mainstay.css"
# MoJ and GOV.UK styles still point at a crest that may not be used here.
sed -i 's/url([^)]*govuk-crest\.svg[^)]*)/none/g' "$out/mainstay.css"
npx esbuild main.js --bundle --minify --format=esm --target=es2020 --legal-comments=none --outfile="$out/mainstay.js"
npx esbuild early.js --minify --target=es2020 --legal-comments=none --outfile="$out/early.js"
for icon in $(grep -o 'images/[a-z0-9-]*\.svg' "$out/mainstay.css" | sort -u); do
  cp "node_modules/@ministryofjustice/frontend/moj/assets/$icon" "$out/$icon"
done
cp icons/* "$out/images/"
for weight in 400 600 700; do
  cp "node_modules/@fontsource/source-sans-3/files/source-sans-3-latin-$weight-normal.woff2" \
    "node_modules/@fontsource/source-sans-3/files/source-sans-3-latin-ext-$weight-normal.woff2" "$out/fonts/"
done
cp node_modules/@fontsource/source-sans-3/LICENSE "$out/fonts/LICENCE-source-sans-3.txt"
cp licences/bundled.txt "$out/LICENCE.txt"
cp node_modules/axe-core/axe.min.js ../tests/web/axe.min.js
cp node_modules/axe-core/LICENSE ../tests/web/axe-LICENCE.txt
if grep -q -i "gds transport\|govuk-crest" "$out/mainstay.css"; then
  echo "The built CSS names a crown, a crest or GDS Transport" >&2
  exit 1
fi
du -h "$out/mainstay.css" "$out/mainstay.js"
