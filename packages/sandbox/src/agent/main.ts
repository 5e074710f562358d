import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { banner, exit, runHooks, show, type Agent } from './agent';
import { createKeyReader } from './input';
import { onKey } from './keyboard';
import { openRecords } from './records';
import { parseScript } from './script';

/**
 * The scripted agent replaces Claude Code where it is not installed. It behaves the same at the terminal and on disk
 * (input line, transcripts, hooks, `/clear`, Escape) and takes its answers from a script (`CCBOT_SCRIPT`).
 */
async function runAgent(): Promise<void> {
  const resumed = valueOf('--resume');
  const agent = createAgent(resumed);
  const { stdin, stdout } = process;
  if (stdin.isTTY !== true) {
    process.stderr.write('The scripted agent needs a terminal.\n');
    process.exit(78);
  }
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  process.on('SIGTERM', () => exit(agent, 0));
  process.on('SIGHUP', () => exit(agent, 0));
  stdout.on('resize', () => show(agent));
  stdout.write('\u001b[?2004h');
  const source = resumed === undefined ? 'startup' : 'resume';
  await runHooks(agent, 'SessionStart', { source, model: 'scripted' });
  agent.records.status('idle');
  const keys = createKeyReader();
  stdin.on('data', (chunk: string) => keys.feed(chunk).forEach((key) => onKey(agent, key)));
  show(agent);
}

function createAgent(resumed: string | undefined): Agent {
  const stateDir = process.env['CLAUDE_CONFIG_DIR'] || join(homedir(), '.claude');
  const cwd = process.cwd();
  const scriptFile = process.env['CCBOT_SCRIPT'];
  return {
    stateDir,
    cwd,
    records: openRecords(stateDir, cwd, resumed),
    script: scriptFile === undefined ? [] : parseScript(readFileSync(scriptFile, 'utf8')),
    lines: banner(cwd),
    draft: '',
    activity: '',
    queue: [],
    isInterrupted: false,
    isSilent: true,
    cancelWait: null,
    request: null,
  };
}

/** The word after an option of the command line. */
function valueOf(option: string): string | undefined {
  const index = process.argv.indexOf(option);
  return index < 0 ? undefined : process.argv[index + 1];
}

runAgent().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exit(1);
});
