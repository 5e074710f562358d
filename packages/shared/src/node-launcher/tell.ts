import { dirname } from 'node:path';
import { windowNote, workerPipeOf } from '../config/sockets';

/**
 * Processes that may stand above an agent without being one themselves, as the kernel names them: shells, and what people
 * open terminals with. With any other, Node.js looks closer, because the agent may be the tool of another one.
 */
const SHELLS = ['sh', 'dash', 'bash', 'zsh', 'ksh', 'fish', 'ash', 'busybox'];
const TERMINALS = [
  ...['systemd', 'init', 'login', 'su', 'sudo', 'sshd', 'sshd-session', 'mosh-server', 'screen', 'SCREEN'],
  ...['gnome-terminal-', 'konsole', 'xterm', 'alacritty', 'kitty', 'wezterm-gui', 'ghostty', 'foot'],
];

const PIPE = workerPipeOf('$dir');

/** The most processes above a hook. */
const ABOVE_MAX = 20;

/** The longest line that goes into the pipe itself, bytes: dash, bash and busybox write up to 4,096 in one piece. */
const PIECE_MAX = 4_000;

/** A longer payload is left to Node.js, characters. */
const PAYLOAD_MAX = 4_000_000;

/**
 * Functions of the launcher. `tell_hook` and `tell_line` hand the payload of a hook that waits for no answer, or of a status
 * line, to the worker's pipe, as the programs themselves do, and exit: agents wait for them at every prompt and every change
 * of the line, and Node.js takes ten times as long to start. They return when Node.js must decide; `payload` then holds what
 * was read, if `isRead`. `$dir`: the `CCBOT_DIR`, a plain path.
 */
export const TELL = `
# Whether the worker's pipe is there, and this user's. Begins \`line\` with the kind, the pane and the session.
ready() {
  run=${dirname(PIPE)} pipe=${PIPE} line="\\"v\\":1,\\"kind\\":\\"$1\\""
  [ -p "$pipe" ] && [ -O "$pipe" ] && [ -O "$run" ] && ! [ -L "$run" ] && [ -x /bin/cat ] || return 1
  case \${TMUX_PANE-} in
    '') ;;
    %*[!0-9]* | [!%]*) return 1 ;;
    *) line="$line,\\"pane\\":\\"$TMUX_PANE\\"" ;;
  esac
  case \${CCBOT_SESSION-} in
    '') ;;
    *[!A-Za-z0-9_-]*) return 1 ;;
    *)
      # An agent that leads a team opens panes for its members, which may inherit its environment.
      if [ -z "\${TMUX_PANE-}" ] || [ "\${CCBOT_PANE:-$TMUX_PANE}" = "$TMUX_PANE" ]; then
        line="$line,\\"ccbotSession\\":\\"$CCBOT_SESSION\\""
      fi ;;
  esac
}

# Sends \`line\` with the payload. A long one lies in a file, whose name the pipe gets.
send() {
  line="{$line,\\"payload\\":$payload}"
  # Only so do all shells count bytes.
  locale=\${LC_ALL-} LC_ALL=C
  length=\${#line}
  if [ -n "$locale" ]; then LC_ALL=$locale; else unset LC_ALL; fi
  # Opened for reading, too: then opening does not wait for a worker that was killed.
  if [ $length -le ${PIECE_MAX} ]; then
    { printf '\\n%s\\n' "$line" 1<>"$pipe"; } 2>/dev/null
    return
  fi
  long=$run/line-$$-0
  (umask 077 && set -C && printf '%s' "$line" >"$long" && printf '\\n@%s\\n' "\${long##*/}" 1<>"$pipe") 2>/dev/null && return
  /bin/rm -f "$long" # a full disk
  return 1
}

# Whether no other agent can be above the one that runs this hook.
outermost() {
  process=$PPID agent= depth=0
  while [ $process -gt 1 ] && [ $depth -lt ${ABOVE_MAX} ]; do
    IFS= read -r stat <"/proc/$process/stat" || return 1
    name=\${stat#*\\(} name=\${name%\\)*}
    case $name in
      ${SHELLS.join(' | ')}) ;;
      'tmux: server') break ;;
      *)
        if [ -n "$agent" ]; then
          case $name in ${TERMINALS.join(' | ')}) ;; *) return 1 ;; esac
        fi
        agent=$process ;;
    esac
    set -- \${stat##*\\) }
    process=$2 depth=$((depth + 1))
    case $process in '' | *[!0-9]*) return 1 ;; esac
  done
  [ -n "$agent" ] && [ $depth -lt ${ABOVE_MAX} ]
}

# Whether the session map has this window's session. The hook leaves a note of what it found there.
noted() {
  server=\${TMUX#*,} server=\${server%%,*}
  case $server in '' | *[!0-9]*) return 1 ;; esac
  note="$run/${windowNote('${TMUX_PANE#%}', '$server')}" map="$dir/session_map.json"
  [ -O "$note" ] && [ -s "$map" ] && ! [ "$map" -nt "$note" ] || return 1
  { IFS= read -r session && IFS= read -r transcript && IFS= read -r directory; } <"$note" || return 1
  case $payload in *"$session"*) ;; *) return 1 ;; esac
  case $payload in *"$transcript"*) ;; *) return 1 ;; esac
  case $payload in *"$directory"*) ;; *) return 1 ;; esac
}

tell_hook() {
  ready hook || return 0
  case \${2-} in '' | *[!a-z0-9-]*) return 0 ;; *) line="$line,\\"backend\\":\\"$2\\"" ;; esac
  outermost 2>/dev/null || return 0
  ulimit -c 0 2>/dev/null # prompts
  { payload=$(/bin/cat); } 2>/dev/null
  isRead=1
  [ \${#payload} -le ${PAYLOAD_MAX} ] || return 0
  case $payload in
    *'
'* | *'"hook_event_name"'*'"hook_event_name"'*) return 0 ;;
    '{'*'"hook_event_name":"Stop"'*'}') ;;
    '{'*'"hook_event_name":"UserPromptSubmit"'*'}')
      if [ -n "\${TMUX_PANE-}" ] && [ -n "\${TMUX-}" ]; then
        noted 2>/dev/null || return 0
      fi ;;
    *) return 0 ;;
  esac
  send && exit 0
}

# The user's own command prints the line, whatever becomes of ours. Without one there is none.
tell_line() {
  ready statusline || return 0
  { payload=$(/bin/cat); } 2>/dev/null
  case $payload in
    *'
'*) ;;
    '{'*'"session_id":"'*'}') [ \${#payload} -gt ${PAYLOAD_MAX} ] || send ;;
  esac
  [ -n "\${2-}" ] || exit 0
  users_line "$2" <<EOF
$payload
EOF
  # No room for such a text.
  printf '%s\\n' "$payload" | users_line "$2"
  exit
}

users_line() {
  exec /bin/sh -c "$1"
}`;
