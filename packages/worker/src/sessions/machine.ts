import { withoutSilentAgents, withWriting } from '../cards/live';
import { reduceCard } from '../cards/reduce';
import { screenRows } from '../cards/screen-card';
import type { Readiness } from '../agents/agent';
import type { Allowing } from '../asks/rules';
import { allowing, ruleEnds } from './allowing';
import type { Figures, SessionEvent } from './events';
import { restored, stamped } from './archiving';
import { agentsKey, besideTurn, isAtWork, ticked } from './at-work';
import { limitReached, resetDue, resumeAsked } from './limited';
import { withLogin } from './login-told';
import { onNewScreen, screenAsked } from './new-screen';
import { cardKey, isLive, type Limited, type Session } from './model';

/** What happens to a session. `at` is ms since the epoch. */
export type SessionInput =
  /** The window is there and the agent's program runs. */
  | { type: 'opened'; at: number }
  /** The screen was looked at. `writing`: the text that the agent is writing there, where the look can tell. */
  | { type: 'looked'; at: number; readiness: Readiness; screen: readonly string[]; writing?: string | null }
  /** The person said whether the session shall go on after the limit it ran into: at its reset, now, or not by itself. */
  | { type: 'resume.asked'; at: number; when: 'reset' | 'now' | 'never' }
  /** The reset of the limit that the session ran into is due. */
  | { type: 'reset.due'; at: number }
  /** Time has passed over a running turn: what the card tells of time is old. */
  | { type: 'ticked'; at: number }
  /** The agent's own session became known or changed (start, `/clear`, resume). */
  | { type: 'bound'; at: number; sessionId: string; transcriptPath: string }
  /** The transcript told something. `replyTo`: the message whose prompt this is, of a `turn.started`. */
  | { type: 'observed'; at: number; event: SessionEvent; replyTo?: number }
  /** A message of the person was typed in. It tells of the turn where nothing else does: without a transcript. */
  | { type: 'typed'; at: number; replyTo: number }
  /** The person asked for the screen, or pressed a key on it. `anew`: in a message of its own, below all others. */
  | { type: 'screen.asked'; at: number; anew: boolean }
  /** The person is to see the session's card, below all else. */
  | { type: 'card.asked'; at: number }
  /** The person has seen enough of it. */
  | { type: 'screen.closed'; at: number }
  /** The person allows it everything it asks for, or not any more (null). */
  | { type: 'allowing'; at: number; allowing: Allowing | null }
  | { type: 'died'; at: number; exitStatus: number | null; screen: readonly string[] }
  | { type: 'closed'; at: number }
  | { type: 'lost'; at: number }
  /** The person ended it. */
  | { type: 'killed'; at: number }
  /** The person is done with it, or nothing happened in it for long. */
  | { type: 'archived'; at: number; why: 'done' | 'idle' }
  /** An archived one is to go on, under this name; its window is to be opened. */
  | { type: 'restored'; at: number; name: string };

/** What is to be done about it. The first group is written with the state in one transaction, the second follows the commit. */
export type SessionEffect =
  | { do: 'show' }
  | { do: 'finish' }
  | { do: 'retire'; key: string }
  | { do: 'hide-screen' }
  | { do: 'tell-died'; exitStatus: number | null; screen: readonly string[]; atOnce: boolean }
  | { do: 'tell-closed' }
  | { do: 'tell-killed' }
  | { do: 'tell-archived'; why: 'done' | 'idle' }
  | { do: 'tell-limited'; limited: Limited; state: 'waits' | 'resumed' | 'over' }
  // after the commit; of a screen, `asked`: the person waits for it
  | { do: 'show-screen'; asked: boolean }
  | { do: 'watch'; on: boolean }
  | { do: 'follow'; path: string; at: number }
  | { do: 'discover' }
  | { do: 'deliver' }
  | { do: 'release' }
  /** The agent told of its account. */
  | { do: 'account'; figures: Figures; at: number }
  /** The agent ran into a limit; a question of its own about that is taken away. */
  | { do: 'dismiss' }
  /** When the session's limit is over has changed. */
  | { do: 'alarm' }
  /** The session shall go on: what waits is typed, or else a word to go on. */
  | { do: 'resume' }
  /** Other sub-agents run than before, or more is known of them. */
  | { do: 'agents' }
  /** The text that is being written has changed. */
  | { do: 'draft' }
  /** A turn told of the agent's login: the agent's name of an error, or that it works. */
  | { do: 'login'; error?: string };

/** An agent that ends within this time of its start, ms, is told to have "ended at once": a wrong command, a dead login. */
const AT_ONCE_MS = 10_000;

/** Decides what one input means for a session. Inputs that come late or twice change nothing. */
export function step(session: Session, input: SessionInput): [Session, SessionEffect[]] {
  if (!isLive(session)) return input.type === 'restored' ? restored(session, input) : [session, []];
  const [decided, effects] = decide(session, input);
  const next = stamped(session, decided, input);
  const same = next.card === session.card || agentsKey(next) === agentsKey(session);
  return same ? [next, effects] : [next, [...effects, { do: 'agents' }]];
}

function decide(session: Session, input: SessionInput): [Session, SessionEffect[]] {
  if (session.surface === 'screen') {
    const told = onScreen(session, input);
    if (told !== null) return told;
  }
  switch (input.type) {
    case 'typed':
      return [session, []];
    case 'opened':
      if (session.phase !== 'opening') return [session, [{ do: 'watch', on: true }]];
      return [{ ...session, phase: 'starting' }, [{ do: 'show' }, { do: 'watch', on: true }]];
    case 'looked':
      return writes(looked(session, input.readiness), input);
    case 'resume.asked':
      return resumeAsked(session, input.when);
    case 'reset.due':
      return resetDue(session, input.at);
    case 'ticked':
      return ticked(session, input.at);
    case 'bound':
      return bound(session, input);
    case 'observed':
      return withLogin(
        session,
        ruleEnds(observed(session, input.event, input.replyTo), input.event),
        input.event,
      );
    case 'allowing':
      return allowing(session, input.allowing);
    case 'screen.asked':
      return screenAsked(session, input.anew);
    case 'card.asked':
    case 'screen.closed':
      return [session, [{ do: input.type === 'card.asked' ? 'show' : 'hide-screen' }]];
    case 'died':
      return over(session, input.at, {
        do: 'tell-died',
        exitStatus: input.exitStatus,
        screen: input.screen,
        atOnce: input.at - (session.reopenedAt ?? session.createdAt) < AT_ONCE_MS,
      });
    case 'closed':
      return over(session, input.at, { do: 'tell-closed' });
    case 'killed':
      return over(session, input.at, { do: 'tell-killed' });
    case 'archived':
      return over(session, input.at, { do: 'tell-archived', why: input.why });
    case 'restored':
      return [session, []]; // it is live already
    case 'lost':
      return [
        { ...session, phase: 'lost', card: { ...session.card, phase: 'lost' } },
        [{ do: 'retire', key: cardKey(session) }, { do: 'hide-screen' }, { do: 'release' }],
      ];
  }
}

/** What is different in a session whose terminal is all there is of it; null: nothing is. */
function onScreen(session: Session, input: SessionInput): [Session, SessionEffect[]] | null {
  const { card } = session;
  switch (input.type) {
    case 'opened': {
      if (session.phase !== 'opening') return null;
      const next: Session = { ...session, phase: 'ready', card: { ...card, phase: 'idle' } };
      return [next, [{ do: 'show' }, { do: 'watch', on: true }, { do: 'deliver' }]];
    }
    case 'looked': {
      const screen = screenRows(input.screen);
      return screen === card.screen
        ? [session, []]
        : [{ ...session, card: { ...card, screen } }, [{ do: 'show' }]];
    }
    case 'typed': {
      // The card goes to the end of the chat: what comes of the message is looked for below it.
      const next = { ...session, replyTo: input.replyTo, card: { ...card, turn: card.turn + 1 } };
      return [next, [{ do: 'retire', key: cardKey(session) }, { do: 'show' }]];
    }
    default:
      return null;
  }
}

function figured(
  session: Session,
  event: Extract<SessionEvent, { type: 'figures' }>,
): [Session, SessionEffect[]] {
  const { figures, at } = event;
  const card = reduceCard(session.card, event);
  const told: SessionEffect[] = figures.limits === undefined ? [] : [{ do: 'account', figures, at }];
  if (card === session.card) return [session, told];
  const next = { ...session, card };
  return [next, isAtWork(next) ? [{ do: 'show' }, ...told] : told];
}

/** What an agent does only when its account allows it. */
const GOES_ON: ReadonlySet<SessionEvent['type']> = new Set(['text', 'thinking', 'tool.started']);

/** A look's other half: the text on the screen that no record has told yet. */
function writes(
  [session, effects]: [Session, SessionEffect[]],
  { writing, readiness }: Extract<SessionInput, { type: 'looked' }>,
): [Session, SessionEffect[]] {
  if (writing === undefined) return [session, effects];
  const card = withWriting(session.card, readiness === 'ready' ? writing : null);
  if (card === session.card) return [session, effects];
  const shown = effects.some((effect) => effect.do === 'show');
  return [{ ...session, card }, [...effects, ...(shown ? [] : [{ do: 'show' } as const]), { do: 'draft' }]];
}

function looked(session: Session, readiness: Readiness): [Session, SessionEffect[]] {
  switch (readiness) {
    case 'dialog':
      if (session.phase === 'dialog') return [session, [{ do: 'show-screen', asked: false }]];
      return onNewScreen({ ...session, phase: 'dialog' }, [
        { do: 'show-screen', asked: false },
        { do: 'watch', on: true },
      ]);
    case 'starting':
      return session.phase === 'dialog'
        ? [{ ...session, phase: 'starting' }, [{ do: 'hide-screen' }]]
        : [session, []];
    case 'ready': {
      const working = session.card.phase === 'working';
      if (session.phase === 'ready') return [session, working ? [] : [{ do: 'watch', on: false }]];
      const card =
        session.card.phase === 'starting' ? { ...session.card, phase: 'idle' as const } : session.card;
      const effects: SessionEffect[] = [{ do: 'show' }, { do: 'watch', on: working }, { do: 'deliver' }];
      if (session.phase === 'dialog') effects.unshift({ do: 'hide-screen' });
      if (session.binding === undefined) effects.push({ do: 'discover' });
      const { restoring, ...settled } = session;
      void restoring; // it has settled
      return [{ ...settled, phase: 'ready', card }, effects];
    }
  }
}

function bound(
  session: Session,
  input: { at: number; sessionId: string; transcriptPath: string },
): [Session, SessionEffect[]] {
  const old = session.binding;
  if (old?.sessionId === input.sessionId && old.transcriptPath === input.transcriptPath) return [session, []];
  const { sessionId, transcriptPath, at } = input;
  // Sub-agents were the old session's.
  const card = withoutSilentAgents(session.card, Infinity);
  return [
    { ...session, card, binding: { sessionId, transcriptPath, at } },
    [{ do: 'follow', path: transcriptPath, at }],
  ];
}

function observed(
  session: Session,
  event: SessionEvent,
  replyTo: number | undefined,
): [Session, SessionEffect[]] {
  if (event.type === 'limit.reached') return limitReached(session, event);
  if (session.limited !== undefined && GOES_ON.has(event.type)) {
    // It works again, by whoever's doing.
    const { limited, ...rest } = session;
    const [next, effects] = observed(rest, event, replyTo);
    const over: SessionEffect[] = [
      { do: 'tell-limited', limited, state: 'resumed' },
      { do: 'alarm' },
      { do: 'deliver' },
    ];
    return [next, [...effects, ...over]];
  }
  if (event.type === 'figures') return figured(session, event);
  const card = reduceCard(session.card, event);
  if (card === session.card) return [session, []];
  const next: Session = { ...session, card };
  if (card.turn !== session.card.turn) {
    // A new turn: of a prompt, or one that the agent began by itself (a background task that came back).
    if (replyTo === undefined) delete next.replyTo;
    else next.replyTo = replyTo;
    const effects: SessionEffect[] = [{ do: 'show' }, { do: 'watch', on: true }];
    return [next, [{ do: 'retire', key: cardKey(session) }, ...effects]];
  }
  if (card.phase === 'idle') {
    // The turn has ended, or something of it came late: what is finished is shown whole.
    const told = event.type === 'turn.ended' || event.type === 'text' || event.type === 'tool.ended';
    if (card.turn === 0) return [next, []];
    if (!told) return [next, besideTurn(session, next)];
    const effects: SessionEffect[] = [{ do: 'finish' }, { do: 'watch', on: session.phase !== 'ready' }];
    // An interrupted agent may have given a prompt back into its input line, where it kept the next one waiting.
    if (event.type === 'turn.ended') effects.push({ do: 'deliver' });
    return [next, isAtWork(next) ? [...effects, { do: 'show' }] : effects];
  }
  return [next, event.type === 'other' ? [] : [{ do: 'show' }]];
}

function over(session: Session, at: number, tell: SessionEffect): [Session, SessionEffect[]] {
  const working = session.card.phase === 'working';
  const ended = working ? reduceCard(session.card, { type: 'turn.ended', at, how: 'failed' }) : session.card;
  return [
    { ...session, phase: 'ended', card: { ...ended, phase: 'ended' } },
    [
      working ? { do: 'finish' } : { do: 'retire', key: cardKey(session) },
      { do: 'hide-screen' },
      tell,
      { do: 'release' },
    ],
  ];
}
