import type { Clock } from '@ccbot/shared/clock';
import { outboxKey, type OutboxKey } from '../outbox/keys';
import type { Placing } from '../outbox/model';
import type { Prompt, PromptText } from '../prompts/model';
import type { Button } from '../cards/view';
import type { Store } from '../store/open';
import type { RetryWhileFull } from '../store/retry-while-full';
import type { WordsOf } from '../words/words';
import type { Attachment, AttachmentStore } from './model';
import { ownText, renderPrompt, shellText, type RenderedPart } from './render';

/** The queue of prompts, as far as attachments fill it. */
export interface PromptsToFill {
  /** Adds a waiting prompt; one with the same id stays as it is. */
  add(prompt: Omit<Prompt, 'state'>, at: number): void;
  get(id: number): Prompt | undefined;
  /** Replaces the text of a prompt that still waits; false when it no longer does. */
  reword(id: number, written: PromptText): boolean;
}

/** A session as messages reach it. */
export interface TargetSession {
  name: string;
  live: boolean;
  /** Whatever is typed into it may run: it is a shell or another program, not an agent. */
  runsText: boolean;
}

/** The agents that get what users send. */
export interface PromptTarget {
  prompts: PromptsToFill;
  session(id: string): TargetSession | undefined;
  /** The directory that a session's agent works in now. */
  directory(id: string): Promise<string | undefined>;
  /** A prompt waits to be typed into a session. */
  kick(session: string): void;
  /** The prompt states the age of a message that is older than this, ms; 0: never. */
  ageNoteMs: number;
}

/** A chat, and where in it an answer stands. */
export type Addressee = { readonly chatId: number } & Placing;

/** How ccbot answers the messages that it takes. */
export interface Replies {
  wordsOf: WordsOf;
  /** Shows a notice under a key, once, in answer to a message. */
  tell(to: Addressee, key: OutboxKey, text: string, replyTo: number, rows?: Button[][]): void;
  /** `emoji` null: takes the reaction away. */
  react(chatId: number, messageId: number, emoji: string | null): void;
}

/** What is kept on disk of messages on their way. */
export interface AttachmentDisk {
  store: Pick<Store, 'tx'>;
  /** In `store`. */
  attachments: AttachmentStore;
  retryWhileFull: RetryWhileFull;
}

export interface ReleaseDeps {
  disk: AttachmentDisk;
  target: PromptTarget;
  replies: Replies;
  clock: Pick<Clock, 'now'>;
}

/** Queues the ready attachments of a session as prompts, in order, up to the first that is not ready. */
export function releaseReady(deps: ReleaseDeps, session: string): void {
  let hasReleased = false;
  const { disk, target } = deps;
  disk.store.tx(() => {
    for (;;) {
      const attachment = disk.attachments.next(session);
      if (attachment?.state !== 'ready') return;
      release(deps, attachment);
      hasReleased = true;
    }
  });
  if (hasReleased) target.kick(session);
}

function release(deps: ReleaseDeps, attachment: Attachment): void {
  const { disk, target, replies, clock } = deps;
  const { attachments } = disk;
  const { id, chatId, messageId, session } = attachment;
  const found = target.session(session);
  if (found?.live === true) {
    const written = promptOf(deps, attachment);
    target.prompts.add({ id, session, chatId, messageId, ...written }, clock.now());
    return attachments.mark(id, 'handed');
  }
  const text = replies.wordsOf(chatId).sessionGone(found?.name ?? session);
  replies.tell({ chatId, thread: 'session', session }, outboxKey('gone', id), text, messageId);
  attachments.mark(id, 'void');
}

/**
 * What the agent gets of an attachment now; its age is part of it. `parts`: in place of the stored ones. Where text runs,
 * a text of the user's own comes alone, without its age and without the message that it replies to.
 */
export function promptOf(
  { target, clock }: Pick<ReleaseDeps, 'target' | 'clock'>,
  attachment: Attachment,
  parts: readonly RenderedPart[] = attachment.parts,
): PromptText {
  const { ageNoteMs } = target;
  const line = target.session(attachment.session)?.runsText === true ? shellText(parts) : null;
  if (line !== null) return { text: line, own: true };
  const age = clock.now() - Math.max(...parts.map((part) => part.at));
  const text = renderPrompt(parts, ageNoteMs > 0 && age > ageNoteMs ? age : null);
  return text === ownText(parts) ? { text, own: true } : { text };
}
