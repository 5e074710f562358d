import { sessionWith } from '../fixtures/session';
import { createClaude } from '../agents/claude/claude';
import { PanesError } from '../terminal/panes';
import { createPanesRecorder, type PanesRecorder } from '../fixtures/panes-recorder';
import { readShades } from '../terminal/shade';
import { createAgentInput } from './agent-input';
import { createDelivery, type Delivery } from './delivery';
import { createDeliveryQueue } from './delivery-queue';
import { createPromptEvents } from './events';
import type { ScreenReading } from '../watch/screen-reader';
import { EVIDENCE_MS } from './evidence';
import { DRAFT_TELL_MS } from './hold';
import type { Session } from '../sessions/model';
import type { Prompt, PromptState } from './model';
import { DOUBT_MS } from './submission';

const RULE = '─'.repeat(40);
const line = (...draft: string[]): string[] => ['', RULE, ...draft.map((row, i) => `${i === 0 ? '❯' : ' '} ${row}`), RULE]; // prettier-ignore
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

  const typed = (): string[] => panes.typed.map(({ keys }) => keys.map((k) => ('text' in k ? k.text : 'key' in k ? `<${k.key}>` : '')).join('')); // prettier-ignore
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

  it('does not type the next prompt while the one before is neither drawn nor confirmed', async () => {
    add(1, 'one');
    add(2, 'two');
    const kicked = kick();
    await pass(250);
    expect(typed()).toEqual(['one<Enter>']); // the line is empty still: an agent that starts is slow to draw
    show('one');
    await pass(750);
    expect(typed()).toEqual(['one<Enter>', '<Enter>']);
    panes.show('s1', EMPTY);
    await pass(2_000);
    expect(typed()).toEqual(['one<Enter>', '<Enter>', 'two<Enter>']);
    confirm(1);
    confirm(2);
    await kicked;
  });

  it('types one prompt after the other, each when the one before has left the input line', async () => {
    add(1, 'one');
    add(2, 'two');
    await kick();
    expect(typed()).toEqual(['one<Enter>']);
    show('one');
    await pass(60);
    expect(typed()).toHaveLength(1);
    panes.show('s1', EMPTY);
    confirm(1);
    await pass(0);
    expect(typed()).toEqual(['one<Enter>', 'two<Enter>']);
    expect(state(2)).toBe('typed');
  });

  it('presses Enter again, and never types the text again, while the line holds exactly the text', async () => {
    add(1, 'swallowed');
    await kick();
    show('swallowed');
    await pass(900);
    expect(typed()).toEqual(['swallowed<Enter>']);
    await pass(200);
    expect(typed()).toEqual(['swallowed<Enter>', '<Enter>']);
    panes.show('s1', EMPTY);
    await pass(60_000);
    expect(typed()).toHaveLength(2);
  });

  it('reports that the agent does not take Enter, and holds what comes behind', async () => {
    add(1, 'stuck');
    add(2, 'behind');
    await kick();
    show('stuck');
    await pass(7_000 + DRAFT_TELL_MS);
    expect(typed()).toEqual(['stuck<Enter>', '<Enter>', '<Enter>', '<Enter>']);
    expect(receipts).toEqual(['typed 1', 'held 1: unsent', 'held 2: unsent']);
    panes.show('s1', EMPTY);
    confirm(1);
    delivery.looked('s1');
    await pass(0);
    expect(typed().at(-1)).toBe('behind<Enter>');
  });

  it('never presses Enter for a confirmed text, however long it is shown', async () => {
    add(1, 'quick');
    await kick();
    show('quick');
    confirm(1);
    await pass(60_000);
    expect(typed()).toEqual(['quick<Enter>']);
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
    expect(typed()).toEqual([]);
    panes.show('s1', EMPTY);
    delivery.looked('s1');
    await pass(1_000);
    expect(typed()).toEqual(['from the phone<Enter>', 'and more<Enter>']);
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
    expect(typed()).toEqual([]);
    expect(isHeld).toBe(false);
  });

  it('clears a prompt that an interrupted agent gave back', async () => {
    add(1, 'given back', 'confirmed');
    session = { ...session, card: { ...session.card, outcome: 'interrupted' } };
    show('given back');
    add(2, 'the next');
    const typing = panes.type.bind(panes);
    panes.type = async (id, keys) => {
      await typing(id, keys);
      if (keys.some((k) => k.kind === 'key' && k.key === 'C-u')) panes.show('s1', EMPTY);
    };
    await kick();
    expect(typed()).toEqual(['<C-u><C-u><C-u>', 'the next<Enter>']);
  });

  describe('what an earlier run was typing', () => {
    it('submits a whole text in the line', async () => {
      add(1, 'no Enter yet', 'typing');
      add(2, 'the next');
      show('no Enter yet');
      await kick();
      expect(typed()).toEqual(['<Enter>']);
      panes.show('s1', EMPTY);
      confirm(1);
      await pass(0);
      expect(typed()).toEqual(['<Enter>', 'the next<Enter>']);
      expect(receipts).toEqual(['typed 1', 'typed 2']);
    });

    it.each(['typing', 'typed'] as const)(
      'asks about a prompt that was %s when no evidence comes',
      async (as) => {
        add(1, 'who knows', as);
        add(2, 'the next');
        await kick();
        await pass(EVIDENCE_MS - 1);
        expect(receipts).toEqual([]);
        await pass(1);
        expect(receipts[0]).toBe('doubt 1');
        expect(typed()).toEqual(['the next<Enter>']);
        expect(delivery.inHand(1)).toBe(false);
        mark(1, 'waiting');
        delivery.decided(queue.get(1) as Prompt, 'again');
        await pass(1_000);
        expect(typed()).toEqual(['the next<Enter>', 'who knows<Enter>']);
      },
    );

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
      expect(typed()).toEqual([]);
    });

    it('does not ask about what was typed to an agent without records', async () => {
      delete session.binding;
      add(1, 'ls', 'typed');
      await kick();
      await pass(EVIDENCE_MS);
      expect(receipts).toEqual([]);
    });

    it('does not type the next prompt into a line that holds a part of it', async () => {
      const long = 'word '.repeat(100);
      add(1, long, 'typing');
      add(2, 'the next');
      show(long.slice(0, 200));
      await kick();
      await pass(EVIDENCE_MS + DRAFT_TELL_MS);
      expect(receipts).toEqual(['doubt 1', 'held 2: unsent']);
      expect(typed()).toEqual([]);
    });
  });

  it('asks when a prompt left the line of an idle agent and is never confirmed', async () => {
    add(1, 'eaten');
    await kick();
    await pass(1_000 + DOUBT_MS);
    expect(receipts).toEqual(['typed 1', 'doubt 1']);
    expect(delivery.inHand(1)).toBe(false);
    expect(typed()).toHaveLength(1);
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

  it('reports that the agent was quicker than the last key', async () => {
    const typing = panes.type.bind(panes);
    panes.type = async (id, keys) => {
      await typing(id, keys);
      confirm(1);
    };
    add(1, 'x');
    await kick();
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

  it('lets the evidence decide when the terminal went away during typing', async () => {
    add(1, 'x');
    panes.failNext('type', new PanesError('server-down', 'gone'));
    await kick();
    expect(state(1)).toBe('typing');
    delivery.reconsider();
    await kick();
    await pass(EVIDENCE_MS);
    expect(receipts).toEqual(['doubt 1']);
    expect(typed()).toEqual([]);
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
      expect(typed().join()).toContain('make');
      expect(typed().join()).not.toContain('touch');
    });

    it('types nothing that an edit made foreign while it waited', async () => {
      own(1, 'make');
      edited = { text: '$(touch file)', own: undefined as unknown as true };
      await kick();
      expect(state(1)).toBe('dropped');
      expect(typed()).toEqual([]);
    });

    it('types nothing of others again when the user sends it again', async () => {
      add(1, '$(touch file)', 'typing');
      mark(1, 'waiting');
      delivery.decided(queue.get(1) as Prompt, 'again');
      await pass(0);
      expect(state(1)).toBe('dropped');
      expect(typed()).toEqual([]);
    });
  });
});
