import { newCard } from '../cards/model';
import { USUAL_LOOK } from '../cards/look';
import type { PanelLine } from '../cards/panel';
import { keys } from '../outbox/keys';
import { NO_THREAD, type NewView } from '../outbox/model';
import { wordsIn } from '../words/words';
import type { Agent } from '../agents/agent';
import { createBoard } from './board';
import { createBoardSessions } from './sessions';
import type { CardRole } from '../cluster/model';
import type { Board } from './model';
import type { Session } from '../sessions/model';

const CHAT = 7;

let now: number;
let sessions: Session[];
let put: NewView[];
let settings: Map<string, string>;
let role: CardRole;
let elsewhere: PanelLine[];
let gone: (() => void)[];
let board: Board;

const session = (id: string): Session => ({
  id,
  name: id,
  chatId: CHAT,
  agent: 'claude',
  cwd: '/',
  createdAt: 0,
  phase: 'ready',
  activeAt: 0,
  card: { ...newCard({ session: id, name: id, agent: 'A' }), phase: 'working', startedAt: 0, turn: 1 },
});

beforeEach(() => {
  now = 0;
  sessions = [session('mine'), session('other')];
  put = [];
  settings = new Map();
  role = 'draw';
  elsewhere = [];
  gone = [];
  board = createBoard({
    sessions: createBoardSessions({
      registry: { live: () => sessions, elsewhere: () => elsewhere },
      waiting: { isWaiting: () => false },
      chats: { active: () => 'mine', roleOf: () => role },
      agents: { of: () => ({}) as Agent },
      panelMax: 8,
      now: () => now,
    }),
    people: { chats: [CHAT], wordsOf: () => wordsIn('en'), nameOf: String, lookOf: () => USUAL_LOOK },
    outbox: {
      put: (queued) => put.push(queued),
      has: () => false,
      onSettled: (_chatId, _key, listener) =>
        gone.push(() => listener({ shown: true, files: 0, missing: [] })),
      threadOf: () => NO_THREAD,
      remove: (chatId, key) =>
        put.push({ chatId, thread: NO_THREAD, key, view: { parts: [] }, class: 'card' }),
    },
    settings: {
      get: (scope, key) => settings.get(`${scope} ${key}`),
      set: (scope, key, value) => void settings.set(`${scope} ${key}`, value),
    },
    drafts: { known: () => false },
    now: () => now,
  });
});

/** The first lines of the cards queued since the last call, marked if they may wait. */
const drawn = (): string[] =>
  put.splice(0).map(({ view, minor }) => {
    const [first = ''] = view.parts[0]?.text.split('\n') ?? [];
    return minor === true ? `${first}, minor` : first;
  });

/** Shows the session that the chat writes to. */
function show(minor?: boolean): void {
  board.show(sessions[0] as Session, minor);
}

it('counts a stored card that cannot be read as none', () => {
  for (const stored of ['{"n":"3","up":true}', 'no JSON', '{"v":2,"n":3,"up":true}']) {
    settings.set(`chat:${CHAT} card`, stored);
    expect(board.key(CHAT)).toBe(keys.card(0));
  }
  settings.set(`chat:${CHAT} card`, '{"n":3,"up":true,"session":"mine"}');
  expect(board.key(CHAT)).toBe(keys.card(3));
});

describe('the urgency of a card', () => {
  it('updates the clock as an edit that may wait, but not right after another edit', () => {
    show();
    expect(drawn()).toEqual(['⏳ mine · A · 0s']);
    now = 1_000;
    board.beat();
    expect(drawn()).toEqual([]);
    now = 5_000;
    board.beat();
    expect(drawn()).toEqual(['⏳ mine · A · 5s, minor']);
    now = 9_000;
    board.beat(); // an update of the clock does not count
    expect(drawn()).toEqual(['⏳ mine · A · 9s, minor']);
  });

  it('updates the clock even after the system clock was set back', () => {
    now = 90_000_000;
    show();
    drawn();
    now = 4_000;
    board.beat();
    expect(drawn()).toEqual(['⏳ mine · A · 4s, minor']);
  });

  it('is low for unfinished text and for other sessions, and full when the card comes as a new message', () => {
    show();
    drawn();
    now = 1_000;
    show(true);
    expect(drawn()).toEqual(['⏳ mine · A · 1s, minor']);
    const other = sessions[1] as Session;
    board.stir({ ...other, phase: 'dialog' });
    expect(drawn()).toEqual(['⏳ mine · A · 1s, minor']);
    board.spoken(CHAT);
    show(true);
    expect(drawn()).toEqual(['', '⏳ mine · A · 1s']); // the old card is removed
  });

  it('draws the missing card of a working session with its clock', () => {
    now = 4_000;
    board.beat();
    expect(drawn()).toEqual(['⏳ mine · A · 4s']);
  });
});

describe('the sessions of other machines', () => {
  it('are on the card, and it is drawn again when one of them changes', () => {
    elsewhere = [{ name: 'train · gpu', state: 'working', forMs: 60_000 }];
    show();
    expect(put.splice(0)[0]?.view.parts[0]?.text).toContain('⏳ train · gpu · working 1m');
    board.stirElsewhere();
    put.splice(0);
    elsewhere = [{ name: 'train · gpu', state: 'working', forMs: 120_000 }];
    board.stirElsewhere();
    expect(drawn()).toEqual([]);
    elsewhere = [{ name: 'train · gpu', state: 'away' }];
    board.stirElsewhere();
    expect(put.splice(0)[0]?.view.parts[0]?.text).toContain('train · gpu · away');
  });

  it('keep a card in the chat while they work', () => {
    elsewhere = [{ name: 'train · gpu', state: 'working' }];
    sessions = sessions.slice(0, 1);
    show();
    put.splice(0);
    const [mine] = sessions as [Session];
    board.finish({ ...mine, card: { ...mine.card, phase: 'idle', outcome: 'done' } });
    expect(put.at(-1)?.view.parts).toHaveLength(1);
  });
});

describe('while another machine may draw the card', () => {
  it('draws nothing before it may, and then what the card should be by now', () => {
    role = 'wait';
    show();
    board.open(CHAT, false);
    expect(drawn()).toEqual([]);
    role = 'draw';
    board.resume(CHAT);
    expect(drawn().at(-1)).toContain('mine');
  });

  it('removes its card, and says when it is out of the chat', () => {
    show();
    put.splice(0);
    role = 'clear';
    let isGone = false;
    board.leave(CHAT, () => (isGone = true));
    expect(put.splice(0).map(({ key, view }) => [key, view.parts])).toEqual([[keys.card(0), []]]);
    expect(isGone).toBe(false);
    for (const settled of gone) settled();
    expect(isGone).toBe(true);
    show();
    expect(drawn()).toEqual([]);
  });

  it('has nothing to remove where it has no card', () => {
    role = 'clear';
    let isGone = false;
    board.leave(CHAT, () => (isGone = true));
    expect([isGone, put]).toEqual([true, []]);
  });

  it('draws a card of an idle session again only if there was one', () => {
    sessions = sessions.map((one) => ({ ...one, card: { ...one.card, phase: 'idle' as const } }));
    board.resume(CHAT);
    expect(drawn()).toEqual([]);
  });
});
