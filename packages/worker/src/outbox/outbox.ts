import { reasonOf } from '@ccbot/shared/faults/fault';
import type { Wish } from './store';
import type { ApiResult, SendFailure } from '../telegram/api';
import { accepted, keptIn } from './accept';
import { hasUpload, idsOf, nameOf, newParts, type Call } from './call';
import { afterFailure, nextCall } from './decide';
import { createOutboxFiles } from './files';
import { createFoot, footingOf, withFoot, type Rows } from './footer';
import { createFooting } from './footer-sync';
import { createForms } from './forms';
import { createHints } from './hints';
import { createMeter, paceOf, type Pace } from './meter';
import { requestOf, type ApiCall } from './request';
import type { Outbox, OutboxDeps } from './port';
import { createWaits } from './waits';
import type { Settled, Wanted } from './model';

export type { Outbox, OutboxDeps } from './port';

/** What was posted longer ago than this, ms, is no longer edited: Telegram takes deletions for 48 hours. */
const POSTED_KEEP_MS = 7 * 24 * 3_600_000;

/** After so many uploads of a file whose answer was lost, while Telegram could be reached, it is told of in words. */
const UPLOAD_TRIES = 5;

type Shown = ReturnType<ReturnType<typeof createForms>['shown']> & { rows?: Rows };

/** Makes the outbox over what is stored; nothing is sent before `start`. */
export function createOutbox(deps: OutboxDeps): Outbox {
  const { store, wishes, api } = deps;
  const files = createOutboxFiles(deps.filesDir);
  const forms = createForms(deps.rich ?? { usable: () => false }, deps.wordsOf);
  const foot = createFoot(wishes, (chatId) => deps.foot?.(chatId) ?? []);
  const waits = createWaits();
  const whenStored = (work: () => Promise<void> | void): Promise<void> =>
    deps.stored('the outbox', waits.signal, work);
  const drains = new Map<number, Promise<void>>();
  /** Chats in which something was wished for while their drain ran. */
  const unseen = new Set<number>();
  /** Uploads under way, by chat, and what needs the person and is sent meanwhile. */
  const uploading = new Map<number, Wish>();
  const urgent = new Map<number, Promise<void>>();
  const listeners = new Map<string, (how: Settled) => void>();
  const meter = createMeter((chatId) => deps.cardLagMs(chatId), deps.now());
  const footing = createFooting({
    ...{ foot, wishes, api, meter, waits, now: deps.now, log: deps.log, dueIn: (id) => dueIn(id, 'message') },
    onSent: () => void sent++,
  });
  const idlers = new Set<() => void>();
  let started = false;
  let sent = 0;

  function wake(chatId: number): void {
    if (!started || waits.signal.aborted) return;
    waits.wake(chatId);
    if (drains.has(chatId)) {
      unseen.add(chatId);
      if (uploading.has(chatId) && !urgent.has(chatId)) {
        urgent.set(
          chatId,
          guarded(chatId, true).finally(() => urgent.delete(chatId)),
        );
      }
      return;
    }
    const work = guarded(chatId, false).finally(() => {
      drains.delete(chatId);
      // Wished for after the drain had looked for the last time, and before it was over.
      if (unseen.delete(chatId)) wake(chatId);
      if (drains.size === 0) for (const idle of idlers) idle();
    });
    drains.set(chatId, work);
  }

  async function guarded(chatId: number, urgentOnly: boolean): Promise<void> {
    try {
      await whenStored(() => drain(chatId, urgentOnly));
    } catch (error) {
      deps.log('error', 'the outbox stopped', { chatId, reason: reasonOf(error) });
    }
  }

  async function drain(chatId: number, urgentOnly: boolean): Promise<void> {
    while (!waits.signal.aborted) {
      if (!urgentOnly) unseen.delete(chatId);
      const wish = wishes.next(chatId);
      if (!urgentOnly && (wish === undefined || wish.wanted.class === 'card') && (await footing(chatId)))
        continue;
      if (wish === undefined) return;
      if (urgentOnly && (wish.wanted.class !== 'ask' || wish.seq === uploading.get(chatId)?.seq)) return;
      const shown = forms.shown(wish.wanted);
      const call = nextCall(shown.wanted, shown.faces, wishes.posted(chatId, wish.wanted.key));
      if (call.do === 'nothing') {
        settle(wish);
        continue;
      }
      const waitMs = dueIn(chatId, paceOf(wish.wanted));
      if (waitMs > 0) {
        // Another wish may come before this one meanwhile, or have come since it was looked up.
        if (urgentOnly || !unseen.has(chatId)) await waits.pause(chatId, waitMs, true);
        continue;
      }
      await perform(chatId, wish, shown, call);
      // The same wish must not be seen by both.
      if (!urgentOnly) await urgent.get(chatId);
    }
  }

  const dueIn = (chatId: number, pace: Pace): number =>
    Math.max(wishes.pauseLeft(chatId, deps.now()), meter.due(chatId, pace, deps.now()));

  async function perform(chatId: number, wish: Wish, bare: Shown, call: Call): Promise<void> {
    const { wanted } = wish;
    const silent = wanted.silent ?? deps.quiet?.(wanted) === true;
    const shown = { ...bare, rows: foot.under(chatId, call, bare.parts.length) };
    const parts = withFoot(shown.parts, call, shown.rows);
    const request = requestOf({ ...shown.wanted, silent }, parts, call, (kept) => files.pathOf(kept));
    meter.count(chatId, request.messages, paceOf(wanted), deps.now());
    // On disk before the call: after a crash in the middle of it nobody may think it was not made.
    if (newParts(call).length > 0)
      store.durable(() => newParts(call).forEach((part) => post(chatId, shown, part, null)));
    const result = await calling(wish, request, call);
    if (result.ok) {
      sent++;
      if (wish.tries > 0) await whenStored(() => wishes.tried(wish, 0));
      // It was sent: only that is still to be written, and nothing is sent twice because it could not be.
      return whenStored(() => done(chatId, wish, shown, call, idsOf(result.value)));
    }
    await failed(chatId, wish, shown, call, result.failure);
  }

  async function calling(wish: Wish, request: ApiCall, call: Call): Promise<ApiResult<unknown>> {
    const { chatId } = wish.wanted;
    if (call.do === 'delete' && call.messages.length === 0) return { ok: true, value: {} };
    const uploads = hasUpload(call, wish.wanted);
    deps.onCall?.(wish.wanted);
    if (uploads) uploading.set(chatId, wish);
    try {
      return await api.call(request.method, request.payload, {
        timeoutMs: request.timeoutMs,
        // An upload may take minutes; an end of the program does not wait for it.
        ...(uploads ? { signal: waits.signal } : {}),
      });
    } finally {
      if (uploads) uploading.delete(chatId);
    }
  }

  async function failed(
    chatId: number,
    wish: Wish,
    shown: Shown,
    call: Call,
    failure: SendFailure,
  ): Promise<void> {
    const { wanted } = wish;
    const part = call.do === 'send' || call.do === 'edit' ? call.part : null;
    const what = shown.rich ? 'rich' : (part ?? 'album');
    if (shown.rich && failure.kind === 'refused' && failure.reason === 'no-method') deps.rich?.refused();
    const after = afterFailure(call.do, failure, {
      tries: wish.tries,
      simpler: forms.hasSimpler(wanted, what),
      kind: wanted.class,
      chance: deps.chance(),
    });
    // A call that certainly was not executed leaves no doubt behind, but for that of an earlier one.
    const doubtful = (call.do === 'send' || call.do === 'album') && call.marked;
    if (failure.kind !== 'unknown' && !doubtful) {
      await whenStored(() => {
        for (const i of newParts(call)) wishes.unpost(chatId, wanted.key, i);
      });
    }
    const meta = { key: wanted.key, call: call.do, reason: failure.text, then: after.do };
    if (after.do !== 'accept') deps.log('warn', 'a call to Telegram failed', meta);
    switch (after.do) {
      case 'accept':
        return done(chatId, wish, shown, call, call.do === 'edit' ? [call.message] : []);
      case 'forget':
        if (call.do === 'edit') wishes.unpost(chatId, wanted.key, call.part);
        return;
      case 'simpler':
        return forms.simpler(wanted, what, failure.text);
      case 'words':
        // Of an album the file that is gone shows when the messages go one by one.
        if (part === null) forms.simpler(wanted, 'album', failure.text);
        else forms.words(wanted, part, deps.wordsOf(chatId).outbox.fileGone(nameOf(wanted, part)));
        return;
      case 'drop':
        deps.log('error', 'Telegram refuses a message; it is dropped', meta);
        return settle(wish, failure.text);
      case 'wait':
        if (after.rebuild) api.rebuild();
        await whenStored(() => {
          wishes.tried(wish, wish.tries + 1);
          if (after.chat) wishes.pause(chatId, deps.now(), after.waitMs, failure.kind === 'refused');
        });
        await waits.pause(chatId, after.waitMs, after.chat);
        if (failure.kind === 'unknown' && part !== null && hasUpload(call, wish.wanted))
          await doubt(wanted, part);
    }
  }

  /** An upload that fails again and again although Telegram can be reached will not succeed. */
  async function doubt(wanted: Wanted, part: number): Promise<void> {
    const reach = await api.call('getMe', {}, { timeoutMs: 10_000 });
    if (!reach.ok) return;
    if (forms.doubt(wanted, part) < UPLOAD_TRIES) return;
    forms.words(wanted, part, deps.wordsOf(wanted.chatId).outbox.fileStuck(nameOf(wanted, part)));
  }

  function done(chatId: number, wish: Wish, shown: Shown, call: Call, ids: readonly (number | null)[]): void {
    const { key } = wish.wanted;
    store.tx(() => {
      if (call.do === 'delete') for (const part of call.parts) wishes.unpost(chatId, key, part);
      else {
        const parts = call.do === 'album' ? call.parts : [call.part];
        parts.forEach((part, i) => post(chatId, shown, part, ids[i] ?? null, call));
      }
      if (nextCall(shown.wanted, shown.faces, wishes.posted(chatId, key)).do === 'nothing') settle(wish);
    });
  }

  function post(chatId: number, shown: Shown, part: number, message: number | null, call?: Call): void {
    const face = shown.faces[part] ?? { hash: '', file: '' };
    const hung = call === undefined ? undefined : footingOf(shown.wanted, part, call, shown.rows ?? []);
    wishes.post(chatId, shown.wanted.key, { part, message, ...face }, deps.now(), hung);
  }

  /** The wish is over; `dropped`: and nothing is shown, because of this. */
  function settle(wish: Wish, dropped?: string): void {
    if (!wishes.settle(wish)) return; // a newer one took its place
    const { wanted } = wish;
    const missing = forms.missing(wanted);
    forms.forget(wanted);
    store.afterCommit(() => {
      files.drop(keptIn(wanted));
      const listener = listeners.get(`${wanted.chatId} ${wanted.key}`);
      listeners.delete(`${wanted.chatId} ${wanted.key}`);
      listener?.(dropped === undefined ? { shown: true, missing } : { shown: false, why: dropped, missing });
    });
  }

  const hint = createHints({
    call: (method, payload, options) => api.call(method, payload, options),
    onMissed: (method, reason) => deps.log('info', 'a hint was not taken', { method, reason }),
  });

  return {
    put(wanted) {
      const now = accepted(deps.cover?.(wanted) ?? wanted, files, deps.wordsOf(wanted.chatId).outbox);
      const before = wishes.put(now);
      const needed = new Set(keptIn(now).map(({ id }) => id));
      store.afterCommit(() => {
        if (before !== undefined) files.drop(keptIn(before).filter(({ id }) => !needed.has(id)));
        wake(wanted.chatId);
      });
    },
    keep: (path) => files.keep(path),
    discard: (kept) => files.drop(kept),
    onSettled: (chatId, key, listener) => void listeners.set(`${chatId} ${key}`, listener),
    start() {
      started = true;
      wishes.prune(deps.now() - POSTED_KEEP_MS);
      files.sweep(wishes.all().flatMap(keptIn));
      for (const chatId of wishes.chats()) wake(chatId);
    },
    stir: (chatId) => store.afterCommit(() => wake(chatId)),
    messageOf: (chatId, message) => wishes.messageOf(chatId, message),
    reached(chatId) {
      if (wishes.unblock(chatId)) wake(chatId);
    },
    answerTap(queryId, text) {
      hint('answerCallbackQuery', {
        callback_query_id: queryId,
        ...(text === undefined ? {} : { text: [...text].slice(0, 190).join('') }),
      });
    },
    hint,
    depth: () => wishes.depth(),
    sent: () => sent,
    async flush(deadlineMs) {
      if (drains.size === 0) return wishes.depth() === 0;
      let timer: NodeJS.Timeout | undefined;
      let idle: (() => void) | undefined;
      await new Promise<void>((resolve) => {
        timer = setTimeout(resolve, deadlineMs);
        idlers.add((idle = resolve));
      });
      clearTimeout(timer);
      if (idle !== undefined) idlers.delete(idle);
      return wishes.depth() === 0;
    },
    async stop() {
      waits.end();
      await Promise.all([...drains.values(), ...urgent.values()]);
    },
  };
}
