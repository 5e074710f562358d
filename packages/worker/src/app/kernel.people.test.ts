import type { ChatMessage } from '@ccbot/sandbox/telegram/model';
import type { Person } from '@ccbot/sandbox/telegram/person';
import { RequestHooks, decisionOf as decision, type WaitingHook } from '../fixtures/request-hooks';
import { People } from '../fixtures/people';
import { DIALOG, READY, KernelUnderTest } from '../fixtures/kernel';
import { openStore } from '../store/open';
import { createPrompts } from '../prompts/store';

let w: KernelUnderTest;
let hooks: RequestHooks;
let people: People;
let [owner, other]: Person[] = [];
async function start(settings: Record<string, string> = {}): Promise<void> {
  w = new KernelUnderTest({ ALLOWED_USERS: '7,8', ...settings });
  await w.open();
  hooks = new RequestHooks(w);
  people = new People(w);
  [owner, other] = [w.telegram.owner, w.telegram.stranger];
}
beforeEach(() => start());
afterEach(async () => {
  hooks.close();
  await w.close();
});

const first = (): Person => owner as Person;
const second = (): Person => other as Person;
const requestFrom = (session: string, request?: string, payload: Record<string, unknown> = {}): WaitingHook =>
  hooks.request({ session, payload, ...(request === undefined ? {} : { request }) });
const canAnswer = (m: ChatMessage): boolean =>
  m.keyboard.flat().some((b) => b.text === '✓ Allow' || b.text === '← Cancel');
const asked = (person: Person, text = 'wants to run'): Promise<ChatMessage> =>
  people.sees(person, text, canAnswer);
const answers = (): number => w.logged.filter(({ text }) => text === 'request decided').length;

/** A session that the first person opened and wrote to, and that both have before them. */
async function shared(): Promise<string> {
  const id = await people.opened('alpha', first());
  await people.switched(second(), 'alpha', id);
  first().say('deploy');
  await w.eventually(() => w.typed().includes('deploy'));
  people.agent(id, w.prompted('deploy'));
  await people.sees(second(), '❯ P: deploy');
  return id;
}

describe('a request of a session that two users watch', () => {
  it('reaches both; the first tap answers, the other copy shows who answered, and a late tap is refused', async () => {
    const hook = requestFrom(await shared());
    const [mine, theirs] = [await asked(first()), await asked(second())];
    second().tap('✓ Allow', theirs.id);
    expect(decision(await hook.answer)).toEqual({ behavior: 'allow' });
    const late = people.tapLate(first(), mine, '✗ Deny');
    expect(await people.toast(late)).toBe('Answered by Q: Allow');
    const told = await people.sees(first(), 'Answered by Q: Allow');
    expect(told.id).toBe(mine.id);
    expect(canAnswer(told)).toBe(false);
    const own = await people.sees(second(), '✓ Allowed.', (m) => m.id === theirs.id);
    expect(own.text).not.toContain('Answered by');
    expect(answers()).toBe(1);
  });

  it('keeps its two messages after ccbot was killed, and is still answered once', async () => {
    const id = await shared();
    const before = requestFrom(id, 'request-again');
    const [mine, theirs] = [await asked(first()), await asked(second())];
    await w.rooms.outbox.flush(5_000);
    await w.stop();
    first().tap('✗ Deny', mine.id);
    second().tap('✓ Allow', theirs.id);
    await w.start();
    await before.waiting;
    await people.sees(second(), 'Answered by P: Deny\n⏳ Waiting for the agent');
    expect(decision(await requestFrom(id, 'request-again').answer)).toMatchObject({ behavior: 'deny' });
    await people.sees(second(), 'Answered by P: Deny', (m) => m.id === theirs.id && !m.text.includes('⏳'));
    for (const person of [first(), second()]) expect(people.seen(person, 'wants to run')).toHaveLength(1);
    expect(answers()).toBe(1);
  });

  it('uses the language of each chat', async () => {
    const id = await shared();
    w.rooms.settings.set('chat:8', 'language', 'ru');
    const hook = requestFrom(id);
    await people.sees(second(), 'хочет выполнить');
    first().tap('✓ Allow', (await asked(first())).id);
    expect(decision(await hook.answer)).toEqual({ behavior: 'allow' });
    await people.sees(second(), 'Ответ от P: Разрешить');
  });

  it('gives a late text to no session, and says so', async () => {
    const id = await shared();
    const hook = requestFrom(id);
    first().tap('✗ Deny and say why…', (await asked(first())).id);
    await people.sees(first(), 'Write the reason');
    const theirs = await people.sees(second(), 'P is writing an answer.', canAnswer);
    second().tap('✓ Allow', theirs.id);
    expect(decision(await hook.answer)).toEqual({ behavior: 'allow' });
    await people.sees(first(), 'Answered by Q');
    first().say('not on a Friday');
    await people.sees(first(), 'your reply was not used');
    first().say('on a Monday');
    await w.eventually(() => w.typed().includes('on a Monday'));
    expect(w.typed()).not.toContain('not on a Friday');
  });

  it('is not delayed by a user who is away', async () => {
    const id = await shared();
    first().block(true);
    const hook = requestFrom(id);
    second().tap('✓ Allow', (await asked(second())).id);
    expect(decision(await hook.answer)).toEqual({ behavior: 'allow' });
    await people.sees(second(), '✓ Allowed.');
  });
});

describe('a request goes to', () => {
  it('the author of the prompt, who has moved to another session, silently if they want no sound', async () => {
    const id = await shared();
    w.rooms.settings.set('chat:7', 'notice-needs', 'off');
    await people.opened('beta', first());
    requestFrom(id);
    expect((await asked(first())).silent).toBe(true);
    expect((await asked(second())).silent).toBe(false);
    await people.sees(first(), '❓ alpha · needs you');
  });

  it('the last author when nobody watches the session, and not whoever opened it', async () => {
    const id = await people.opened('alpha', first());
    await people.switched(second(), 'alpha', id);
    second().say('go on');
    await w.eventually(() => w.typed().includes('go on'));
    for (const [person, name] of [[first(), 'beta'] as const, [second(), 'gamma'] as const])
      await people.opened(name, person);
    requestFrom(id);
    await asked(second());
    await w.rooms.outbox.flush(5_000);
    expect(people.seen(first(), 'wants to run')).toEqual([]);
  });

  it('whoever opened the session when nobody else is involved', async () => {
    const id = await people.opened('alpha', first());
    await people.opened('beta', first());
    requestFrom(id);
    await asked(first());
    await w.rooms.outbox.flush(5_000);
    expect(people.seen(second(), 'wants to run')).toEqual([]);
  });

  it('also whoever switches to the session while it waits, or opens the request from the inbox', async () => {
    const id = await people.opened('alpha', first());
    const one = requestFrom(id);
    const mine = await asked(first());
    second().say('/inbox');
    const list = await people.sees(second(), 'Waiting for others');
    expect(list.text).toContain('wants to run make deploy');
    second().tap('Show alpha', list.id);
    second().tap('✓ Allow', (await asked(second())).id);
    expect(decision(await one.answer)).toEqual({ behavior: 'allow' });
    await people.sees(first(), 'Answered by Q', (m) => m.id === mine.id);

    const two = requestFrom(id, undefined, { tool_input: { command: 'make clean' } });
    await asked(first(), 'make clean');
    await people.switched(second(), 'alpha', id);
    second().tap('✗ Deny', (await asked(second(), 'make clean')).id);
    expect(decision(await two.answer)).toMatchObject({ behavior: 'deny' });
    first().say('/inbox');
    await people.sees(first(), 'Nothing is waiting for you');
  });

  it('everybody when no recipient has reacted for the time in the settings', async () => {
    await w.stop();
    w.set({ CCBOT_ASK_REMIND: '0.01' });
    await w.start();
    const id = await people.opened('alpha', first());
    first().block(true);
    const hook = requestFrom(id);
    second().tap('✓ Allow', (await asked(second())).id);
    expect(decision(await hook.answer)).toEqual({ behavior: 'allow' });
  });

  it('everybody else when the only recipient is no longer allowed', async () => {
    const id = await people.opened('alpha', second());
    const before = requestFrom(id, 'request-again');
    await asked(second());
    await w.rooms.outbox.flush(5_000);
    await w.stop();
    w.set({ ALLOWED_USERS: '7' });
    await w.start();
    await before.waiting;
    const again = requestFrom(id, 'request-again');
    first().tap('✓ Allow', (await asked(first())).id);
    expect(decision(await again.answer)).toEqual({ behavior: 'allow' });
    await w.until(() => people.seen(second(), 'wants to run').length === 0);
  });
});

it('lets any user turn on a rule, notifies the others with a button that ends it, and allows in that user’s name', async () => {
  const id = await shared();
  const hook = requestFrom(id);
  await asked(first());
  second().say('/allow');
  second().tap('✓ Allow for 10 minutes', (await people.sees(second(), 'Allow everything alpha asks for')).id);
  expect(decision(await hook.answer)).toEqual({ behavior: 'allow' });
  await people.sees(first(), 'Answered by Q: Allow');
  const told = await people.sees(first(), 'Q allowed every permission request of alpha for 10 minutes.');
  first().tap('✗ Stop allowing', told.id);
  await people.sees(second(), 'P turned this off. alpha asks for permission again.');
  requestFrom(id, undefined, { tool_input: { command: 'make clean' } });
  await asked(second(), 'make clean');
});

it('takes one key for a dialog, and tells a later user who has answered it', async () => {
  const id = await people.opened('alpha', first());
  await people.switched(second(), 'alpha', id);
  w.panes.show(id, DIALOG);
  const [mine, theirs] = [
    await people.sees(first(), 'Do you trust it?'),
    await people.sees(second(), 'Do you trust it?'),
  ];
  const pressed = (): number =>
    w.panes.typed.filter(({ keys }) => keys.some((k) => k.kind === 'key' && k.key === '1')).length;
  second().tap('1', theirs.id);
  await w.eventually(() => pressed() === 1);
  const late = people.tapLate(first(), mine, '1');
  w.panes.show(id, READY);
  expect(await people.toast(late)).toBe('That screen is gone. Q already answered it.');
  await w.until(() => people.seen(first(), 'Do you trust it?').length === 0);
  await w.until(() => people.seen(second(), 'Do you trust it?').length === 0);
  expect(await people.toast(people.tapLate(second(), theirs, '1'))).toContain('That screen is gone');
  expect(pressed()).toBe(1);
});

it('shows a screen to the user who asked for it, and keeps it when another user closes theirs', async () => {
  const id = await people.opened('alpha', first());
  await people.switched(second(), 'alpha', id);
  second().say('/screen');
  await people.sees(second(), 'Screen of alpha');
  await w.rooms.outbox.flush(5_000);
  expect(people.seen(first(), 'Screen of alpha')).toEqual([]);
  first().say('/screen');
  const mine = await people.sees(first(), 'Screen of alpha');
  await w.rooms.outbox.flush(5_000);
  second().tap('✖ Close', (await people.sees(second(), 'Screen of alpha')).id);
  await w.until(() => people.seen(second(), 'Screen of alpha').length === 0);
  first().tap('Esc', mine.id);
  await w.eventually(() =>
    w.panes.typed.some(({ keys }) => keys.some((k) => k.kind === 'key' && k.key === 'Escape')),
  );
  expect(people.seen(first(), 'Screen of alpha')).toHaveLength(1);
});

it('also asks users whose messages wait behind a message that may not have arrived', async () => {
  const id = await people.opened('alpha', first());
  await people.switched(second(), 'alpha', id);
  await w.stop();
  const store = openStore(w.paths.db, Date.now);
  createPrompts(store).add({ id: 4242, session: id, chatId: 7, messageId: 1, text: 'half typed' }, 0);
  createPrompts(store).mark(4242, 'typing', 0);
  store.close();
  await w.start();
  const mine = await people.sees(first(), 'could not confirm that the agent received');
  const theirs = await people.sees(second(), 'A message from P was typed');
  second().say('mine behind it');
  second().tap('Drop', theirs.id);
  await w.eventually(() => w.typed().includes('mine behind it'));
  await w.until(() => people.seen(first(), 'could not confirm that the agent received').length === 0);
  expect(await people.toast(people.tapLate(first(), mine, 'Send again'))).toContain('no longer valid');
  expect(w.typed()).not.toContain('half typed');
});

it('notifies every user whom an expired login stops, and removes the button when it works again', async () => {
  const id = await shared();
  const dead = {
    ...{ type: 'assistant', isApiErrorMessage: true, error: 'authentication_failed' },
    message: { id: 'm', role: 'assistant', content: [{ type: 'text', text: 'no' }] },
  };
  people.agent(id, w.record(dead));
  for (const person of [first(), second()]) await people.sees(person, 'is no longer valid');
  people.agent(id, w.turnOver(), w.prompted('again'), w.answered('it works'), w.turnOver());
  for (const person of [first(), second()])
    await people.sees(person, 'is no longer valid', (m) => m.text.includes('It works again.'));
  for (const person of [first(), second()])
    expect(people.seen(person, 'is no longer valid').flatMap((m) => m.keyboard.flat())).not.toContainEqual(
      expect.objectContaining({ text: '🔑 Log in' }),
    );
});

it('names the author of each prompt on every page of the history: you, the other user, or nobody if unknown', async () => {
  const id = await people.opened('alpha', first());
  await people.switched(second(), 'alpha', id);
  for (const [person, prompt] of [
    [first(), 'from the first'],
    [second(), 'from the second'],
  ] as const) {
    person.say(prompt);
    await w.eventually(() => w.typed().includes(prompt));
    people.agent(id, w.prompted(prompt), w.answered(`answer to ${prompt}`), w.turnOver());
    await people.sees(second(), `answer to ${prompt}`);
  }
  people.agent(id, w.prompted('at the desk'), w.answered('answer to the desk'), w.turnOver());
  await people.sees(second(), 'answer to the desk');
  second().say('/history');
  const past = await people.sees(second(), 'P: from the first', (m) =>
    m.keyboard.flat().some((b) => b.text === '⬇ Export'),
  );
  expect(past.text).toContain('You: from the second');
  expect(past.text).toContain('Prompt: at the desk');
  second().say('/export');
  const sent = await people.sees(second(), 'as Markdown');
  const text = (sent.media?.file.bytes ?? Buffer.alloc(0)).toString('utf8');
  expect(text).toContain('> **P:** from the first');
  expect(text).toContain('> **Q:** from the second');

  await people.switched(first(), 'alpha', id);
  for (const page of ['❯ at the desk', '❯ Q: from the second', '❯ from the first']) {
    const card = await people.sees(first(), page, (m) => m.keyboard.flat().some((b) => b.text === '⋯ More'));
    if (page !== '❯ from the first') first().tap('‹ Older', card.id);
  }
});
