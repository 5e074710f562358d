import { NO_THREAD } from '../outbox/model';
import type { InboundEdit, InboundTap, InboundText } from '../inbox/model';
import { KernelUnderTest } from '../fixtures/kernel';
import type { Grammar } from './command';
import type { ChatView, Intent } from './intents';
import { isRefusal, refusalText } from './refusal';
import { route as decide } from './route';
import { wordsIn } from '../words/words';

// The commands of every feature, as the worker knows them.
const w = new KernelUnderTest();
let grammar: Grammar;
beforeAll(async () => {
  await w.open();
  grammar = w.kernel.inbox.grammar;
});
afterAll(() => w.close());

const route = (inbound: Parameters<typeof decide>[0], of: ChatView): Intent => decide(inbound, of, grammar);

/** What a refusal says; undefined for an intent that leads to something. */
const saidBy = (intent: Intent): string | undefined =>
  isRefusal(intent) ? refusalText(intent.reason, wordsIn('en'), grammar) : undefined;

const view: ChatView = {
  awaited: [],
  tapped: 'posted',
  sessions: [
    { id: 'a1', name: 'api' },
    { id: 'b2', name: 'Web' },
  ],
  archived: ['z9'],
  active: 'a1',
  agents: [
    { id: 'one', line: false },
    { id: 'two', line: false },
    { id: 'sh', line: true },
  ],
};

/** The directory browser waits for a path or the name of a folder. */
const browsing = { do: 'browse-text', takesSlash: true, carries: {} };

const text = (words: string): InboundText => ({
  kind: 'text',
  updateId: 1,
  at: 0,
  chatId: 7,
  thread: NO_THREAD,
  userId: 7,
  isPrivate: true,
  messageId: 1,
  text: words,
  parts: [{ messageId: 1, at: 0, text: words }],
});
const tap = (data: string): InboundTap => ({
  kind: 'tap',
  updateId: 1,
  at: 0,
  chatId: 7,
  thread: NO_THREAD,
  userId: 7,
  isPrivate: true,
  queryId: 'q',
  data,
});

describe('route, of a message', () => {
  it('refuses a text that has nothing to type', () => {
    for (const blank of ['\u200b', '\u202e \u2800', '\u0007']) {
      expect(saidBy(route(text(blank), view))).toBe(wordsIn('en').emptyMessage);
    }
  });

  it('never types a lone slash, for which an agent runs the first command it offers', () => {
    for (const lone of ['/', ' / ', '//']) expect(route(text(lone), view)).toEqual({ do: 'help' });
    expect(route(text('/'), { ...view, awaited: [browsing] })).toEqual({ do: 'browse-text', text: '/' });
  });

  it('sends plain text to the active session, as it was written', () => {
    expect(route(text('  fix\n the bug '), view)).toEqual({
      do: 'prompt',
      session: 'a1',
      text: '  fix\n the bug ',
    });
  });

  it('goes to the session of the quoted message, commands too, and to none when that has ended', () => {
    const quoted = { ...view, quoted: { id: 'b2', name: 'Web', live: true } };
    expect(route(text('continue'), quoted)).toEqual({ do: 'prompt', session: 'b2', text: 'continue' });
    expect(route(text('/stop'), quoted)).toEqual({ do: 'interrupt', session: 'b2' });
    expect(route(text('/stop api'), quoted)).toEqual({ do: 'interrupt', session: 'a1' });
    const over = { ...view, quoted: { id: 'z9', name: 'old', live: false } };
    expect(saidBy(route(text('continue'), over))).toContain('old');
  });

  it('is kept while there is no session for it, unless it has nothing to type', () => {
    const keep = { do: 'keep', text: 'hello' };
    expect(route(text('hello'), { ...view, sessions: [], active: undefined })).toEqual(keep);
    expect(route(text('hello'), { ...view, active: undefined })).toEqual(keep);
    expect(route(text('hello'), { ...view, active: 'z9' })).toEqual(keep);
    const quoted = { id: 'z9', name: 'old', live: false };
    expect(route(text('hello'), { ...view, active: undefined, quoted })).toEqual(keep);
    const live = { id: 'b2', name: 'Web', live: true };
    expect(route(text('hello'), { ...view, active: undefined, quoted: live })).toMatchObject({
      session: 'b2',
    });
    expect(saidBy(route(text('\u200b'), { ...view, sessions: [] }))).toBe(wordsIn('en').emptyMessage);
  });

  it("leaves the agent's own slash commands to the agent", () => {
    expect(route(text('/compact keep the plan'), view)).toMatchObject({
      do: 'prompt',
      text: '/compact keep the plan',
    });
    expect(route(text('/etc/hosts looks odd'), view)).toMatchObject({ do: 'prompt' });
  });

  it.each([
    ['/new', { do: 'browse-new' }],
    ['/new api2', { do: 'new', name: 'api2' }],
    ['/new /srv/app', { do: 'new', path: '/srv/app' }],
    ['/new api2 ~/my project', { do: 'new', name: 'api2', path: '~/my project' }],
    ['/new@my_bot api2 ./x', { do: 'new', name: 'api2', path: './x' }],
    ['/NEW', { do: 'browse-new' }],
    ['/new @two', { do: 'new', agent: 'two' }],
    ['/new @Two api2 ~/x', { do: 'new', agent: 'two', name: 'api2', path: '~/x' }],
    ['/new@two api2', { do: 'new', agent: 'two', name: 'api2' }],
    ['/handover @two', { do: 'handover', session: 'a1', agent: 'two' }],
    ['/handover @TWO wEB', { do: 'handover', session: 'b2', agent: 'two' }],
    ['/new @sh', { do: 'new', agent: 'sh' }],
    ['/new `/srv/my__app`', { do: 'new', path: '/srv/my__app' }],
    ['/new api2 `~/my project`', { do: 'new', name: 'api2', path: '~/my project' }],
    ['/new `api2` ~/x', { do: 'new', name: 'api2', path: '~/x' }],
    ['/switch `wEB`', { do: 'switch', session: 'b2' }],
    ['/new @sh `npm run dev`', { do: 'new', agent: 'sh', line: 'npm run dev' }],
    ['/new @sh\n```sh\nnpm run dev\n```', { do: 'new', agent: 'sh', line: 'npm run dev' }],
    ['/new @sh echo `date` `id`', { do: 'new', agent: 'sh', line: 'echo `date` `id`' }],
    ['/new @sh npm run build -- --watch', { do: 'new', agent: 'sh', line: 'npm run build -- --watch' }],
  ])('reads %j', (words, intent) => {
    expect(route(text(words), view)).toEqual(intent);
  });

  it('names the agents when /new gets an unknown one', () => {
    expect(saidBy(route(text('/new @three api'), view))).toContain('`@one`, `@two`, `@sh`');
  });

  it('names the agents when /handover gets none, or one that takes no prompts', () => {
    for (const words of ['/handover', '/handover web', '/handover @sh'])
      expect(saidBy(route(text(words), view))).toContain('/handover @one');
  });

  it('explains /new when it gets two names', () => {
    expect(saidBy(route(text('/new one two'), view))).toContain('/new name');
  });

  it('takes a path or a name for the directory that is being chosen, but no commands', () => {
    const waits = { ...view, awaited: [browsing] };
    expect(route(text('/tmp'), waits)).toEqual({ do: 'browse-text', text: '/tmp' });
    expect(route(text('my shop'), waits)).toEqual({ do: 'browse-text', text: 'my shop' });
    expect(route(text('/sessions'), waits)).toEqual({ do: 'list' });
    expect(route(text('/tmp'), { ...view, awaited: [] })).toMatchObject({ do: 'prompt' });
  });

  it('finds a session by its name, whatever the case', () => {
    expect(route(text('/switch wEB'), view)).toEqual({ do: 'switch', session: 'b2' });
    expect(route(text('/kill'), view)).toEqual({ do: 'kill', session: 'a1', sure: false });
  });

  it('says so when the named session, or any session, is missing', () => {
    expect(saidBy(route(text('/switch nope'), view))).toBeDefined();
    expect(saidBy(route(text('/stop'), { ...view, sessions: [] }))).toBeDefined();
    expect(saidBy(route(text('/stop'), { ...view, active: undefined }))).toBeDefined();
    expect(saidBy(route(text(' \n '), view))).toBeDefined();
  });
});

describe('route, of an edit', () => {
  const edit = (written: string, own?: true): InboundEdit => ({
    kind: 'edit',
    updateId: 1,
    at: 0,
    chatId: 7,
    thread: NO_THREAD,
    userId: 7,
    isPrivate: true,
    messageId: 3,
    text: written,
    ...(own === undefined ? {} : { own }),
  });

  it('says whether the new text is the user’s own', () => {
    expect(route(edit('make', true), view)).toEqual({ do: 'edit', message: 3, text: 'make', own: true });
    expect(route(edit('//help', true), view)).toMatchObject({ text: '/help', own: true });
    expect(route(edit('make'), view)).toEqual({ do: 'edit', message: 3, text: 'make' });
  });

  it('does not call a name of a command that the agent gave it the user’s own', () => {
    const menu = [{ command: 'fix', description: '', typed: '/fix;$(touch file)' }];
    const intent = route(edit('/fix', true), { ...view, menu });
    expect(intent).toEqual({ do: 'edit', message: 3, text: '/fix;$(touch file)' });
  });
});

describe('route, of a name where there are several machines', () => {
  const several: ChatView = {
    ...view,
    sessions: [
      { id: 'a1', name: 'api', host: 'ada' },
      { id: 'b2', name: 'Web', host: 'ada' },
    ],
    elsewhere: [
      { id: 'c3', name: 'web', host: 'gpu' },
      { id: 'd4', name: 'train', host: 'gpu' },
    ],
  };
  const stop = (name: string): Intent => route(text(`/stop ${name}`), several);

  it('takes a name that one machine has, and the label and the host with the name', () => {
    for (const name of ['api', 'ada:api', 'api · ada', 'API@ada'])
      expect(stop(name)).toEqual({ do: 'interrupt', session: 'a1' });
    expect(stop('ada:web')).toEqual({ do: 'interrupt', session: 'b2' });
  });

  it('acts on neither of two sessions of one name, and says how to name each', () => {
    expect(saidBy(stop('web'))).toMatch(/`ada:Web`, `gpu:web`/);
  });

  it('acts on no session of another machine', () => {
    expect(saidBy(stop('train'))).toMatch(/`gpu:train` is on another machine/);
    expect(saidBy(stop('gpu:api'))).toMatch(/gpu:api/);
    const { active: _, ...nothing } = several;
    expect(route(text('go'), { ...nothing, active: 'd4' })).toEqual({ do: 'keep', text: 'go' });
    expect(saidBy(route(text('/stop'), { ...nothing, active: 'd4' }))).toMatch(/`gpu:train` is on another/);
    expect(saidBy(route(text('/stop'), { ...nothing, active: 'gone', sessions: [] }))).toMatch(/\/sessions/);
  });
});

describe('route, of a tap', () => {
  it('reads what the buttons carry', () => {
    expect(route(tap('stop:a1'), view)).toEqual({ do: 'interrupt', session: 'a1' });
    expect(route(tap('key:b2:C-c'), view)).toEqual({ do: 'key', session: 'b2', key: 'C-c' });
    expect(route(tap('kill:b2:yes'), view)).toEqual({ do: 'kill', session: 'b2', sure: true });
    expect(route(tap('again:42'), view)).toEqual({ do: 'retype', prompt: 42 });
  });

  it('refuses a button of a message that this database did not post, and one that is still being sent', () => {
    const on = (tapped: ChatView['tapped']): ChatView => ({ ...view, tapped: tapped as 'unknown' });
    const { tapped: _tapped, ...nothing } = view;
    for (const here of [on('unknown'), nothing]) {
      for (const data of ['again:42', 'key:b2:Enter', 'kill:b2:yes', `ask:1:${'n'.repeat(16)}:y`, 'ask:1:y'])
        expect(route(tap(data), here)).toMatchObject({ do: 'old-button' });
      expect(route(tap('stop:a1'), here)).toEqual({ do: 'interrupt', session: 'a1' });
    }
    expect(route(tap('again:42'), on('sending'))).toEqual({ do: 'early-tap' });
    expect(route(tap('ask:1:y'), on('sending'))).toMatchObject({ do: 'request' });
  });

  it.each([
    'stop:gone',
    'key:a1:rm -rf',
    'key:a1',
    'again:x',
    'again:99999999999999999999',
    '',
    'stop:',
    ':::',
    'nonsense',
  ])('calls %j expired, never a default', (data) => {
    expect(route(tap(data), view)).toEqual({ do: 'expired' });
  });
});

describe('a logged sequence of messages and taps', () => {
  // As JSON, which is what a log holds: what decides must not depend on anything else.
  const log = JSON.stringify([
    { inbound: text('/new @two api2 ~/x'), view },
    { inbound: text('/tmp'), view: { ...view, awaited: [browsing] } },
    { inbound: text('continue'), view: { ...view, quoted: { id: 'z9', name: 'old', live: false } } },
    { inbound: tap('kill:b2:yes'), view },
    { inbound: tap('past:z9'), view },
    { inbound: text('/rename'), view },
  ]);

  it('gives the same intents when replayed', () => {
    const replay = (): Intent[] =>
      (JSON.parse(log) as { inbound: InboundText; view: ChatView }[]).map((entry) =>
        route(entry.inbound, entry.view),
      );
    const first = replay();
    expect(first.map((intent) => intent.do)).toEqual([
      'new',
      'browse-text',
      'refuse',
      'kill',
      'archived',
      'refuse',
    ]);
    expect(replay()).toEqual(first);
    expect(JSON.parse(JSON.stringify(first))).toEqual(first);
  });
});
