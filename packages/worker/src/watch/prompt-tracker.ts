import type { PromptEvents } from '../prompts/events';
import { matchPrompt, type Prompt, type PromptAuthors, type PromptQueue } from '../prompts/model';
import type { SessionEvent } from '../sessions/events';
import type { SessionInput } from '../sessions/machine/model';
import type { Registry } from '../sessions/registry';

/** How many of the prompts that an agent had are compared with one that its transcript reports. */
const RECENT = 5;

/** Events of a session's transcript, in order. */
export interface TranscriptPiece {
  session: string;
  path: string;
  events: readonly SessionEvent[];
}

/** Recognizes users' prompts in what agents report, and dispatches it to their sessions. */
export interface PromptTracker {
  /**
   * Dispatches events. `mark` stores how far the transcript was read, in the transaction that stores the session's state.
   * Of a session that is not `isWatched`, on no chat's screen, that may be a later one.
   */
  observe(piece: TranscriptPiece, mark: () => void, isWatched: boolean): void;
  /** A hook reported a prompt with this text. */
  confirm(session: string, text: string): void;
  /** The screen shows that the agent took the prompt. */
  taken(prompt: Prompt): void;
}

export interface PromptTrackerDeps {
  queue: PromptQueue;
  events: Pick<PromptEvents, 'confirmed' | 'enqueued' | 'begun'>;
  authors: Pick<PromptAuthors, 'record'>;
  registry: Pick<Registry, 'get' | 'dispatch' | 'dispatchRepeatable'>;
  now(): number;
}

interface TrackerState extends PromptTrackerDeps {
  /** Prompts that wait in the agents' own queues. */
  inQueue: Set<number>;
}

/** The prompts that a piece of a transcript reports. */
interface Findings {
  /** Prompts that were typed and not confirmed before. Most pieces need none, and each look asks the database. */
  open(): readonly Prompt[];
  confirmed: Prompt[];
  /** Confirmed before, as if the agent had begun with it: its hook came before the turn in progress was known. */
  enqueued: Prompt[];
  begun: Prompt[];
  authors: { at: number; chatId: number }[];
  inQueue: Set<number>;
}

export function createPromptTracker(deps: PromptTrackerDeps): PromptTracker {
  const state: TrackerState = { ...deps, inQueue: new Set() };
  return {
    observe: (piece, mark, isWatched) => observe(state, piece, mark, isWatched),
    confirm: (session, text) => confirm(state, session, text),
    taken: (prompt) => state.registry.dispatch(prompt.session, [], () => markConfirmed(state, prompt, false)),
  };
}

/** State, views and the mark are stored together: after a crash before that the lines come again, after it never. */
function observe(
  state: TrackerState,
  { session, path, events }: TranscriptPiece,
  mark: () => void,
  isWatched: boolean,
): void {
  const { queue, registry, authors } = state;
  const findings: Findings = {
    open: () => queue.ofSession(session, ['typing', 'typed']),
    confirmed: [],
    enqueued: [],
    begun: [],
    authors: [],
    // A copy, which counts only once it is committed: the same lines may come again.
    inQueue: new Set(state.inQueue),
  };
  const at = state.now();
  const inputs = events.map((event) => inputOf(state, { session, at }, event, findings));
  const { confirmed, enqueued, begun, inQueue } = findings;
  if (findings.authors.length === 0 && !isWatched) return registry.dispatchRepeatable(session, inputs, mark);
  registry.dispatch(session, inputs, () => {
    mark();
    for (const { at, chatId } of findings.authors) authors.record(path, at, chatId);
    for (const prompt of confirmed) markConfirmed(state, prompt, inQueue.has(prompt.id));
  });
  for (const { id } of begun) state.inQueue.delete(id);
  for (const prompt of enqueued) if (inQueue.has(prompt.id)) state.events.enqueued(prompt);
  for (const id of inQueue) state.inQueue.add(id);
  for (const prompt of begun) if (!confirmed.includes(prompt)) state.events.begun(prompt);
}

/** The session's input for an event; what it says of prompts is added to the findings. */
function inputOf(
  state: TrackerState,
  { session, at }: { session: string; at: number },
  event: SessionEvent,
  findings: Findings,
): SessionInput {
  const prompt = promptOf(state, session, event, findings);
  if (prompt === undefined) return { type: 'observed', at, event };
  return { type: 'observed', at, event, replyTo: prompt.messageId, by: prompt.chatId };
}

function promptOf(
  state: TrackerState,
  session: string,
  event: SessionEvent,
  findings: Findings,
): Prompt | undefined {
  if (event.type !== 'turn.started' && event.type !== 'prompt.taken') return undefined;
  const { open, confirmed, enqueued, begun, authors, inQueue } = findings;
  const fresh = matchPrompt(
    event.prompt,
    open().filter((candidate) => !confirmed.includes(candidate)),
  );
  const prompt = fresh ?? matchPrompt(event.prompt, [...earlier(state, session, inQueue), ...confirmed]);
  if (fresh !== undefined) confirmed.push(fresh);
  if (prompt === undefined) return undefined;
  authors.push({ at: event.at, chatId: prompt.chatId });
  if (event.type === 'prompt.taken' && event.queued === true) {
    if (fresh === undefined && !inQueue.has(prompt.id)) enqueued.push(prompt);
    inQueue.add(prompt.id);
  } else if (inQueue.delete(prompt.id)) begun.push(prompt);
  return prompt;
}

/** Confirmed prompts that may be reported again: all in the agent's queue, however many, and the last few of the rest. */
function earlier({ queue }: TrackerState, session: string, inQueue: ReadonlySet<number>): Prompt[] {
  const confirmed = queue.ofSession(session, ['confirmed']);
  return confirmed.filter(({ id }, i) => inQueue.has(id) || i >= confirmed.length - RECENT);
}

function confirm(state: TrackerState, session: string, text: string): void {
  const { queue, registry } = state;
  const prompt = matchPrompt(text, queue.ofSession(session, ['typing', 'typed']));
  if (prompt === undefined) return;
  const isQueued = registry.get(session)?.card.phase === 'working';
  if (isQueued) state.inQueue.add(prompt.id);
  registry.dispatch(session, [], () => markConfirmed(state, prompt, isQueued));
}

/** Part of the running transaction. `isQueued`: the prompt waits behind the running turn. */
function markConfirmed({ queue, events, now }: TrackerState, prompt: Prompt, isQueued: boolean): void {
  queue.mark(prompt.id, 'confirmed', now());
  events.confirmed(prompt, isQueued);
}
