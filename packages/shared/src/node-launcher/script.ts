import { shellQuote } from '../cli/shell-quote';
import { workerSocketOf } from '../config/sockets';
import { NODE_OLDEST } from '../node-version';
import { TELL } from './tell';

/** What the launcher remembers of the Node.js that wrote it. */
export interface Recorded {
  /** A path that survives an upgrade if there is one; see `lastingPath`. */
  node: string;
  /** `process.versions.modules`: compiled addons load only in a Node.js with the same number. */
  modules: string;
  /** The user's home. */
  home: string;
}

/** The oldest supported line of Node.js. */
const NODE_MIN = parseInt(NODE_OLDEST);

/** Where version managers and systems keep Node.js, the likeliest first. A star stands for a version. */
const USUAL = [
  '/usr/local/bin/node',
  '/usr/bin/node',
  '/opt/homebrew/bin/node',
  '/home/linuxbrew/.linuxbrew/bin/node',
  '/snap/bin/node',
  '/run/current-system/sw/bin/node',
];
const USUAL_AT_HOME = [
  '.nvm/versions/node/*/bin/node',
  '.local/share/fnm/aliases/default/bin/node',
  '.local/share/fnm/node-versions/*/installation/bin/node',
  '.volta/tools/image/node/*/bin/node',
  '.asdf/installs/nodejs/*/bin/node',
  '.local/share/mise/installs/node/*/bin/node',
  '.nodenv/versions/*/bin/node',
  '.nix-profile/bin/node',
];

/** A version in a path, such as `v22.1.0`, `22.1.0_1` or the hash of Nix. */
const VERSION = /^(?:node[@-])?v?\d+\.\d+[^/]*$/;

/**
 * The launcher: a script that stands for `node`. It runs the recorded Node.js, and looks for another if that is gone, or
 * if the program that it should run was in the directory of the old version: global packages are. An agent refuses a
 * prompt whose hook fails, so a hook without Node.js does nothing. What a hook can do without Node.js is done by the shell:
 * agents wait.
 */
export function launcherScript(recorded: Recorded): string {
  return `#!/bin/sh
# Written by ccbot, which runs Node.js through this file, so that its hooks and its service survive an upgrade of Node.js.
node=${shellQuote(recorded.node)}
options=
while [ $# -gt 0 ]; do
  case $1 in -*) options="$options $1"; shift ;; *) break ;; esac
done
${TELL}

# Only a plain path is believed: Node.js knows what else may stand for one. A terminal is left to it, too. Without a worker
# there is nobody to tell. In tmux, a hook notes its window all the same.
dir=\${CCBOT_DIR:-\${HOME-}/.ccbot} payload= isRead=
case $dir in
  *[!A-Za-z0-9/._-]* | [!/]*) ;;
  *)
    if [ -t 0 ]; then
      :
    elif [ -e "${workerSocketOf('$dir')}" ]; then
      case $1 in
        */hook.js) tell_hook "$@" ;;
        */statusline.js) tell_line "$@" ;;
      esac
    else
      case $1 in
        */hook.js) [ -n "\${TMUX_PANE-}" ] || ! [ -x /bin/cat ] || exec /bin/cat >/dev/null 2>&1 ;;
        */statusline.js) [ -z "\${2-}" ] || exec /bin/sh -c "$2" ;;
      esac
    fi ;;
esac

# A hook talks to nobody but the worker. To read certificates would double its time, and a project's options may break it.
case $1 in */hook.js) unset NODE_EXTRA_CA_CERTS NODE_OPTIONS ;; esac

${startFunction(recorded)}
[ -n "$isRead" ] || start "$@"
start "$@" <<EOF
$payload
EOF
# No room for such a text.
printf '%s\\n' "$payload" | start "$@"
`;
}

/** The function that runs the program with its arguments, in the recorded Node.js or in another. */
function startFunction({ node, modules, home }: Recorded): string {
  const candidates = [
    '"$node"',
    globOf(siblingsOf(node)),
    '"$(command -v node)"',
    ...USUAL_AT_HOME.map((path) => globOf(`${home}/${path}`)),
    ...USUAL,
  ];
  return `start() {
  if [ -x "$node" ] && [ -f "$1" ]; then exec "$node" $options "$@"; fi

  # The recorded Node.js or the program is gone. Global packages are in the directory of a version.
  program=$1
  rest=\${program#*/lib/node_modules/}
  found=
  for candidate in ${[...new Set(candidates)].join(' \\\n  ')}; do
    case $candidate in /*) [ -x "$candidate" ] || continue ;; *) continue ;; esac
    moved=$program
    [ -f "$moved" ] || moved=\${candidate%/bin/node}/lib/node_modules/$rest
    [ -f "$moved" ] || continue
    # The same modules: the addons load, too. Otherwise the first that is new enough.
    kind=$("$candidate" -p 'process.versions.modules === "${modules}" ? "same" : parseInt(process.versions.node) >= ${NODE_MIN} ? "other" : "old"' </dev/null 2>/dev/null)
    case $kind in
      same) found=$candidate; at=$moved; break ;;
      other) [ -n "$found" ] || { found=$candidate; at=$moved; } ;;
    esac
  done
  if [ -n "$found" ]; then
    shift
    exec "$found" $options "$at" "$@"
  fi
  case $program in */hook.js | */statusline.js) exit 0 ;; esac
  echo "ccbot: neither $node nor another Node.js ${NODE_MIN} or newer can run $program. Install Node.js and ccbot, then run \\\`ccbot service install\\\`." >&2
  # launchd restarts after every other code than 0.
  [ -z "$CCBOT_LAUNCHD_JOB" ] || exit 0
  exit 78
}`;
}

/** The same path in other versions of the same version manager: a star in place of the version. */
function siblingsOf(node: string): string {
  return node
    .split('/')
    .map((part) => (VERSION.test(part) ? '*' : part))
    .join('/');
}

/** A pattern for the shell: everything but the stars is quoted. */
function globOf(pattern: string): string {
  return pattern
    .split('*')
    .map((part) => (part === '' ? '' : shellQuote(part)))
    .join('*');
}
