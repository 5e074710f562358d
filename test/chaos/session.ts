import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { HookLine } from '@ccbot/shared/protocol/hook';
import type { Sandbox } from '@ccbot/sandbox/telegram/server';
import { until } from './clock';

/** Opens a session in `cwd` from the chat, and waits until its agent runs. */
export async function openSession(
  { telegram, dir }: { telegram: Sandbox; dir: string },
  cwd: string,
  pane: () => string,
): Promise<void> {
  telegram.owner.say(`/new chaos ${cwd}`);
  if (!(await until(() => existsSync(join(cwd, '.ccbot-session')), 30_000))) {
    throw new Error('the session did not open');
  }
  await reportStart(dir, cwd, pane());
}

/** Sends the worker what the SessionStart hook of an agent sends. */
async function reportStart(dir: string, cwd: string, pane: string): Promise<void> {
  const transcript = join(cwd, 'transcript.jsonl');
  writeFileSync(transcript, '');
  const line: HookLine = {
    v: 1,
    kind: 'hook',
    at: Date.now(),
    ccbotSession: readFileSync(join(cwd, '.ccbot-session'), 'utf8'),
    pane,
    backend: 'claude',
    payload: {
      hook_event_name: 'SessionStart',
      source: 'startup',
      session_id: 'chaos',
      transcript_path: transcript,
      cwd,
    },
  };
  await new Promise<void>((resolve, reject) => {
    const connection = connect(join(dir, 'run/worker.sock'), () =>
      connection.end(`${JSON.stringify(line)}\n`),
    );
    connection.on('error', reject).on('close', () => resolve());
    connection.resume();
  });
}
