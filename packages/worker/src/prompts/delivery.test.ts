import { sessionWith } from '../fixtures/session';
import { createClaude } from '../agents/claude/claude';
import { PanesError } from '../terminal/panes';
import { createPanesRecorder, type PanesRecorder } from '../fixtures/panes-recorder';
import { readShades } from '../terminal/shade';
import { createAgentInput } from './agent-input';
import { createDelivery, TURN_SHOWN_MS, type Delivery } from './delivery';
import { createDeliveryQueue } from './delivery-queue';
import { createPromptEvents } from './events';
import type { ScreenReading } from '../watch/screen-reader';
import { DRAWN_MS, UNSEEN_MS } from './drawing';
import { EVIDENCE_MS } from './evidence';
import { DRAFT_TELL_MS } from './hold';
import type { Session } from '../sessions/model';
import type { Prompt, PromptState } from './model';
import { DOUBT_MS } from './submission';

const RULE = '─'.repeat(40);
const line = (...draft: string[]): string[] => ['', RULE, ...draft.map((row, i) => `${i === 0 ? '❯' : ' '} ${row}`), RULE]; // oxfmt-ignore
const EMPTY = line('');

/** The delivery over a queue in memory, recorded windows and fake timers. */
describe('the delivery of messages', () => {
  let panes: PanesRecorder;
  let delivery: Delivery;
  let session: Session;
  let queue: Map<number, Prompt>;
  let receipts: string[];
  let isHeld: boolean;
  /** How many of the next questions find the disk full. */
  let full: number;
  /** What an edit makes of a prompt just before it is typed. */
  let edited: Partial<Prompt>;

  /** What was typed, one sequence after the other. */
  const typed = (): string => panes.typed.map(({ keys }) => keys.map((k) => ('text' in k ? k.text : 'key' in k ? `<${k.key}>` : '')).join('')).join(' '); // oxfmt-ignore
  const state = (id: number): PromptState | undefined => queue.get(id)?.state;
  const show = (...draft: string[]): void => panes.show('s1', line(...draft));
  const add = (id: number, text: string, as: PromptState = 'waiting'): void =>
    void queue.set(id, { id, session: 's1', chatId: 7, messageId: id, text, state: as });
  const mark = (id: number, as: PromptState): void => {
    const prompt = queue.get(id);
    if (prompt !== undefined) queue.set(id, { ...prompt, state: as });
  };
  const confirm = (id: number): void => {
    mark(id, 'confirmed');
    delivery.confirmed(queue.get(id) as Prompt);
  };
  const pass = (ms: number): Promise<void> => jest.advanceTimersByTimeAsync(ms);
  /** Kicks, and lets everything run that needs no time. */
  const kick = async (): Promise<void> => {
    void delivery.kick('s1');
    await pass(0);
  };

  function make(): Delivery {
    const agent = createClaude({});
    const sorted = (): Prompt[] => [...queue.values()].sort((a, b) => a.id - b.id);
    return createDelivery({
      queue: createDeliveryQueue({
        queue: {
          add: () => undefined,
          get: (id) => queue.get(id),
          ofSession: (_, states) => sorted().filter((p) => states.includes(p.state)),
          mark,
        },
        events: {
          ...createPromptEvents(),
          typing: (id) => void queue.set(id, { ...(queue.get(id) as Prompt), ...edited }),
          refused: ({ id }) => receipts.push(`refused ${id}`),
        },
        async retryWhileFull(_what, _signal, work) {
          for (;;) {
            try {
              return await work();
            } catch (error) {
              if ((error as Error).message !== 'full') throw error;
            }
          }
        },
        now: () => 0,
      }),
      input: createAgentInput({
        registry: { get: () => session },
        agents: { of: () => agent },
        windows: panes,
        screenReader: { read: readScreen },
      }),
      watch: {
        attention: { hold: (_, isOn) => (isHeld = isOn) },
        follower: { caughtUp: () => Promise.resolve() },
        tracker: { taken: (p) => confirm(p.id) },
        watcher: { typed: () => undefined },
      },
      receipts: {
        typed: (p, isConfirmed) => receipts.push(`typed ${p.id}${isConfirmed ? ', had already' : ''}`),
        confirmed: () => undefined,
        enqueued: () => undefined,
        begun: () => undefined,
        held: (_, p, why) => receipts.push(`held ${p.id}: ${why}`),
        queued: (p) => receipts.push(`behind ${p.id}`),
        doubt(p) {
          if (full-- > 0) throw new Error('full');
          receipts.push(`doubt ${p.id}`);
        },
        failed: (_, p, reason) => receipts.push(`failed ${p.id}: ${reason}`),
      },
      log: () => undefined,
      now: () => Date.now(),
    });
  }

  async function readScreen(): Promise<ScreenReading> {
    try {
      return { session, screen: readShades((await panes.capture('s1')).lines) };
    } catch (error) {
      return { session, screen: { rows: [], firm: [] }, trouble: (error as Error).message };
    }
  }

  beforeEach(async () => {
    jest.useFakeTimers();
    panes = createPanesRecorder();
    await panes.start(() => undefined);
    await panes.open({ session: 's1', name: 'demo', cwd: '/', argv: ['x'], env: {} });
    panes.show('s1', EMPTY);
    panes.drawInput();
    session = sessionWith({ id: 's1', binding: { sessionId: 'a', transcriptPath: '/t', at: 0 } });
    queue = new Map();
    receipts = [];
    isHeld = false;
    full = 0;
    edited = {};
    delivery = make();
  });
  afterEach(() => {
    delivery.stop();
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
  });

  it('presses Enter only when the line shows the text, and types the next prompt only when it left the line', async () => {
    panes.stopReading(); // an agent that starts
    add(1, 'one');
    add(2, 'two');
    await kick();
    await pass(3_000);
    expect(typed()).toBe('one');
    panes.readOn();
    await pass(1_000);
    expect(typed()).toBe('one <Enter> two <Enter>');
    expect([state(1), state(2)]).toEqual(['typed', 'typed']);
  });

  describe('to an agent that has shown what was typed', () => {
    const turnStarts = (startedAt: number): void => {
      session = { ...session, card: { ...session.card, startedAt } };
    };
    beforeEach(async () => {
      session = { ...session, program: { pid: 12, started: '1' } };
      add(1, 'one');
      await kick();
      await pass(100);
      confirm(1);
      turnStarts(1);
      expect(typed()).toBe('one <Enter>');
    });

    it('presses Enter in the sequence of the text', async () => {
      add(2, 'two');
      await kick();
      expect(typed()).toBe('one <Enter> two<Enter>');
      expect((await panes.list())[0]?.typed).toBe('2 enter');
      expect(state(2)).toBe('typed');
    });

    it('types the next prompt once there is a sign of this one, since two that are read together become one', async () => {
      panes.stopReading();
      add(2, 'two');
      add(3, 'three');
      await kick();
      await pass(3_000);
      expect(typed()).toBe('one <Enter> two<Enter>');
      panes.readOn();
      panes.show('s1', EMPTY);
      confirm(2);
      await pass(100);
      expect(typed()).toBe('one <Enter> two<Enter> three <Enter>');
    });

    it('waits for the text of the next prompt until the turn of this one is known', async () => {
      add(2, 'two');
      await kick();
      confirm(2);
      add(3, 'three');
      await kick();
      await pass(100);
      expect(typed()).toBe('one <Enter> two<Enter> three <Enter>');
      confirm(3);
      turnStarts(3);
      add(4, 'four');
      await kick();
      expect(typed()).toMatch(/ four<Enter>$/);
    });

    it('presses Enter again when the line still holds the text, and waits for the text from then on', async () => {
      panes.ignoreEnter(1);
      add(2, 'two');
      await kick();
      await pass(1_100);
      expect(typed()).toBe('one <Enter> two<Enter> <Enter>');
      confirm(2);
      turnStarts(2);
      add(3, 'three');
      await kick();
      await pass(100);
      expect(typed()).toMatch(/ three <Enter>$/);
    });

    it.each<[string, () => void]>([
      [
        'that works, and may open a dialog',
        () => void (session = { ...session, card: { ...session.card, phase: 'working' } }),
      ],
      ['that was started again', () => void (session = { ...session, program: { pid: 12, started: '2' } })],
      ['whose session was released', () => delivery.release('s1')],
    ])('waits for the text in one %s', async (_, happens) => {
      happens();
      add(2, 'two');
      await kick();
      await pass(100);
      expect(typed()).toBe('one <Enter> two <Enter>');
    });

    it('waits for a text for which the agent may open a list', async () => {
      add(2, '/compact');
      await kick();
      await pass(100);
      expect(typed()).toBe('one <Enter> /compact <Enter>');
    });

    it('asks about a prompt that leaves no trace', async () => {
      panes.stopReading();
      add(2, 'two');
      await kick();
      await pass(8_000 + DOUBT_MS);
      expect(receipts).toEqual(['typed 1', 'typed 2', 'doubt 2']);
      expect(typed()).toBe('one <Enter> two<Enter>');
    });
  });

  it('types a text again that the agent threw away as it started, before the next one', async () => {
    panes.stopReading();
    add(1, 'one');
    add(2, 'two');
    await kick();
    panes.throwInputAway();
    await pass(2 * DRAWN_MS + 1_000);
    expect(typed()).toBe('one <Enter> one <Enter> two <Enter>');
    expect(receipts).toEqual(['typed 1', 'typed 1', 'typed 2']);
  });

  it('presses Enter for an agent that never shows what is typed, and waits less once that is known', async () => {
    panes.stopReading(); // as its line stays empty
    add(1, 'one');
    add(2, 'two');
    add(3, 'three');
    await kick();
    await pass(UNSEEN_MS - 500);
    expect(typed()).toBe('one');
    await pass(1_000);
    expect(typed()).toBe('one <Enter>');
    await pass(5_000);
    expect(typed()).toBe('one <Enter>'); // the next one waits for a sign of this one
    confirm(1);
    await pass(200);
    expect(typed()).toBe('one <Enter> two <Enter>');
    confirm(2);
    await pass(200);
    expect(typed()).toBe('one <Enter> two <Enter> three <Enter>');
    confirm(3);
    await pass(1_000);
    expect(receipts).toEqual(['typed 1', 'typed 2', 'typed 3']);
  });

  it('types a text at most twice for an agent that shows nothing and says nothing, and asks the user then', async () => {
    panes.stopReading();
    add(1, 'one');
    await kick();
    await pass(120_000);
    expect(typed()).toBe('one <Enter> one <Enter>');
    expect(receipts).toEqual(['typed 1', 'typed 1', 'doubt 1']);
  });

  it('deletes what was joined in the line, and types both in order', async () => {
    panes.stopReading();
    add(1, 'one');
    await kick();
    await pass(2 * DRAWN_MS + 1_000);
    expect(typed()).toBe('one <Enter> one'); // it waits for longer than anybody expected
    panes.readOn();
    await pass(2_000);
    expect(typed()).toMatch(/^one <Enter> one (?:<C-u>)+ one <Enter>$/);
    expect(receipts).toEqual(['typed 1', 'typed 1']);
  });

  it('presses Enter after a moment when the line shows the text in another form', async () => {
    panes.stopReading();
    add(1, '/model');
    await kick();
    show('▸ model');
    await pass(250);
    expect(typed()).toBe('/model');
    await pass(150);
    expect(typed()).toBe('/model <Enter>');
  });

  it('presses Enter at once when the line shows the placeholder of a long text', async () => {
    panes.stopReading();
    add(1, 'long '.repeat(2_000));
    await kick();
    show('[Pasted text #1]');
    await pass(20);
    expect(typed()).toMatch(/ <Enter>$/);
  });

  it('presses no Enter into a dialog that opens meanwhile, and submits what the line shows after it', async () => {
    panes.stopReading();
    add(1, 'one');
    await kick();
    panes.show('s1', ['Allow this?', ' ❯ 1. Yes', '   2. No']);
    session = { ...session, phase: 'dialog' };
    await pass(2 * DRAWN_MS);
    expect(typed()).toBe('one');
    session = { ...session, phase: 'ready' };
    show('one');
    panes.throwInputAway();
    delivery.looked('s1');
    await pass(100);
    expect(typed()).toBe('one <Enter>');
  });

  it('presses Enter again, and never types the text again, while the line holds exactly the text', async () => {
    panes.ignoreEnter(1);
    add(1, 'swallowed');
    await kick();
    await pass(900);
    expect(typed()).toBe('swallowed <Enter>');
    await pass(60_000);
    expect(typed()).toBe('swallowed <Enter> <Enter>');
  });

  it('reports that the agent does not take Enter, and holds what comes behind', async () => {
    panes.ignoreEnter(4);
    add(1, 'stuck');
    add(2, 'behind');
    await kick();
    await pass(7_100 + DRAFT_TELL_MS);
    expect(typed()).toBe('stuck <Enter> <Enter> <Enter> <Enter>');
    expect(receipts).toEqual(['typed 1', 'held 1: unsent', 'held 2: unsent']);
    panes.show('s1', EMPTY);
    confirm(1);
    delivery.looked('s1');
    await pass(100);
    expect(typed()).toMatch(/ behind <Enter>$/);
  });

  it('never presses Enter for a confirmed text, however long it is shown', async () => {
    panes.ignoreEnter(1);
    add(1, 'quick');
    await kick();
    await pass(10);
    confirm(1);
    await pass(60_000);
    expect(typed()).toBe('quick <Enter>');
    expect(receipts).toEqual(['typed 1']);
  });

  it('waits for a draft at the terminal, reports that once after a while, and continues when it is gone', async () => {
    show('my own words');
    add(1, 'from the phone');
    add(2, 'and more');
    await kick();
    expect(isHeld).toBe(true);
    expect(receipts).toEqual([]);
    await pass(DRAFT_TELL_MS);
    delivery.looked('s1');
    await pass(DRAFT_TELL_MS);
    expect(receipts).toEqual(['held 1: draft', 'behind 2']);
    expect(typed()).toBe('');
    panes.show('s1', EMPTY);
    delivery.looked('s1');
    await pass(1_000);
    expect(typed()).toBe('from the phone <Enter> and more <Enter>');
    confirm(2);
    await kick();
    expect(isHeld).toBe(false);
  });

  it('does not report a draft that is sent immediately', async () => {
    show('quick draft');
    add(1, 'x');
    await kick();
    panes.show('s1', EMPTY);
    delivery.looked('s1');
    await pass(DRAFT_TELL_MS * 2);
    expect(receipts).toEqual(['typed 1']);
  });

  it('tries again only in sessions where something waits', async () => {
    delivery.looked('s1');
    await pass(0);
    expect(typed()).toBe('');
    expect(isHeld).toBe(false);
  });

  it('clears a prompt that an interrupted agent gave back', async () => {
    add(1, 'given back', 'confirmed');
    session = { ...session, card: { ...session.card, outcome: 'interrupted' } };
    show('given back');
    add(2, 'the next');
    await kick();
    await pass(100);
    expect(typed()).toBe('<C-u><C-u><C-u> the next <Enter>');
  });

  describe('what an earlier run was typing', () => {
    it('types what no key was pressed of, before the next one', async () => {
      add(1, 'not begun', 'typing');
      add(2, 'the next');
      await panes.type('s1', [], '1 next');
      await kick();
      await pass(1_000);
      expect(typed()).toBe('not begun <Enter> the next <Enter>');
      expect(receipts).toEqual(['typed 1', 'typed 2']);
    });

    it('submits a whole text in the line, however late it is drawn', async () => {
      add(1, 'no Enter yet', 'typing');
      add(2, 'the next');
      await panes.type('s1', [], '1 text');
      await kick();
      await pass(DRAWN_MS - 1_000);
      expect(typed()).toBe('');
      show('no Enter yet');
      await pass(1_000);
      expect(typed()).toBe('<Enter> the next <Enter>');
      expect(receipts).toEqual(['typed 1', 'typed 2']);
    });

    it('submits a whole text in the line even if nothing tells how far it got', async () => {
      add(1, 'no Enter yet', 'typing');
      add(2, 'the next');
      show('no Enter yet');
      await kick();
      await pass(500);
      expect(typed()).toBe('<Enter> the next <Enter>');
    });

    it('types nothing before the screen shows the line, and settles it then', async () => {
      add(1, 'no Enter yet', 'typing');
      add(2, 'the next');
      await panes.type('s1', [], '1 text');
      session = { ...session, phase: 'starting' };
      await kick();
      await pass(60_000);
      expect(typed()).toBe('');
      expect(receipts).toEqual(['held 2: starting']);
      session = { ...session, phase: 'ready' };
      show('no Enter yet');
      delivery.looked('s1');
      await pass(500);
      expect(typed()).toBe('<Enter> the next <Enter>');
    });

    it('deletes a part of its lines, and types it in its turn', async () => {
      add(1, 'first\nsecond', 'typing');
      add(2, 'the next');
      await panes.type('s1', [], '1 text');
      show('first', 'sec');
      await kick();
      await pass(1_000);
      expect(typed()).toMatch(/^(?:<C-u>)+ first\nsecond <Enter> the next <Enter>$/);
    });

    it('leaves the draft of somebody else, and types when it is gone', async () => {
      add(1, 'the first', 'typing');
      add(2, 'the next');
      await panes.type('s1', [], '1 text');
      show('my own words');
      await kick();
      await pass(60_000);
      expect(typed()).toBe('');
      panes.show('s1', EMPTY);
      delivery.looked('s1');
      await pass(3 * DRAWN_MS);
      expect(typed()).toBe('<Enter> the first <Enter> the next <Enter>');
    });

    it('submits a text that appears in the line after the user was asked about it', async () => {
      add(1, 'who knows', 'typing');
      await kick();
      await pass(EVIDENCE_MS);
      expect(receipts).toEqual(['doubt 1']);
      show('who knows');
      add(2, 'the next');
      await kick();
      await pass(500);
      expect(typed()).toBe('<Enter> the next <Enter>');
    });

    it('asks about a prompt of which nothing tells whether it was typed', async () => {
      add(1, 'who knows', 'typing');
      add(2, 'the next');
      await kick();
      await pass(EVIDENCE_MS - 1);
      expect(receipts).toEqual([]);
      await pass(100);
      expect(receipts[0]).toBe('doubt 1');
      expect(typed()).toBe('the next <Enter>');
      expect(delivery.inHand(1)).toBe(false);
      mark(1, 'waiting');
      delivery.decided(queue.get(1) as Prompt, 'again');
      await pass(1_000);
      expect(typed()).toBe('the next <Enter> who knows <Enter>');
    });

    it('asks about a prompt that was submitted when nothing shows it for a while', async () => {
      add(1, 'who knows', 'typed');
      add(2, 'the next');
      await kick();
      await pass(1_000);
      expect(typed()).toBe('the next <Enter>');
      confirm(2);
      await pass(DOUBT_MS);
      expect(receipts).toEqual(['typed 2', 'doubt 1']);
    });

    it('asks once there is room when the disk was too full to store the question', async () => {
      add(1, 'who knows', 'typing');
      full = 2;
      await kick();
      await pass(3 * EVIDENCE_MS);
      expect(receipts).toEqual(['doubt 1']);
    });

    it('asks also when the terminal comes back while other prompts are being typed', async () => {
      add(1, 'one');
      add(2, 'two');
      await kick();
      add(0, 'from before', 'typing');
      delivery.reconsider();
      await kick();
      confirm(1);
      await pass(3 * EVIDENCE_MS);
      expect(receipts).toContain('doubt 0');
    });

    it('does not ask when the agent confirms it meanwhile', async () => {
      add(1, 'late record', 'typed');
      await kick();
      confirm(1);
      await pass(EVIDENCE_MS);
      expect(receipts).toEqual([]);
      expect(typed()).toBe('');
    });

    it('does not ask about what was typed to an agent without records', async () => {
      delete session.binding;
      add(1, 'ls', 'typed');
      await kick();
      await pass(EVIDENCE_MS);
      expect(receipts).toEqual([]);
    });

    it('deletes a part of it in the line, and types it in its turn', async () => {
      const long = 'word '.repeat(70).trim();
      add(1, long, 'typing');
      add(2, 'the next');
      await panes.type('s1', [], '1 text');
      show(long.slice(0, 200));
      await kick();
      await pass(1_000);
      expect(typed()).toBe(`<C-u><C-u><C-u> ${long} <Enter> the next <Enter>`);
    });

    it('does not type the next prompt into a line that holds a part of it when nothing tells how it got there', async () => {
      const long = 'word '.repeat(100);
      add(1, long, 'typing');
      add(2, 'the next');
      show(long.slice(0, 200));
      await kick();
      await pass(EVIDENCE_MS + DRAFT_TELL_MS);
      expect(receipts).toEqual(['doubt 1', 'held 2: unsent']);
      expect(typed()).toBe('');
    });
  });

  it('asks when a prompt left the line of an idle agent and is never confirmed', async () => {
    add(1, 'eaten');
    await kick();
    await pass(1_000 + DOUBT_MS);
    expect(receipts).toEqual(['typed 1', 'doubt 1']);
    expect(delivery.inHand(1)).toBe(false);
    expect(typed()).toBe('eaten <Enter>');
  });

  it('does not ask while the agent works, which may have it in its queue', async () => {
    session = { ...session, card: { ...session.card, phase: 'working' } };
    add(1, 'queued');
    await kick();
    await pass(50 + DOUBT_MS);
    expect(receipts).toEqual(['typed 1']);
  });

  it('counts a command of the agent as taken when it has left the line', async () => {
    add(1, '/compact');
    await kick();
    await pass(1_000);
    expect(state(1)).toBe('confirmed');
  });

  describe('of a prompt that is on its way', () => {
    /** Types a prompt, which the agent says it has. */
    const hand = async (): Promise<void> => {
      add(1, 'x');
      await kick();
      expect(delivery.isArriving('s1')).toBe(true);
      confirm(1);
      await pass(100);
    };
    const showCard = (card: Partial<Session['card']>): void => {
      session = { ...session, card: { ...session.card, ...card } };
    };

    it('says so until the agent shows its turn, also when its hook has told of the prompt', async () => {
      await hand();
      expect(delivery.isArriving('s1')).toBe(true);
      showCard({ phase: 'working', turn: session.card.turn + 1 });
      expect(delivery.isArriving('s1')).toBe(false);
    });

    it('says so too behind a turn whose answer is shown and whose end is not', async () => {
      showCard({ phase: 'working', answered: { at: 1 } });
      await hand();
      showCard({ phase: 'idle' });
      expect(delivery.isArriving('s1')).toBe(true);
    });

    it('does not when its turn was already shown, and is over', async () => {
      add(1, 'x');
      await kick();
      showCard({ phase: 'working', turn: session.card.turn + 1 });
      confirm(1);
      showCard({ phase: 'idle' });
      await pass(100);
      expect(delivery.isArriving('s1')).toBe(false);
    });

    it('does not when no turn shows in time, or the clock was set back', async () => {
      await hand();
      const later = Date.now();
      jest.setSystemTime(later - 60_000);
      expect(delivery.isArriving('s1')).toBe(false);
      jest.setSystemTime(later);
      expect(delivery.isArriving('s1')).toBe(true);
      await pass(TURN_SHOWN_MS);
      expect(delivery.isArriving('s1')).toBe(false);
    });

    it('does not once the session is over', async () => {
      await hand();
      delivery.release('s1');
      expect(delivery.isArriving('s1')).toBe(false);
    });
  });

  it('reports that the agent was quicker than the last key', async () => {
    const typing = panes.type.bind(panes);
    panes.type = async (id, keys, stage) => {
      await typing(id, keys, stage);
      if (stage === '1 enter') confirm(1);
    };
    add(1, 'x');
    await kick();
    await pass(10);
    expect(receipts).toEqual(['typed 1, had already']);
    expect(state(1)).toBe('confirmed');
  });

  it('keeps a prompt waiting that could not be typed, or whose screen cannot be read', async () => {
    add(1, 'x');
    panes.failNext('type', new PanesError('refused', 'the program has ended'));
    await kick();
    expect(state(1)).toBe('waiting');
    panes.failNext('capture', new PanesError('no-such-session', 'no window'));
    await kick();
    expect(state(1)).toBe('waiting');
    expect(receipts).toEqual(['failed 1: the program has ended', 'failed 1: no window']);
  });

  it.each([
    ['before it took the keys', false, 'x <Enter>'],
    ['after it took them', true, 'x <Enter>'],
  ])('types once what it was typing when the terminal went away %s', async (_, isTaken, expected) => {
    add(1, 'x');
    const typing = panes.type.bind(panes);
    panes.type = async (id, keys, stage) => {
      const isText = stage === '1 text';
      if (!isText || isTaken) await typing(id, keys, stage);
      if (isText) {
        panes.type = typing;
        throw new PanesError('server-down', 'gone');
      }
    };
    await kick();
    expect(state(1)).toBe('typing');
    delivery.reconsider();
    await kick();
    await pass(500);
    expect(typed()).toBe(expected);
    expect(receipts).toEqual(['typed 1']);
  });

  it('is idle when nothing is being typed and no prompt is in the line', async () => {
    add(1, 'x');
    void delivery.kick('s1');
    const idle = delivery.idle();
    await pass(0);
    show('x');
    let over = false;
    void idle.then(() => (over = true));
    await pass(200);
    expect(over).toBe(false);
    panes.show('s1', EMPTY);
    await pass(100);
    expect(over).toBe(true);
  });

  describe('into a session where text runs', () => {
    beforeEach(() => {
      session = { ...session, surface: 'screen' };
    });
    const own = (id: number, text: string): void => {
      add(id, text);
      queue.set(id, { ...(queue.get(id) as Prompt), own: true });
    };

    it('types only what the user wrote, and drops the rest with a word about it', async () => {
      add(1, '$(touch file)');
      own(2, 'make');
      await kick();
      expect(state(1)).toBe('dropped');
      expect(receipts[0]).toBe('refused 1');
      expect(typed()).toContain('make');
      expect(typed()).not.toContain('touch');
    });

    it('types nothing that an edit made foreign while it waited', async () => {
      own(1, 'make');
      edited = { text: '$(touch file)', own: undefined as unknown as true };
      await kick();
      expect(state(1)).toBe('dropped');
      expect(typed()).toBe('');
    });

    it('types nothing of others again when the user sends it again', async () => {
      add(1, '$(touch file)', 'typing');
      mark(1, 'waiting');
      delivery.decided(queue.get(1) as Prompt, 'again');
      await pass(0);
      expect(state(1)).toBe('dropped');
      expect(typed()).toBe('');
    });
  });
});
