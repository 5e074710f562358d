import type { ChatMessage } from '@ccbot/sandbox/telegram/model';
import type { Person } from '@ccbot/sandbox/telegram/person';
import { People } from '../../fixtures/people';
import { DIALOG, KernelUnderTest } from '../../fixtures/kernel';

let w: KernelUnderTest;
let people: People;
beforeEach(async () => {
  w = new KernelUnderTest({ ALLOWED_USERS: '7,8', BG_STATUS_MAX: '2' });
  people = new People(w);
  await w.open();
});
afterEach(() => w.close());

/** Opens a session with its own transcript and resolves with its id. */
const opened = (name: string, person: Person = w.telegram.owner): Promise<string> =>
  people.opened(name, person);
/** Writes records of a session's agent. */
const agent = (id: string, ...lines: string[]): void => people.agent(id, ...lines);

const cards = (person: Person = w.telegram.owner): ChatMessage[] =>
  person.fromBot().filter((m) => m.keyboard.flat().some((b) => b.text === '⋯ More' || b.text === '⋯ Less'));
const buttons = (m: ChatMessage | undefined): string[] => m?.keyboard.flat().map((b) => b.text) ?? [];
const shows = (...texts: string[]): Promise<ChatMessage> =>
  w.until(() => {
    const [card] = cards();
    return card !== undefined && texts.every((text) => card.text.includes(text)) ? card : undefined;
  });
const phase = (id: string): string | undefined => w.rooms.sessions.get(id)?.card.phase;

it('has one card, of the active session, and reports another session with one short message and a button', async () => {
  const alpha = await opened('alpha');
  await opened('beta');
  agent(alpha, w.prompted('build it'), w.answered('working on it'));
  await shows('beta', 'Other sessions', '⏳ alpha · working');
  expect(cards()).toHaveLength(1);

  agent(alpha, w.answered('the long answer of alpha'), w.turnOver());
  const push = await w.until(() => w.said('finished')[0]);
  expect(push.text).toContain('the long answer of alpha');
  expect(push.silent).toBe(false);
  expect(buttons(push)).toContain('↗ Open');
  await shows('beta', '✓ alpha · finished');
  expect(w.said('the long answer of alpha')).toHaveLength(1);
  expect(cards()).toHaveLength(1);
});

it('shows a session on the card it is chosen on, with its last turn and pages of earlier ones', async () => {
  const alpha = await opened('alpha');
  for (const n of ['one', 'two', 'three']) {
    agent(alpha, w.prompted(`ask ${n}`), w.answered(`answer ${n}`), w.turnOver());
    await w.until(() => w.said(`answer ${n}`).some((m) => m.text.includes('✓ alpha')));
  }
  await opened('beta');
  const card = await shows('beta');

  w.telegram.owner.tap('alpha');
  expect((await shows('alpha', '❯ ask three', 'answer three')).id).toBe(card.id);
  w.telegram.owner.tap('‹ Older');
  await shows('❯ ask two', 'answer two');
  w.telegram.owner.tap('‹ Older');
  await shows('❯ ask one', 'answer one');
  w.telegram.owner.tap('Newer ›');
  await shows('❯ ask two');
  w.telegram.owner.tap('Newer ›');
  const last = await shows('❯ ask three');
  expect(buttons(last)).not.toContain('Newer ›');
  expect(last.id).toBe(card.id);
  expect(cards()).toHaveLength(1);
});

it('moves below what the user writes', async () => {
  const alpha = await opened('alpha');
  const first = await shows('alpha', 'ready');
  w.telegram.owner.say('do it');
  await w.eventually(() => w.typed().length === 1);
  const mine = w.telegram.owner.chat().find((m) => m.text === 'do it')?.id ?? 0;
  agent(alpha, w.prompted('do it'), w.answered('on it'));
  const second = await shows('❯ do it', 'on it');
  expect(second.id).toBeGreaterThan(mine);
  expect(w.telegram.owner.chat().some((m) => m.id === first.id)).toBe(false);
  expect(cards()).toHaveLength(1);
  agent(alpha, w.turnOver());
  await w.until(() => w.said('✓ alpha')[0] && cards().length === 0);
});

it('answers in full a prompt that replied to a message of another session', async () => {
  const alpha = await opened('alpha');
  agent(alpha, w.prompted('hello'), w.answered('hello there'), w.turnOver());
  const answer = await w.until(() => w.said('hello there')[0]);
  await opened('beta');
  w.telegram.owner.say('and now?', { replyTo: answer.id });
  await w.eventually(() => w.typed().length === 1);
  agent(alpha, w.prompted(w.typed().at(-1) ?? ''), w.answered('now this'), w.turnOver());
  const full = await w.until(() => w.said('now this')[0]);
  expect(full.text).toContain('✓ alpha · done');
  expect(full.replyTo).toBe(w.telegram.owner.chat().find((m) => m.text === 'and now?')?.id);
});

it('sends no notice of a kind that is switched off, and one when a session needs the user', async () => {
  const alpha = await opened('alpha');
  await opened('beta');
  w.rooms.settings.set('chat:7', 'notice-finished', 'off');
  w.rooms.settings.set('chat:7', 'notice-needs', 'off');
  agent(alpha, w.prompted('go'), w.answered('went'), w.turnOver());
  await shows('beta', '✓ alpha · finished');
  expect(w.said('went')).toEqual([]);

  w.panes.show(alpha, DIALOG);
  await shows('beta', '❓ alpha · needs you');
  const asked = await w.until(() => w.said('Do you trust it?')[0]);
  expect(asked.silent).toBe(true);
});

it('shows no more of the other sessions than is set, those that need the user first', async () => {
  const alpha = await opened('alpha');
  await opened('beta');
  await opened('gamma');
  await opened('delta');
  w.panes.show(alpha, DIALOG);
  const card = await shows('delta', '❓ alpha · needs you', '… 1 more');
  expect(card.text).toContain('● beta · ready');
  expect(card.text).not.toContain('gamma');
});

it('shows more buttons, and clears the context after a confirmation', async () => {
  await opened('alpha');
  await shows('alpha');
  w.telegram.owner.tap('⋯ More');
  await w.until(() => buttons(cards()[0]).includes('✗ End…'));
  w.telegram.owner.tap('⋯ Less');
  await w.until(() => !buttons(cards()[0]).includes('✗ End…'));
  w.telegram.owner.tap('🧹 Clear');
  await w.until(() => w.said('Clear the context')[0]);
  expect(w.panes.typed).toEqual([]);
  w.telegram.owner.tap('Clear it');
  await w.eventually(() => w.typed().at(-1) === '/clear');
});

it('keeps the card in its place after a restart', async () => {
  const alpha = await opened('alpha');
  agent(alpha, w.prompted('go'), w.answered('going'));
  const card = await shows('going');
  await w.stop();
  await w.start();
  agent(alpha, w.answered('still going'));
  expect((await shows('still going')).id).toBe(card.id);
  expect(cards()).toHaveLength(1);
});

describe('two users', () => {
  it('each have a session, a card and answers, and see who asked what in the session they share', async () => {
    const { owner, stranger: other } = w.telegram;
    const alpha = await opened('alpha');
    const beta = await opened('beta', other);
    await w.until(() => cards(other)[0]?.text.includes('beta'));
    owner.say('for alpha');
    other.say('for beta');
    await w.eventually(() => w.typed().length === 2);
    const to = (id: string) =>
      w.panes.typed
        .filter(({ session }) => session === id)
        .filter(({ keys }) => keys.some((k) => 'text' in k)).length;
    expect([to(alpha), to(beta)]).toEqual([1, 1]);

    other.tap('alpha');
    await w.until(() => cards(other)[0]?.text.includes('alpha'));
    agent(alpha, w.prompted('for alpha'), w.answered('a word for both'));
    await w.until(() => cards(other)[0]?.text.includes('❯ P: for alpha'));
    await shows('❯ for alpha', 'a word for both');
    agent(alpha, w.turnOver());
    const mine = await w.until(() => w.said('a word for both').find((m) => m.text.includes('✓ alpha')));
    const theirs = await w.until(() =>
      other.fromBot().find((m) => m.text.includes('✓ alpha') && m.text.includes('a word for both')),
    );
    expect(mine.text).not.toContain('P: for alpha');
    expect(theirs.text).toContain('❯ P: for alpha');
    expect(phase(beta)).toBe('idle');
  });
});
