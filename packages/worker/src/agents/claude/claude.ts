import type { Agent } from '../agent';
import { claudeCommands } from './commands';
import { claudeHome, discoverSession, processesOf } from './discover';
import { readInputLine } from './draft';
import { figuresOf } from './figures';
import { claudeLogin } from './login';
import { readScreen } from './screen';
import { findSubTranscript } from './subagents';
import { createSubAgentReader, createTranscriptReader } from './transcript';
import { typePrompt } from './typing';
import { earlierSessions } from './earlier';
import { textOnScreen } from './writing';

/** Escape and a letter right behind it are Alt and that letter: no interruption, and the letter is lost. Measured with 2.1.330. */
const ESCAPE_PAUSE_MS = 150;

/**
 * At a limit of the account Claude Code would go on by itself when that begins anew (measured with 2.1.330). Here the
 * person decides that. Given with the command line, it changes no file of the person's.
 */
const OWN_SETTINGS = JSON.stringify({ autoContinueAtUsageLimit: false });

/** Claude Code. `env` tells where it keeps its state (`CLAUDE_CONFIG_DIR`). */
export function createClaude(env: Readonly<Record<string, string | undefined>>): Agent {
  return {
    id: 'claude',
    title: 'Claude Code',
    launch: ({ command, flags, resume }) => [
      ...command,
      ...flags,
      ...(flags.some((flag) => /^--settings(?:=|$)/.test(flag)) ? [] : ['--settings', OWN_SETTINGS]),
      ...(resume === undefined ? [] : ['--resume', resume]),
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
    reader: createTranscriptReader,
    subTranscript: (path, file) => path.replace(/\.jsonl$/, `/subagents/agent-${file}.jsonl`),
    subReader: createSubAgentReader,
    findSubTranscript,
    writing: textOnScreen,
    figures: figuresOf,
    login: claudeLogin,
    commands: (home, cwd, language) => claudeCommands(claudeHome(home, env), home, cwd, language),
    earlier: (home, cwd, most) => earlierSessions(claudeHome(home, env), cwd, most),
    discover: (home, pid) => discoverSession(claudeHome(home, env), pid),
    processesOf: (home, sessionId) => processesOf(claudeHome(home, env), sessionId),
  };
}
