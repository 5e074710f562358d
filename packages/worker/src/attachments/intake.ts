import type { LogFn } from '@ccbot/shared/log/logger';
import { reasonOf } from '@ccbot/shared/faults/fault';
import { outboxKey } from '../outbox/keys';
import type { Prompt } from '../prompts/model';
import type { Message, MessageTaker } from './model';
import type { RenderedPart } from './render';
import { Stopped } from './arrival';
import { giveUp, prepare, type PrepareDeps } from './prepare';
import { saveAsFile, tellRefused } from './refused';
import { promptOf, releaseReady } from './release';
import { createSlots, type Slots } from './slots';

/** How many attachments fetch their files at a time. */
const FETCHING = 3;

export interface MessageIntakeDeps extends PrepareDeps {
  log: LogFn;
}

/**
 * Brings what a user sends into the agent's queue, in order. A message whose files are on their way delays only later
 * messages to the same session.
 */
export interface MessageIntake extends MessageTaker {
  /** Rewrites a prompt just before it is typed, so that it states its age as of now. */
  refresh(id: number): void;
  /** A prompt may not be typed into its session: tells its author. */
  refused(prompt: Prompt): void;
  /** Messages on disk have a session now: their files are fetched, and they are queued in order. */
  queue(session: string, ids: readonly number[]): void;
  /** Continues what an earlier run left. */
  resume(): void;
  /** Resolves when no file is on its way. */
  idle(): Promise<void>;
  /** Stops what is on its way; the next run continues it. */
  stop(): Promise<void>;
}

interface IntakeState {
  readonly deps: MessageIntakeDeps;
  /** Attachments that are being prepared, by id. */
  readonly running: Map<number, Promise<void>>;
  readonly slots: Slots;
  readonly stopping: AbortController;
}

/** Fetches nothing before `accept` or `resume`. */
export function createMessageIntake(deps: MessageIntakeDeps): MessageIntake {
  const state: IntakeState = {
    deps,
    running: new Map(),
    slots: createSlots(FETCHING),
    stopping: new AbortController(),
  };
  return {
    accept: (message) => accept(state, message),
    edit: (where, messageId, edited) => edit(deps, where, messageId, edited),
    save: (chatId, prompt) => saveAsFile(deps, chatId, prompt),
    refused: (prompt) => tellRefused(deps, prompt),
    refresh: (id) => refresh(deps, id),
    queue(session, ids) {
      for (const id of ids)
        if (deps.disk.attachments.get(id)?.state === 'preparing') startPreparing(state, id);
      releaseReady(deps, session);
    },
    resume() {
      for (const { id } of deps.disk.attachments.preparing()) startPreparing(state, id);
      for (const session of deps.disk.attachments.sessions()) releaseReady(deps, session);
    },
    idle: () => idle(state),
    stop() {
      state.stopping.abort();
      return idle(state);
    },
  };
}

function accept(state: IntakeState, message: Message): void {
  const { deps } = state;
  const { disk, clock } = deps;
  const hasFile = message.parts.some((part) => part.file !== undefined);
  disk.store.tx(() => {
    const attachment = { ...message, state: hasFile ? 'preparing' : 'ready', at: clock.now() } as const;
    if (disk.attachments.add(attachment) && !hasFile) releaseReady(deps, message.session);
  });
  if (hasFile) startPreparing(state, message.id);
}

function startPreparing(state: IntakeState, id: number): void {
  const { deps, running, slots } = state;
  const { retryWhileFull } = deps.disk;
  const { signal } = state.stopping;
  if (running.has(id) || signal.aborted) return;
  const work = slots
    // A full disk is no reason to give a message up.
    .run(() => retryWhileFull('attachments', signal, () => prepare(deps, id, signal)))
    .catch(async (error: unknown) => {
      if (error instanceof Stopped) return;
      const reason = reasonOf(error);
      deps.log('error', 'message not prepared', { attachment: id, reason });
      await retryWhileFull('attachments', signal, () => giveUp(deps, id, reason));
    })
    .finally(() => running.delete(id));
  running.set(id, work);
}

function edit(
  deps: MessageIntakeDeps,
  { chatId, thread }: Parameters<MessageTaker['edit']>[0],
  messageId: number,
  edited: Parameters<MessageTaker['edit']>[2],
): void {
  const { target, replies } = deps;
  const { attachments } = deps.disk;
  const words = replies.wordsOf(chatId);
  const attachment = attachments.ofMessage(chatId, messageId);
  const changed = attachment?.parts.find((part) => part.messageId === messageId);
  // Telegram also reports changes that the user did not make, such as the preview of a link.
  const isSameText = changed?.text === edited.text;
  if (isSameText && changed.own === edited.own) return;
  const tell = (answer: string): void => {
    if (!isSameText) replies.tell({ chatId, thread }, outboxKey('edited', messageId), answer, messageId);
  };
  if (attachment === undefined || attachment.state === 'void') return tell(words.editUnknown);
  const parts = attachment.parts.map((part) => (part === changed ? withEdit(part, edited) : part));
  if (
    attachment.state === 'handed' &&
    !target.prompts.reword(attachment.id, promptOf(deps, attachment, parts))
  )
    return tell(words.editTooLate);
  attachments.rewrite({ ...attachment, parts });
  if (!isSameText) replies.react(chatId, messageId, '👍');
}

/** A part with its new text. What is not all the user's own may hold words of others now. */
function withEdit(
  { own: _own, mixed: _mixed, unmarked: _unmarked, ...part }: RenderedPart,
  { own, ...words }: Parameters<MessageTaker['edit']>[2],
): RenderedPart {
  return { ...part, ...words, ...(own === undefined ? { mixed: true } : { own }) };
}

function refresh(deps: MessageIntakeDeps, id: number): void {
  const { prompts } = deps.target;
  const { attachments } = deps.disk;
  const attachment = attachments.get(id);
  if (attachment?.state !== 'handed') return;
  const written = promptOf(deps, attachment);
  const queued = prompts.get(id);
  if (queued?.text !== written.text || queued.own !== written.own) prompts.reword(id, written);
}

async function idle({ running }: IntakeState): Promise<void> {
  while (running.size > 0) await Promise.all(running.values());
}
