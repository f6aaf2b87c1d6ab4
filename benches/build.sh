#!/usr/bin/env bash
# Times `guichet build` on N tickets against two peers on the same Markdown files and a floor: Hugo (Debian's
# package) with an ordinary theme, and `cp -r` of the finished site. Needs hyperfine and hugo.
#
#   benches/build.sh [N]        N = 3000 by default
set -euo pipefail
n=${1:-3000}
guichet=${GUICHET:-$(dirname "$0")/../target/release/guichet}
guichet=$(realpath "$guichet")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$guichet" init "$work/site" >/dev/null 2>&1
python3 - "$work/site" "$n" <<'PY'
import os, sys
site, n = sys.argv[1], int(sys.argv[2])
statuses = ["nouveau", "pris-en-charge", "en-cours", "sans-suite", "ferme"]
for i in range(1, n + 1):
    folder = f"{site}/tickets/2026/{i // 100:02d}xx"
    os.makedirs(folder, exist_ok=True)
    with open(f"{folder}/2026-{i:04d}.md", "w") as f:
        f.write(f"---\ntitle: Le poste {i} ne démarre plus\nstatus: {statuses[i % 5]}\nresource: wifi\n"
                f"created: 2026-{1 + i % 11:02d}-{1 + i % 28:02d}T08:12:00+01:00\n---\n"
                + "Depuis **ce matin**, rien ne se passe.\n\n- l’écran reste noir\n- le voyant clignote\n\n" * 4)
PY
git -C "$work/site" add -A
git -C "$work/site" -c user.name=x -c user.email=x@x commit -qm "tickets [sans mail]"

mkdir -p "$work/hugo/content" "$work/hugo/layouts/_default"
cp -r "$work/site/tickets" "$work/hugo/content/"
printf 'baseURL = "http://localhost/"\ndisableKinds = ["taxonomy", "term"]\nbuildFuture = true\n' >"$work/hugo/hugo.toml"
cp "$work/hugo/hugo.toml" "$work/hugo/config.toml"
cat >"$work/hugo/layouts/_default/baseof.html" <<'H'
<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>{{ .Title }}</title></head><body><header><a href="/">Guichet</a></header><main>{{ block "main" . }}{{ end }}</main></body></html>
H
cat >"$work/hugo/layouts/_default/single.html" <<'H'
{{ define "main" }}<h1>{{ .Title }}</h1><p>{{ .Params.status }} {{ .Params.resource }} {{ .Params.created }}</p>{{ .Content }}{{ end }}
H
cat >"$work/hugo/layouts/_default/list.html" <<'H'
{{ define "main" }}<h1>{{ .Title }}</h1><ul>{{ range (.Paginate .RegularPagesRecursive 50).Pages }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a> {{ .Params.status }}</li>{{ end }}</ul>{{ template "_internal/pagination.html" . }}{{ end }}
H

"$guichet" build --site "$work/site" >/dev/null 2>&1
hyperfine --warmup 1 --runs 7 --prepare "rm -rf $work/site/public $work/hugo/public $work/copy" \
    -n "guichet build" "$guichet build --site $work/site --output $work/site/public" \
    -n "hugo" "hugo --quiet -s $work/hugo" \
    -n "floor: parse nothing, write the same files" "cp -r $work/keep $work/copy" \
    --setup "rm -rf $work/keep && $guichet build --site $work/site --output $work/keep"
