import { reasonOf } from '@ccbot/shared/faults/fault';
import type { Prompt } from '../prompts/model';
import { arrive, settle, Stopped, type ArrivalDeps } from './arrival';
import type { Attachment } from './model';
import { renderPrompt, type RenderedPart } from './render';
import { createSlots } from './slots';
import type { Speech } from './speech';
import { keys, outboxKey } from '../outbox/keys';

/** How many attachments fetch their files at a time. */
const FETCHING = 3;

/** The queue of prompts, as far as it is filled here. */
export interface PromptsToFill {
  add(prompt: Omit<Prompt, 'state'>, at: number): void;
  get(id: number): Prompt | undefined;
  /** Gives a prompt that still waits another text; false when it waits no more. */
  reword(id: number, text: string): boolean;
}

/** What the handing over is given. */
export interface HandoverDeps extends ArrivalDeps {
  prompts: PromptsToFill;
  /** Does what writes to the store once there is room on the disk. */
  stored(signal: AbortSignal, work: () => Promise<void> | void): Promise<void>;
  /** Makes a voice message readable. */
  speech: Speech;
  /** Something new waits to be typed into a session. */
  kick(session: string): void;
  session(id: string): { name: string; cwd: string; live: boolean } | undefined;
  react(chatId: number, messageId: number, emoji: string): void;
  /** Messages older than this when they are handed over say so, ms; 0: never. */
  ageNoteMs: number;
  log(level: 'info' | 'warn' | 'error', text: string, meta?: Record<string, unknown>): void;
}

/** Brings what a person sends into the agent's queue, in order, however long its files are on their way; nobody else waits for them. */
export interface Handover {
  /** Takes a message, durably; handed in a second time, after a crash, it is the same one. */
  hand(parcel: Omit<Attachment, 'state' | 'at'>): void;
  /** The person has changed a message. */
  edit(chatId: number, messageId: number, text: string): void;
  /** Words a prompt anew at the last moment before it is typed: its age is told as it is then. */
  refresh(id: number): void;
  /** Goes on with what an earlier run left. */
  resume(): void;
  /** Resolves when no file is on its way. */
  idle(): Promise<void>;
  /** Ends what is on its way; the next run goes on with it. */
  stop(): Promise<void>;
}

/** Makes the handing over; nothing is fetched before `hand` or `resume`. */
export function createHandover(deps: HandoverDeps): Handover {
  const { attachments, prompts, tx } = deps;
  const works = new Map<number, Promise<void>>();
  const slots = createSlots(FETCHING);
  const stopping = new AbortController();

  const textOf = (parcel: Attachment, parts: readonly RenderedPart[] = parcel.parts): string => {
    const age = deps.now() - Math.max(...parts.map((p) => p.at));
    return renderPrompt(parts, deps.ageNoteMs > 0 && age > deps.ageNoteMs ? age : null);
  };

  /** Hands over all of a session that is ready, up to the first that is not. */
  function advance(session: string): void {
    let any = false;
    tx(() => {
      for (;;) {
        const parcel = attachments.next(session);
        if (parcel?.state !== 'ready') return;
        release(parcel);
        any = true;
      }
    });
    if (any) deps.kick(session);
  }

  function release(parcel: Attachment): void {
    const { id, chatId, messageId, session } = parcel;
    const there = deps.session(session);
    if (there?.live === true) {
      prompts.add({ id, session, chatId, messageId, text: textOf(parcel) }, deps.now());
      return attachments.mark(id, 'handed');
    }
    deps.tell(
      chatId,
      outboxKey('gone', id),
      deps.wordsOf(chatId).sessionGone(there?.name ?? session),
      messageId,
    );
    attachments.mark(id, 'void');
  }

  function start(id: number): void {
    if (works.has(id) || stopping.signal.aborted) return;
    const work = slots
      // A message is never given up for want of room: every step of preparing it is on disk and can be gone on with.
      .run(() => deps.stored(stopping.signal, () => prepare(id)))
      .catch(async (error: unknown) => {
        if (error instanceof Stopped) return;
        deps.log('error', 'a message could not be prepared', { parcel: id, reason: reasonOf(error) });
        await deps.stored(stopping.signal, () => giveUp(id, reasonOf(error)));
      })
      .finally(() => works.delete(id));
    works.set(id, work);
  }

  async function prepare(id: number): Promise<void> {
    const { signal } = stopping;
    const indexes = attachments.get(id)?.parts.map((_, i) => i) ?? [];
    for (const i of indexes) {
      const parcel = attachments.get(id);
      const part = parcel?.parts[i];
      if (parcel?.state !== 'preparing' || part?.file === undefined) continue;
      const workdir = deps.session(parcel.session)?.cwd;
      if (workdir === undefined) continue;
      let fate = part.fate ?? {};
      if (fate.path === undefined && fate.failed === undefined) {
        if (signal.aborted) throw new Stopped();
        fate = await arrive(deps, parcel, i, workdir, signal);
        settle(attachments, id, i, fate);
      }
      if (part.file.kind === 'voice' && fate.path !== undefined && fate.transcript === undefined) {
        const transcript = await deps.speech.read(parcel, i, fate.path, signal);
        if (signal.aborted) throw new Stopped();
        if (transcript !== null) settle(attachments, id, i, { transcript });
      }
    }
    finish(id);
  }

  /** Its files are here, or never will be. */
  function finish(id: number): void {
    const parcel = attachments.get(id);
    if (parcel?.state !== 'preparing') return;
    tx(() => {
      const nothing = parcel.parts.every((p) => p.file !== undefined && p.fate?.failed !== undefined);
      attachments.mark(id, nothing ? 'void' : 'ready');
      advance(parcel.session);
    });
  }

  /** An error nobody foresaw must not hold up what waits behind. */
  function giveUp(id: number, reason: string): void {
    const parcel = attachments.get(id);
    if (parcel?.state !== 'preparing') return;
    tx(() => {
      deps.tell(
        parcel.chatId,
        keys.file(id),
        deps.wordsOf(parcel.chatId).inboxFailed(reason),
        parcel.messageId,
      );
      attachments.mark(id, 'void');
      advance(parcel.session);
    });
  }

  return {
    hand(taken) {
      const state = taken.parts.some((p) => p.file !== undefined) ? 'preparing' : 'ready';
      tx(() => {
        if (!attachments.add({ ...taken, state, at: deps.now() })) return;
        if (state === 'ready') advance(taken.session);
      });
      if (state === 'preparing') start(taken.id);
    },
    edit(chatId, messageId, text) {
      const parcel = attachments.ofMessage(chatId, messageId);
      const part = parcel?.parts.find((p) => p.messageId === messageId);
      // Telegram tells of changes too that the person did not make, such as a link's preview.
      if (part?.text === text) return;
      const tell = (word: string): void => deps.tell(chatId, outboxKey('edited', messageId), word, messageId);
      if (parcel === undefined || parcel.state === 'void') return tell(deps.wordsOf(chatId).editUnknown);
      const parts = parcel.parts.map((p) => (p === part ? { ...p, text } : p));
      if (parcel.state === 'handed' && !prompts.reword(parcel.id, textOf(parcel, parts)))
        return tell(deps.wordsOf(chatId).editTooLate);
      attachments.rewrite({ ...parcel, parts });
      deps.react(chatId, messageId, '👍');
    },
    refresh(id) {
      const parcel = attachments.get(id);
      if (parcel?.state !== 'handed') return;
      const text = textOf(parcel);
      if (prompts.get(id)?.text !== text) prompts.reword(id, text);
    },
    resume() {
      for (const { id } of attachments.preparing()) start(id);
      for (const session of attachments.sessions()) advance(session);
    },
    async idle() {
      while (works.size > 0) await Promise.all(works.values());
    },
    async stop() {
      stopping.abort();
      while (works.size > 0) await Promise.all(works.values());
    },
  };
}
