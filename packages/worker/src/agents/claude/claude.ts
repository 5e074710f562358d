import type { Agent } from '../agent';
import { claudeCommands } from './commands';
import { claudeHome, discoverSession, processesOf, sessionsDirectory, sessionNoted } from './discover';
import { readInputLine } from './draft';
import { figuresOf } from './figures';
import { claudeLogin } from './login';
import { readScreen } from './screen';
import { directoryOf, findTranscript } from './stored';
import { findSubTranscript } from './subagents';
import { createSubAgentReader, createTranscriptReader } from './transcript';
import { takesImmediateEnter, typePrompt } from './typing';
import { earlierSessions } from './earlier';
import { textOnScreen } from './writing';

/** An Escape followed at once by a letter arrives as Alt and that letter: no interrupt, and the letter is lost (measured with 2.1.330). */
const ESCAPE_PAUSE_MS = 150;

/**
 * When the account reaches a limit, Claude Code would continue by itself after the reset (measured with 2.1.330). In
 * ccbot the user decides. Passed on the command line, so that it changes none of the user's files.
 */
const CCBOT_SETTINGS = JSON.stringify({ autoContinueAtUsageLimit: false });

/** Claude Code. `CLAUDE_CONFIG_DIR` in `env` says where it stores its state. */
export function createClaude(env: Readonly<Record<string, string | undefined>>): Agent {
  return {
    id: 'claude',
    title: 'Claude Code',
    launch: ({ command, flags, resume }) => [
      ...command,
      ...flags,
      ...(flags.some((flag) => /^--settings(?:=|$)/.test(flag)) ? [] : ['--settings', CCBOT_SETTINGS]),
      ...(resume === undefined ? [] : ['--resume', resume]),
    ],
    readiness: readScreen,
    typing: typePrompt,
    submitting: () => [{ kind: 'key', key: 'Enter' }],
    takesImmediateEnter,
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
    findTranscript: (home, sessionId) => findTranscript(claudeHome(home, env), sessionId),
    directoryOf,
    notes: {
      directory: (home) => sessionsDirectory(claudeHome(home, env)),
      read: (home, name) => sessionNoted(claudeHome(home, env), name),
    },
    discover: (home, pid) => discoverSession(claudeHome(home, env), pid),
    processesOf: (home, sessionId) => processesOf(claudeHome(home, env), sessionId),
  };
}
