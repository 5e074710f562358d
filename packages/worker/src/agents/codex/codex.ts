import type { Agent } from '../agent';
import { codexCommands } from './commands';
import { codexHome, discoverSession, processesOf } from './discover';
import { readInputLine } from './draft';
import { readScreen } from './screen';
import { earlierSessions } from './earlier';
import { codexLogin } from './login';
import { createRolloutReader } from './rollout';
import { servesWindows } from './server';
import { findRollout } from './stored';
import { typePrompt } from './typing';

/** An Escape followed at once by a letter arrives as Alt and that letter. */
const ESCAPE_PAUSE_MS = 150;

/**
 * Any setting on its command line gives a Codex (0.169.0) its own server. Otherwise one server works for all windows. It
 * runs the hooks with the environment of the first window and holds all transcripts, so ccbot could not tell the windows
 * apart. `--no-daemon` does the same, but older versions do not know it.
 */
const OWN_SERVER = ['-c', 'shell_environment_policy.set.CCBOT_INTERFACE=telegram'];

/** Codex in its terminal interface. `CODEX_HOME` in `env` says where it stores its state. */
export function createCodex(env: Readonly<Record<string, string | undefined>> = {}): Agent {
  return {
    id: 'codex',
    title: 'Codex',
    launch: ({ command, flags, resume }) => [
      ...command,
      ...(resume === undefined ? [] : ['resume', resume]),
      ...OWN_SERVER,
      ...flags,
    ],
    readiness: readScreen,
    typing: typePrompt,
    submitting: () => [{ kind: 'key', key: 'Enter' }],
    inputLine: readInputLine,
    clearing: '/clear',
    interrupt: () => [
      { kind: 'key', key: 'Escape' },
      { kind: 'pause', ms: ESCAPE_PAUSE_MS },
    ],
    reader: createRolloutReader,
    login: codexLogin,
    commands: (home, cwd, language) => codexCommands(codexHome(home, env), home, cwd, language),
    earlier: (home, cwd, most) => earlierSessions(codexHome(home, env), cwd, most),
    findTranscript: (home, sessionId) => findRollout(codexHome(home, env), sessionId),
    discover: (_, pid) => discoverSession(pid),
    processesOf: (_home, _session, transcriptPath) => processesOf(transcriptPath),
    isShared: servesWindows,
  };
}
