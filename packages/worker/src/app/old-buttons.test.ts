import { rmSync } from 'node:fs';
import type { ChatMessage } from '@ccbot/sandbox/telegram/model';
import { DIALOG, KernelUnderTest, READY } from '../fixtures/kernel';
import { decisionOf, RequestHooks } from '../fixtures/request-hooks';

let w: KernelUnderTest;
let hooks: RequestHooks;
beforeEach(async () => {
  w = new KernelUnderTest();
  await w.open();
  hooks = new RequestHooks(w);
});
afterEach(async () => {
  hooks.close();
  await w.close();
});

/** Starts again with a new database, while the chat keeps its messages and the terminal its windows. */
async function loseDatabase(): Promise<void> {
  await w.rooms.outbox.flush(5_000);
  await w.stop();
  for (const suffix of ['', '-wal', '-shm']) rmSync(w.paths.db + suffix, { force: true });
  hooks.close();
  await w.start();
  await w.becomeReady();
}

/** What taps were answered with. */
const answers = (): string[] =>
  w.telegram.calls
    .filter(({ method }) => method === 'answerCallbackQuery')
    .map(({ params }) => String(params['text'] ?? ''));

/** Taps a button of an old message, and waits until the user is told that it did nothing and the buttons are gone. */
async function tapInVain(button: string, message: ChatMessage, why = 'no record of it'): Promise<void> {
  const before = answers().length;
  w.telegram.owner.tap(button, message.id);
  await w.until(() => answers()[before]?.includes(why));
  await w.until(() => message.keyboard.length === 0);
}

const run = (command: string, request?: string) =>
  hooks.request({ payload: { tool_input: { command } }, ...(request === undefined ? {} : { request }) });

describe('after the database was lost', () => {
  it('an old “Allow” does not allow a new request with the same number', async () => {
    await w.ready();
    run('make deploy');
    const old = await hooks.shown('make deploy');
    await loseDatabase();
    const hook = run('rm -r build');
    const fresh = await hooks.shown('rm -r build');
    expect(numberIn(fresh)).toBe(numberIn(old));
    await tapInVain('✓ Allow', old);
    expect(w.said('✓ Allowed.')).toEqual([]);
    w.telegram.owner.tap('✗ Deny', fresh.id);
    expect(decisionOf(await hook.answer)).toMatchObject({ behavior: 'deny' });
  });

  it('a request that waits is shown again, and only its new message answers it', async () => {
    await w.ready();
    run('make deploy', 'request-same');
    const old = await hooks.shown();
    await loseDatabase();
    const hook = run('make deploy', 'request-same');
    const fresh = await w.until(() =>
      w.said('wants to run').find((m) => m.id > old.id && m.keyboard.length > 0),
    );
    await tapInVain('✓ Allow', old);
    w.telegram.owner.tap('✓ Allow', fresh.id);
    expect(decisionOf(await hook.answer)).toEqual({ behavior: 'allow' });
  });

  it('a key of an old screen is not pressed in another dialog', async () => {
    await w.ready();
    w.panes.show(w.session, DIALOG);
    const old = await w.until(() => w.said('Screen of').find((m) => m.keyboard.length > 0));
    await loseDatabase();
    w.panes.show(
      w.session,
      DIALOG.map((row) => row.replace('trust it', 'delete it')),
    );
    await w.eventually(() => w.rooms.sessions.get(w.session)?.phase === 'dialog');
    const before = w.typed().length;
    await tapInVain('⏎ Enter', old, 'That screen is gone');
    expect(w.typed()).toHaveLength(before);
    w.panes.show(w.session, READY);
  });

  it('an old confirmation closes nothing', async () => {
    await w.ready();
    w.telegram.owner.say('/kill');
    const old = await w.until(() => w.said('End demo').find((m) => m.keyboard.length > 0));
    await loseDatabase();
    await tapInVain(old.keyboard[0]?.[0]?.text ?? '', old);
    expect(w.panes.closed).toEqual([]);
  });
});

describe('a tap that comes before the answer of sendMessage', () => {
  /** The message is as if Telegram's answer to its sending were still on its way. */
  const unrecord = (message: ChatMessage): void => {
    w.store.db.prepare('UPDATE posted SET message = NULL WHERE message = ?').run(message.id);
  };

  /** Taps the confirmation of `/kill`, which has no nonce. */
  async function tapEarly(): Promise<ChatMessage> {
    await w.ready();
    w.telegram.owner.say('/kill');
    const message = await w.until(() => w.said('End demo').find((m) => m.keyboard.length > 0));
    await w.rooms.outbox.flush(5_000);
    unrecord(message);
    w.telegram.owner.tap(message.keyboard[0]?.[0]?.text ?? '', message.id);
    return message;
  }

  it('counts by the nonce alone', async () => {
    await w.ready();
    const hook = run('make deploy');
    const message = await hooks.shown();
    await w.rooms.outbox.flush(5_000);
    unrecord(message);
    w.telegram.owner.tap('✓ Allow', message.id);
    expect(decisionOf(await hook.answer)).toEqual({ behavior: 'allow' });
  });

  it('counts for nothing with the nonce of another request', async () => {
    await w.ready();
    run('make deploy');
    const old = await hooks.shown();
    await loseDatabase();
    const hook = run('rm -r build');
    const fresh = await hooks.shown('rm -r build');
    await w.rooms.outbox.flush(5_000);
    unrecord(fresh);
    w.telegram.owner.tap('✓ Allow', old.id);
    await w.until(() => answers().some((text) => text.includes('nothing was allowed or denied')));
    w.telegram.owner.tap('✗ Deny', fresh.id);
    expect(decisionOf(await hook.answer)).toMatchObject({ behavior: 'deny' });
  });

  it('does not count on a button without a nonce', async () => {
    const message = await tapEarly();
    await w.until(() => answers().some((text) => text.includes('still sending')));
    expect(w.panes.closed).toEqual([]);
    expect(message.keyboard).not.toEqual([]);
  });

  it('waits for the answer if it is on its way', async () => {
    const message = await tapEarly();
    await w.eventually(
      () => w.store.db.prepare("SELECT 1 FROM updates WHERE state = 'claimed'").get() !== undefined,
    );
    w.store.db.prepare('UPDATE posted SET message = ? WHERE message IS NULL').run(message.id);
    w.telegram.owner.say('/sessions');
    await w.eventually(() => w.panes.closed.length === 1);
  });
});

/** The number of the request that the first button of a message names. */
function numberIn({ keyboard }: ChatMessage): string | undefined {
  return keyboard[0]?.[0]?.callback_data?.split(':')[1];
}
