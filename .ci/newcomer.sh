# Who has just cloned: an ordinary user of a bare Debian, with the .NET SDK and nothing more. Sourced by .ci/run, as root.
newcomer=hybrid-newcomer

# Makes the user, its home in $1, and a folder of the programs that it has: those of Debian's required packages, and dotnet.
newcomer_arrives() { # folder
  newcomer_home=$1/home newcomer_programs=$1/programs newcomer_clone=$1/home/orleans-hybrid
  mkdir -p "$newcomer_home" "$newcomer_programs" "$newcomer_clone"
  chmod 755 "$1"
  id "$newcomer" >/dev/null 2>&1 || useradd --no-create-home --home-dir "$newcomer_home" --user-group --shell /bin/sh "$newcomer"
  local here=(/bin/* /sbin/* /usr/bin/* /usr/sbin/*)
  dpkg-query -W -f '${Priority} ${Package}\n' | sed -n 's/^required //p' | xargs dpkg -L | grep -E '^(/usr)?/s?bin/.' |
    xargs realpath -q | sort -u >"$1/required"
  paste <(realpath -m -- "${here[@]}") <(printf '%s\n' "${here[@]}") |
    awk -F '\t' 'NR == FNR { required[$1]; next } $1 in required { print $2 }' "$1/required" - |
    while read -r program; do ln -sf "$program" "$newcomer_programs/"; done
  # The SDK itself, whatever stands before it on the path.
  local dotnet
  dotnet=$(dotnet --list-sdks | sed -nE 's/.*\[(.*)\/sdk\]$/\1\/dotnet/p' | tail -1)
  [ -x "$dotnet" ] || { echo "no .NET SDK" >&2; return 1; }
  # Where it lies in somebody's home, others can't reach it.
  if ! as_newcomer test -x "$dotnet"; then
    cp -a "$(dirname "$dotnet")" "$1/dotnet" && dotnet=$1/dotnet/dotnet
  fi
  ln -sf "$dotnet" "$newcomer_programs/dotnet"
  # Which package sources there are, and how they are reached, is a matter of the machine; the folder of packages is empty.
  local settings
  for settings in .nuget/NuGet .nuget/config; do
    [ ! -d "$HOME/$settings" ] || { mkdir -p "$newcomer_home/.nuget" && cp -a "$HOME/$settings" "$newcomer_home/.nuget/"; }
  done
  # What is there, committed or not, without what was built.
  if git_here rev-parse >/dev/null 2>&1; then
    git_here ls-files -z --cached --others --exclude-standard
  else
    find . \( -name bin -o -name obj -o -name .git \) -prune -o -type f -print0
  fi | tar --create --null --files-from=- --ignore-failed-read | tar --extract --no-same-owner --directory="$newcomer_clone"
  chown -R "$newcomer:" "$newcomer_home"
}

git_here() { git -c safe.directory='*' "$@"; }

# Runs a command in the newcomer's clone, with nothing of this environment but how packages are reached.
as_newcomer() { # command...
  local passed=() name
  for name in $(compgen -e); do
    case $name in
      NUGET_PACKAGES) ;;
      NUGET_* | *_proxy | *_PROXY | SSL_CERT_* | DOTNET_CLI_TELEMETRY_OPTOUT) passed+=("$name=${!name}") ;;
    esac
  done
  (cd "$newcomer_clone" && setpriv --reuid="$newcomer" --regid="$newcomer" --clear-groups env -i "${passed[@]}" \
    HOME="$newcomer_home" USER="$newcomer" LOGNAME="$newcomer" PATH="$newcomer_programs" HYBRID_TEST_PROGRAMS= "$@")
}

# The ids of all that runs as the newcomer; with a pattern, of what has it in its command line.
of_newcomer() { # [pattern]
  local process
  for process in $(find /proc -maxdepth 1 -name '[0-9]*' -user "$newcomer" -printf '%f\n' 2>/dev/null); do
    tr '\0' ' ' 2>/dev/null <"/proc/$process/cmdline" | grep -qE -- "${1:-.}" && echo "$process"
  done
}

# Tests end what they started, and remove their files.
nothing_left() {
  local left
  left=$(of_newcomer 'OrleansHybrid\.(Silo|Runner|Cli)|hybrid-')
  [ -z "$left" ] || { echo "still runs: $(for process in $left; do tr '\0' ' ' <"/proc/$process/cmdline"; echo; done)"; return 1; }
}

# Ends what the SDK keeps for the next build.
newcomer_stops() {
  local process
  for process in $(of_newcomer); do kill -KILL "$process" 2>/dev/null; done
}

newcomer_leaves() {
  newcomer_stops
  userdel "$newcomer" >/dev/null 2>&1
}
