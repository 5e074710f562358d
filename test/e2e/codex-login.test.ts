import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChatMessage } from '@ccbot/sandbox/telegram/model';
import { count, botMessages, startSession, botSays } from './harness/chat';
import { startIssuer, type Issuer } from './harness/issuer';
import { waitUntilRecorded } from './harness/kill';
import { codexProgram, prepareSystem, workerPid, type Supervisor, type System } from './harness/system';

describe('the login of the real Codex', () => {
  let system: System;
  let supervisor: Supervisor;
  let issuer: Issuer;
  let isExpired = true;
  const auth = (): string => join(system.home, '.codex/auth.json');
  const write = (text: string): number => system.telegram.owner.say(text);
  /** The message with the current code. */
  const offered = (): Promise<ChatMessage> =>
    system.telegram.waitFor(() => {
      const code = issuer.code();
      return code === undefined
        ? undefined
        : botMessages(system, code).find((m) => m.keyboard.flat().length > 0);
    });
  beforeAll(async () => {
    issuer = await startIssuer();
    system = await prepareSystem({
      codex: true,
      settings: {
        CCBOT_AGENT_BACKEND: 'codex',
        HTTPS_PROXY: 'http://127.0.0.1:9', // nothing beyond loopback
        NO_PROXY: '127.0.0.1',
      },
      rules: [() => (isExpired ? { refuse: { status: 401, type: 'auth', message: 'no such key' } } : null)],
    });
    // The pinned program, with a server on loopback as the issuer of codes.
    const program = join(system.dir, 'codex');
    const real = codexProgram();
    writeFileSync(
      program,
      `#!/bin/sh\ncase "$*" in 'login --device-auth') set -- "$@" --experimental_issuer ${issuer.url};; esac\nexec '${real}' "$@"\n`,
    );
    chmodSync(program, 0o755);
    system.env['CODEX_COMMAND'] = program;
    supervisor = system.supervise();
    await startSession(system);
  });
  afterAll(async () => {
    await system.stop();
    await issuer.close();
  });

  it('is reported as expired once, by what Codex says, with a button', async () => {
    write('one');
    const notice = await botSays(system, 'is no longer valid');
    expect(notice.keyboard.flat().map((b) => b.text)).toEqual(['🔑 Log in']);
    expect(notice.text).toContain('Codex');
    await botSays(system, 'http_connection_failed 401');
    expect(count(system, 'is no longer valid')).toBe(1);
  });

  it('sends link and code, reports success, and the session works again', async () => {
    isExpired = false;
    system.telegram.owner.tap('🔑 Log in');
    const offer = await offered();
    expect(offer.text).toContain(`${issuer.url}/codex/device`);
    expect(existsSync(auth())).toBe(false);
    write('a message, and no code');
    await botSays(system, 'You said: a message, and no code');
    issuer.enter();
    const done = await botSays(system, 'Codex is logged in');
    expect(done.id).toBe(offer.id);
    expect(done.keyboard).toEqual([]);
    expect(existsSync(auth())).toBe(true);
    write('two');
    await botSays(system, 'You said: two');
    expect((await botSays(system, 'It works again.')).keyboard.flat()).toEqual([]);
    expect(count(system, 'is no longer valid')).toBe(1);
  });

  it('asks before it discards a working login, and reports when a restart ends the new one', async () => {
    write('/login');
    const question = await botSays(system, 'logs it out at once');
    expect(existsSync(auth())).toBe(true);
    system.telegram.owner.tap('🔑 Log in again', question.id);
    const offer = await offered();
    expect(existsSync(auth())).toBe(false);
    await waitUntilRecorded(system, 'login:');
    process.kill(workerPid(supervisor), 'SIGKILL');
    const lost = await botSays(system, 'because ccbot restarted');
    expect(lost.id).toBe(offer.id);
    issuer.offer(false);
    system.telegram.owner.tap('🔑 Try again', lost.id);
    await botSays(system, 'device code login is not enabled');
    issuer.offer(true);
  });

  it('is cancelled with a tap', async () => {
    write('/login');
    const offer = await offered();
    system.telegram.owner.tap('Cancel', offer.id);
    await botSays(system, 'Login of Codex cancelled');
  });
});
