import type { Person } from '@ccbot/sandbox/telegram/person';
import { RequestHooks } from '../fixtures/request-hooks';
import { People } from '../fixtures/people';
import { KernelUnderTest } from '../fixtures/kernel';
import type { NoticeKind } from './notices';

let w: KernelUnderTest;
let hooks: RequestHooks;
let people: People;
beforeEach(async () => {
  w = new KernelUnderTest({ ALLOWED_USERS: '7,8' });
  await w.open();
  hooks = new RequestHooks(w);
  people = new People(w);
});
afterEach(async () => {
  hooks.close();
  await w.close();
});

/** A session that works on what one wrote and the other added to, while each has another one before them. */
async function inTheBackground(): Promise<string> {
  const { owner, stranger: other } = w.telegram;
  const id = await people.opened('alpha', owner);
  owner.say('begin');
  await w.eventually(() => w.typed().includes('begin'));
  people.agent(id, w.prompted('begin'));
  await w.eventually(() => w.rooms.sessions.get(id)?.by === 7);
  await people.switched(other, 'alpha', id);
  other.say('and this');
  await w.eventually(() => w.typed().includes('and this'));
  await people.opened('beta', owner);
  await people.opened('gamma', other);
  return id;
}

/** What brings about each kind, and what is pushed of it. */
const KINDS: readonly {
  kind: NoticeKind;
  text: string;
  panel: string;
  come(id: string): void | Promise<void>;
}[] = [
  {
    kind: 'finished',
    ...{ text: 'alpha · finished', panel: '✓ alpha · finished' },
    come: (id) => people.agent(id, w.answered('went on'), w.turnOver()),
  },
  {
    kind: 'failed',
    ...{ text: 'alpha · failed', panel: '✗ alpha · failed' },
    come(id) {
      const error = {
        ...{ type: 'assistant', isApiErrorMessage: true, error: 'overloaded_error' },
        message: { id: 'm', role: 'assistant', content: [{ type: 'text', text: 'too busy' }] },
      };
      people.agent(id, w.record(error));
    },
  },
  {
    kind: 'silent',
    ...{ text: 'has been silent', panel: 'alpha · silent' },
    async come(id) {
      people.agent(id, w.answered('going on'));
      await w.eventually(() => w.rooms.sessions.get(id)?.card.texts.length === 1);
      w.ahead += 11 * 60_000;
    },
  },
  {
    kind: 'needs',
    ...{ text: 'alpha wants to run', panel: '❓ alpha · needs you' },
    come: (id) => void hooks.request({ session: id }),
  },
];

describe.each(KINDS)('a session in the background: $kind', ({ kind, text, panel, come }) => {
  it('is one push with sound to who wants it, none to who switched just this kind off, and stands in the panel of both', async () => {
    const { owner, stranger: other } = w.telegram;
    const id = await inTheBackground();
    for (const one of KINDS)
      w.rooms.settings.set('chat:8', `notice-${one.kind}`, one.kind === kind ? 'off' : 'on');
    await come(id);
    const push = await people.sees(owner, text, (m) => m.id > 0 && !m.text.includes('Other sessions'));
    expect(push.silent).toBe(false);
    const card = (person: Person) => people.sees(person, panel, (m) => m.text.includes('Other sessions'));
    await card(owner);
    await card(other);
    await w.rooms.outbox.flush(5_000);
    const [mine, theirs] = [owner, other].map((person) =>
      people.seen(person, text).filter((m) => !m.text.includes('Other sessions')),
    );
    expect(mine).toHaveLength(1);
    // A request has to be answered: it comes, and makes no sound.
    if (kind === 'needs') expect(theirs).toMatchObject([{ silent: true }]);
    else expect(theirs).toEqual([]);
  });
});
