import { reasonOf } from '@ccbot/shared/faults/fault';
import type { QueuedRow } from './store';
import type { ApiResult, SendFailure } from '../telegram/api';
import { accepted, keptIn } from './accept';
import { hasUpload, idsOf, nameOf, newParts, type Call } from './call';
import { afterFailure, nextCall } from './decide';
import { createOutboxFiles } from './files';
import { createFooter, postedFooter, withFooter, type Rows } from './footer';
import { createFooterSync } from './footer-sync';
import { createForms } from './forms';
import { createHints } from './hints';
import { createMeter, paceOf, type Pace } from './meter';
import { requestOf, type ApiCall } from './request';
import type { Outbox, OutboxDeps } from './port';
import { createWaits } from './waits';
import type { Settled, QueuedView } from './model';

export type { Outbox, OutboxDeps } from './port';

/** What was posted longer ago than this, ms, is no longer edited: Telegram takes deletions for 48 hours. */
const POSTED_KEEP_MS = 7 * 24 * 3_600_000;

/** After so many uploads of a file whose answer was lost, while Telegram could be reached, it is told of in words. */
const UPLOAD_TRIES = 5;

type Shown = ReturnType<ReturnType<typeof createForms>['shown']> & { rows?: Rows };

/** Makes the outbox over what is stored; nothing is sent before `start`. */
export function createOutbox(deps: OutboxDeps): Outbox {
  const { store, views, api } = deps;
  const files = createOutboxFiles(deps.filesDir);
  const forms = createForms(deps.rich ?? { usable: () => false }, deps.wordsOf);
  const foot = createFooter(views, (chatId) => deps.foot?.(chatId) ?? []);
  const waits = createWaits();
  const whenStored = (work: () => Promise<void> | void): Promise<void> =>
    deps.stored('the outbox', waits.signal, work);
  const drains = new Map<number, Promise<void>>();
  /** Chats in which something was wished for while their drain ran. */
  const unseen = new Set<number>();
  /** Uploads under way, by chat, and what needs the person and is sent meanwhile. */
  const uploading = new Map<number, QueuedRow>();
  const urgent = new Map<number, Promise<void>>();
  const listeners = new Map<string, (how: Settled) => void>();
  const meter = createMeter((chatId) => deps.cardLagMs(chatId), deps.now());
  const footing = createFooterSync({
    ...{ foot, views, api, meter, waits, now: deps.now, log: deps.log, dueIn: (id) => dueIn(id, 'message') },
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
      const wish = views.next(chatId);
      if (!urgentOnly && (wish === undefined || wish.wanted.class === 'card') && (await footing(chatId)))
        continue;
      if (wish === undefined) return;
      if (urgentOnly && (wish.wanted.class !== 'ask' || wish.seq === uploading.get(chatId)?.seq)) return;
      const shown = forms.shown(wish.wanted);
      const call = nextCall(shown.wanted, shown.faces, views.posted(chatId, wish.wanted.key));
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
    Math.max(views.pauseLeft(chatId, deps.now()), meter.due(chatId, pace, deps.now()));

  async function perform(chatId: number, wish: QueuedRow, bare: Shown, call: Call): Promise<void> {
    const { wanted } = wish;
    const silent = wanted.silent ?? deps.quiet?.(wanted) === true;
    const shown = { ...bare, rows: foot.under(chatId, call, bare.parts.length) };
    const parts = withFooter(shown.parts, call, shown.rows);
    const request = requestOf({ ...shown.wanted, silent }, parts, call, (kept) => files.pathOf(kept));
    meter.count(chatId, request.messages, paceOf(wanted), deps.now());
    // On disk before the call: after a crash in the middle of it nobody may think it was not made.
    if (newParts(call).length > 0)
      store.durable(() => newParts(call).forEach((part) => post(chatId, shown, part, null)));
    const result = await calling(wish, request, call);
    if (result.ok) {
      sent++;
      if (wish.tries > 0) await whenStored(() => views.tried(wish, 0));
      // It was sent: only that is still to be written, and nothing is sent twice because it could not be.
      return whenStored(() => done(chatId, wish, shown, call, idsOf(result.value)));
    }
    await failed(chatId, wish, shown, call, result.failure);
  }

  async function calling(wish: QueuedRow, request: ApiCall, call: Call): Promise<ApiResult<unknown>> {
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
    wish: QueuedRow,
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
        for (const i of newParts(call)) views.unpost(chatId, wanted.key, i);
      });
    }
    const meta = { key: wanted.key, call: call.do, reason: failure.text, then: after.do };
    if (after.do !== 'accept') deps.log('warn', 'a call to Telegram failed', meta);
    switch (after.do) {
      case 'accept':
        return done(chatId, wish, shown, call, call.do === 'edit' ? [call.message] : []);
      case 'forget':
        if (call.do === 'edit') views.unpost(chatId, wanted.key, call.part);
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
          views.tried(wish, wish.tries + 1);
          if (after.chat) views.pause(chatId, deps.now(), after.waitMs, failure.kind === 'refused');
        });
        await waits.pause(chatId, after.waitMs, after.chat);
        if (failure.kind === 'unknown' && part !== null && hasUpload(call, wish.wanted))
          await doubt(wanted, part);
    }
  }

  /** An upload that fails again and again although Telegram can be reached will not succeed. */
  async function doubt(wanted: QueuedView, part: number): Promise<void> {
    const reach = await api.call('getMe', {}, { timeoutMs: 10_000 });
    if (!reach.ok) return;
    if (forms.doubt(wanted, part) < UPLOAD_TRIES) return;
    forms.words(wanted, part, deps.wordsOf(wanted.chatId).outbox.fileStuck(nameOf(wanted, part)));
  }

  function done(
    chatId: number,
    wish: QueuedRow,
    shown: Shown,
    call: Call,
    ids: readonly (number | null)[],
  ): void {
    const { key } = wish.wanted;
    store.tx(() => {
      if (call.do === 'delete') for (const part of call.parts) views.unpost(chatId, key, part);
      else {
        const parts = call.do === 'album' ? call.parts : [call.part];
        parts.forEach((part, i) => post(chatId, shown, part, ids[i] ?? null, call));
      }
      if (nextCall(shown.wanted, shown.faces, views.posted(chatId, key)).do === 'nothing') settle(wish);
    });
  }

  function post(chatId: number, shown: Shown, part: number, message: number | null, call?: Call): void {
    const face = shown.faces[part] ?? { hash: '', file: '' };
    const hung = call === undefined ? undefined : postedFooter(shown.wanted, part, call, shown.rows ?? []);
    views.post(chatId, shown.wanted.key, { part, message, ...face }, deps.now(), hung);
  }

  /** The wish is over; `dropped`: and nothing is shown, because of this. */
  function settle(wish: QueuedRow, dropped?: string): void {
    if (!views.settle(wish)) return; // a newer one took its place
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
      const now = accepted(deps.redact?.(wanted) ?? wanted, files, deps.wordsOf(wanted.chatId).outbox);
      const before = views.put(now);
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
      views.prune(deps.now() - POSTED_KEEP_MS);
      files.sweep(views.all().flatMap(keptIn));
      for (const chatId of views.chats()) wake(chatId);
    },
    stir: (chatId) => store.afterCommit(() => wake(chatId)),
    messageOf: (chatId, message) => views.messageOf(chatId, message),
    reached(chatId) {
      if (views.unblock(chatId)) wake(chatId);
    },
    answerTap(queryId, text) {
      hint('answerCallbackQuery', {
        callback_query_id: queryId,
        ...(text === undefined ? {} : { text: [...text].slice(0, 190).join('') }),
      });
    },
    hint,
    depth: () => views.depth(),
    sent: () => sent,
    async flush(deadlineMs) {
      if (drains.size === 0) return views.depth() === 0;
      let timer: NodeJS.Timeout | undefined;
      let idle: (() => void) | undefined;
      await new Promise<void>((resolve) => {
        timer = setTimeout(resolve, deadlineMs);
        idlers.add((idle = resolve));
      });
      clearTimeout(timer);
      if (idle !== undefined) idlers.delete(idle);
      return views.depth() === 0;
    },
    async stop() {
      waits.end();
      await Promise.all([...drains.values(), ...urgent.values()]);
    },
  };
}
