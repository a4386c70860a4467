#!/usr/bin/env bash
# Neovim from Debian unstable, unpacked under one folder: nothing is installed in the system, no root needed.
# Usage: unpack.sh FOLDER
set -euo pipefail
mkdir -p "${1:?usage: $0 FOLDER}"
folder=$(cd "$1" && pwd)
apt="$folder/apt" root="$folder/root"
uris() { apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' | sed -n 1p; }
mirror=$(uris)
if [ -z "$mirror" ]; then # apt has no lists yet
  as_root=(); [ "$(id -u)" = 0 ] || as_root=(sudo -n)
  "${as_root[@]}" apt-get update -q
  mirror=$(uris)
fi
[ -n "$mirror" ] || { echo 'apt knows no Debian mirror: run apt-get update as root' >&2; exit 1; }

# An apt of its own: only unstable, its own lists and archives, and an empty package status, so that every
# dependency, libc included, is fetched and none is taken from the system.
rm -rf "$apt/archives" "$root"
mkdir -p "$apt/lists/partial" "$apt/archives/partial"
: >"$apt/status"
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror sid main" >"$apt/sources.list"
own=(-qq -o Dir::Etc::SourceList="$apt/sources.list" -o Dir::Etc::SourceParts=- -o Dir::State::Lists="$apt/lists"
  -o Dir::State::Status="$apt/status" -o Dir::Cache="$apt" -o Dir::Cache::Archives="$apt/archives"
  -o Acquire::Languages=none -o APT::Sandbox::User=root)
apt-get "${own[@]}" update
apt-get "${own[@]}" -y --download-only --no-install-recommends install neovim
for deb in "$apt"/archives/*.deb; do dpkg-deb -x "$deb" "$root"; done

# The system's libc is older than unstable's: start through unstable's own loader and libraries.
cat >"$folder/nvim" <<EOF
#!/usr/bin/env bash
export VIMRUNTIME="$root/usr/share/nvim/runtime" LUA_CPATH="$root/usr/lib/x86_64-linux-gnu/lua/5.1/?.so;;"
export XDG_CONFIG_HOME="$folder/xdg" XDG_DATA_HOME="$folder/xdg" XDG_STATE_HOME="$folder/xdg" XDG_CACHE_HOME="$folder/xdg"
exec "$root/usr/lib64/ld-linux-x86-64.so.2" --library-path "$root/usr/lib/x86_64-linux-gnu" "$root/usr/bin/nvim" "\$@"
EOF
chmod +x "$folder/nvim"
"$folder/nvim" --version | sed -n 1p
