import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { READY, KernelUnderTest, TOKEN } from '../fixtures/kernel';

let w: KernelUnderTest;
beforeEach(async () => {
  w = new KernelUnderTest();
  await w.open();
});
afterEach(() => w.close());

describe('a new session', () => {
  it('opens one window in the directory, with the variables of a session and without the token', async () => {
    await w.ready();
    expect(w.panes.opened).toHaveLength(1);
    const [request] = w.panes.opened;
    expect(request).toMatchObject({
      name: 'demo',
      cwd: w.project,
      argv: [process.execPath, '--settings', expect.any(String)],
    });
    expect(request?.env).toMatchObject({
      CCBOT_INTERFACE: 'telegram',
      CCBOT_BOT_USERNAME: 'test_bot',
      CCBOT_SESSION: w.session,
    });
    expect(JSON.stringify(request)).not.toContain(TOKEN);
  });

  it('holds the first messages until the agent is ready, then types each once and in order', async () => {
    w.telegram.owner.say('/new demo');
    w.telegram.owner.say('first');
    w.telegram.owner.say('second');
    await w.until(() => w.said('still starting')[0]);
    expect(w.typed()).toEqual([]);
    w.panes.show(w.session, READY);
    await w.eventually(() => w.typed().length === 2);
    expect(w.typed()).toEqual(['first', 'second']);
  });

  it('opens no second window when its message is handled again after a crash', async () => {
    w.telegram.owner.say('/new demo');
    await w.eventually(() => w.panes.opened.length === 1);
    await w.kernel.inbox.journal.drained();
    w.store.db
      .prepare("UPDATE updates SET state = 'new', body = ?")
      .run(
        JSON.stringify({ update_id: 1, message: w.telegram.state.show(w.telegram.owner.chat()[0] as never) }),
      );
    const { id } = w.store.db.prepare<[], { id: number }>('SELECT id FROM updates').get() ?? { id: 0 };
    w.store.db.prepare('UPDATE updates SET body = ?').run(
      JSON.stringify({
        update_id: id,
        message: w.telegram.state.show(w.telegram.owner.chat()[0] as never),
      }),
    );
    await w.kernel.inbox.journal.drained();
    expect(w.panes.opened).toHaveLength(1);
  });
});

describe('a turn', () => {
  it('is shown live, then whole as a new message with sound, and confirmed on the user’s message', async () => {
    await w.ready();
    const id = w.telegram.owner.say('do it');
    await w.eventually(() => w.typed().includes('do it'));
    w.write(w.prompted('do it'), w.answered('working on it'));
    const live = await w.until(() => w.said('working on it').find((m) => m.keyboard.length > 0));
    expect(live.replyTo).toBe(id);
    await w.until(() => w.telegram.owner.chat().find((m) => m.id === id)?.reaction === '👌');
    w.write(w.answered('the answer'), w.turnOver());
    const finished = await w.until(() => w.said('the answer').find((m) => m.id !== live.id));
    await w.until(() => !w.telegram.owner.fromBot().some((m) => m.id === live.id));
    expect(finished.silent).toBe(false);
    expect(w.said('the answer')).toHaveLength(1);
  });

  it('is shown to its end, once, when the worker was not running for a part of it', async () => {
    await w.ready();
    w.write(w.prompted('long work'), w.answered('first half'));
    await w.until(() => w.said('first half')[0]);
    await w.stop();
    w.write(w.answered('second half'), w.turnOver());
    await w.start();
    await w.until(() => w.said('second half')[0]);
    await w.rooms.outbox.flush(5_000);
    expect(w.said('second half')).toHaveLength(1);
    expect(w.said('first half')).toHaveLength(1);
    await w.stop();
    await w.start();
    await w.rooms.outbox.flush(5_000);
    expect(w.said('second half')).toHaveLength(1);
  });

  it('continues in the new session’s transcript after /clear', async () => {
    await w.ready();
    const old = w.transcript;
    w.transcript = join(w.dir, 'after-clear.jsonl');
    await w.hook('SessionStart', { source: 'clear', session_id: 'another' });
    await w.eventually(() => w.rooms.sessions.get(w.session)?.binding?.sessionId === 'another');
    w.write(w.prompted('new'), w.answered('from the new session'), w.turnOver());
    await w.until(() => w.said('from the new session')[0]);
    appendFileSync(old, w.prompted('old') + w.answered('from the old session') + w.turnOver());
    w.write(w.prompted('newer'), w.answered('again from the new session'), w.turnOver());
    await w.until(() => w.said('again from the new session')[0]);
    expect(w.said('from the old session')).toEqual([]);
  });

  it('shows what comes in the old transcript while the one that a hook named does not exist', async () => {
    await w.ready();
    w.write(w.prompted('first'), w.answered('the first answer'), w.turnOver());
    await w.until(() => w.said('the first answer')[0]);
    await w.hook('SessionStart', { session_id: 'another', transcript_path: join(w.dir, 'never.jsonl') });
    await w.eventually(() => w.rooms.sessions.get(w.session)?.binding?.sessionId === 'another');
    w.write(w.prompted('more'), w.answered('seen all the same'), w.turnOver());
    await w.until(() => w.said('seen all the same')[0]);
  });

  it('recovers from a missed SessionStart at the next prompt', async () => {
    w.telegram.owner.say('/new demo');
    await w.eventually(() => w.panes.opened.length > 0);
    await w.eventually(() => w.panes.isWatched(w.session));
    w.panes.show(w.session, READY);
    await w.hook('UserPromptSubmit', { prompt: 'typed at the desk' });
    w.write(w.prompted('typed at the desk'), w.answered('seen all the same'), w.turnOver());
    await w.until(() => w.said('seen all the same')[0]);
  });

  it('is not taken over by an agent that already runs in another window', async () => {
    await w.ready();
    const first = w.session;
    w.telegram.owner.say('/new other');
    await w.eventually(() => w.panes.opened.length === 2);
    await w.hook('SessionStart', {}, w.session);
    await w.hook('Notification', {}, first);
    expect(w.rooms.sessions.get(w.session)?.binding).toBeUndefined();
    expect(w.rooms.sessions.get(first)?.binding?.sessionId).toBe('agent-session');
  });

  it('loses no line when the disk is full while it is shown', async () => {
    await w.ready();
    const pages = Number(w.store.db.pragma('page_count'));
    w.store.db.pragma(`max_page_count = ${pages}`);
    w.write(w.prompted('more'), w.answered('a'.repeat(9_000)), w.answered('kept'), w.turnOver());
    await w.rooms.watch.follower.caughtUp();
    w.store.db.pragma('max_page_count = 1000000');
    await w.until(() => w.said('kept')[0]);
    expect(w.said('kept')).toHaveLength(1);
  });
});

describe('a user who is not allowed', () => {
  it('gets no call from the bot', async () => {
    w.telegram.stranger.say('/new');
    w.telegram.owner.say('/help');
    await w.until(() => w.said('types what you write')[0]);
    expect(w.telegram.calls.filter((c) => c.params['chat_id'] === 8)).toEqual([]);
    expect(w.panes.opened).toEqual([]);
  });
});

describe('/sessions', () => {
  it('has a text for an empty list, and a button for each session', async () => {
    w.telegram.owner.say('/sessions');
    await w.until(() => w.said('No session is running')[0]);
    await w.ready();
    w.telegram.owner.say('/new other');
    await w.eventually(() => w.panes.opened.length === 2);
    w.telegram.owner.say('/sessions');
    await w.until(() => w.said('Your sessions')[0]);
    const [first] = w.panes.opened;
    w.telegram.owner.tap(`go:${first?.session}`);
    await w.until(() => w.said('● demo · Claude Code').length > 0 && w.said('● other').length === 0);
    w.telegram.owner.say('to the first');
    await w.eventually(() => w.panes.typed.some((t) => t.session === first?.session));
  });
});
