import type { Agent } from '../agent';
import { discoverSession, processesOf } from './discover';
import { readInputLine } from './draft';
import { readScreen } from './screen';
import { createRolloutReader } from './rollout';
import { typePrompt } from './typing';

/** Escape and a letter right behind it are Alt and that letter. */
const ESCAPE_PAUSE_MS = 150;

/** Codex, in its terminal interface. */
export function createCodex(): Agent {
  return {
    id: 'codex',
    title: 'Codex',
    launch: ({ command, flags, resume }) => [
      ...command,
      ...(resume === undefined ? [] : ['resume', resume]),
      ...flags,
    ],
    readiness: readScreen,
    typing: typePrompt,
    submitting: () => [{ kind: 'key', key: 'Enter' }],
    inputLine: readInputLine,
    interrupt: () => [
      { kind: 'key', key: 'Escape' },
      { kind: 'pause', ms: ESCAPE_PAUSE_MS },
    ],
    reader: createRolloutReader,
    discover: (_, pid) => discoverSession(pid),
    processesOf: (_home, _session, transcriptPath) => processesOf(transcriptPath),
  };
}
