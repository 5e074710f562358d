import { outboxKey, type OutboxKey } from '../outbox/keys';
import type { Prompt } from '../prompts/model';
import type { WordsOf } from '../words/words';
import type { Attachment, AttachmentStore } from './model';
import { renderPrompt, type RenderedPart } from './render';

/** The queue of prompts, as far as attachments fill it. */
export interface PromptsToFill {
  /** Adds a waiting prompt; one with the same id stays as it is. */
  add(prompt: Omit<Prompt, 'state'>, at: number): void;
  get(id: number): Prompt | undefined;
  /** Replaces the text of a prompt that still waits; false when it no longer does. */
  reword(id: number, text: string): boolean;
}

export interface ReleaseDeps {
  wordsOf: WordsOf;
  attachments: AttachmentStore;
  prompts: PromptsToFill;
  session(id: string): { name: string; cwd: string; live: boolean } | undefined;
  /** Shows a notice under a key, once, in answer to a message. */
  tell(chatId: number, key: OutboxKey, text: string, replyTo: number): void;
  /** A prompt waits to be typed into a session. */
  kick(session: string): void;
  tx<T>(work: () => T): T;
  /** The prompt states the age of a message that is older than this, ms; 0: never. */
  ageNoteMs: number;
  now(): number;
}

/** Queues the ready attachments of a session as prompts, in order, up to the first that is not ready. */
export function releaseReady(deps: ReleaseDeps, session: string): void {
  let hasReleased = false;
  deps.tx(() => {
    for (;;) {
      const attachment = deps.attachments.next(session);
      if (attachment?.state !== 'ready') return;
      release(deps, attachment);
      hasReleased = true;
    }
  });
  if (hasReleased) deps.kick(session);
}

function release(deps: ReleaseDeps, attachment: Attachment): void {
  const { attachments, prompts, now } = deps;
  const { id, chatId, messageId, session } = attachment;
  const target = deps.session(session);
  if (target?.live === true) {
    prompts.add({ id, session, chatId, messageId, text: promptText(deps, attachment) }, now());
    return attachments.mark(id, 'handed');
  }
  const text = deps.wordsOf(chatId).sessionGone(target?.name ?? session);
  deps.tell(chatId, outboxKey('gone', id), text, messageId);
  attachments.mark(id, 'void');
}

/** What the agent gets of an attachment now; its age is part of it. `parts`: in place of the stored ones. */
export function promptText(
  { ageNoteMs, now }: Pick<ReleaseDeps, 'ageNoteMs' | 'now'>,
  attachment: Attachment,
  parts: readonly RenderedPart[] = attachment.parts,
): string {
  const age = now() - Math.max(...parts.map((part) => part.at));
  return renderPrompt(parts, ageNoteMs > 0 && age > ageNoteMs ? age : null);
}
