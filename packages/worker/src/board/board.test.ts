import { newCard } from '../cards/model';
import { USUAL_LOOK } from '../cards/look';
import type { QueuedView } from '../outbox/model';
import { wordsIn } from '../words/words';
import { createBoard } from './board';
import type { Board } from './model';
import type { Session } from '../sessions/model';

const CHAT = 7;

let now: number;
let sessions: Session[];
let put: QueuedView[];
let board: Board;

const session = (id: string): Session => ({
  ...{ id, name: id, chatId: CHAT, agent: 'claude', cwd: '/', createdAt: 0, phase: 'ready', activeAt: 0 },
  card: { ...newCard({ session: id, name: id, agent: 'A' }), phase: 'working', startedAt: 0, turn: 1 },
});

beforeEach(() => {
  now = 0;
  sessions = [session('mine'), session('other')];
  put = [];
  const settings = new Map([[`chat:${CHAT} active`, 'mine']]);
  board = createBoard({
    put: (wanted) => put.push(wanted),
    chats: [CHAT],
    live: () => sessions,
    settings: {
      get: (scope, key) => settings.get(`${scope} ${key}`),
      set: (scope, key, value) => void settings.set(`${scope} ${key}`, value),
    },
    drafts: () => false,
    asks: () => false,
    clears: () => false,
    panelMax: 8,
    wordsOf: () => wordsIn('en'),
    nameOf: String,
    lookOf: () => USUAL_LOOK,
    now: () => now,
  });
});

/** What the cards that were put since the last call tell, with a mark where they may wait. */
const told = (): string[] =>
  put.splice(0).map(({ view, minor }) => {
    const [first = ''] = view.parts[0]?.text.split('\n') ?? [];
    return minor === true ? `${first}, minor` : first;
  });

/** Shows the session that the chat writes to. */
function show(minor?: boolean): void {
  board.show(sessions[0] as Session, minor);
}

describe('the weight of a card', () => {
  it('tells the time as what may wait, and not while it has just told something else', () => {
    show();
    expect(told()).toEqual(['⏳ mine · A · 0s']);
    now = 1_000;
    board.beat();
    expect(told()).toEqual([]);
    now = 5_000;
    board.beat();
    expect(told()).toEqual(['⏳ mine · A · 5s, minor']);
    now = 9_000;
    board.beat(); // that it told the time does not count
    expect(told()).toEqual(['⏳ mine · A · 9s, minor']);
  });

  it('tells the time also after the clock was set back', () => {
    now = 90_000_000;
    show();
    told();
    now = 4_000;
    board.beat();
    expect(told()).toEqual(['⏳ mine · A · 4s, minor']);
  });

  it('is little for what is in the making and for what other sessions do, and full when it comes anew', () => {
    show();
    told();
    now = 1_000;
    show(true);
    expect(told()).toEqual(['⏳ mine · A · 1s, minor']);
    const other = sessions[1] as Session;
    board.stir({ ...other, phase: 'dialog' });
    expect(told()).toEqual(['⏳ mine · A · 1s, minor']);
    board.spoken(CHAT);
    show(true);
    expect(told()).toEqual(['', '⏳ mine · A · 1s']); // the old one goes
  });

  it('brings a card that is not there for a session at work, with the time', () => {
    now = 4_000;
    board.beat();
    expect(told()).toEqual(['⏳ mine · A · 4s']);
  });
});
