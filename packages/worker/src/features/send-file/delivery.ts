import { buttonData } from '../../cards/button';
import { offerButton } from './buttons';
import type { Button, KeptFile, Part } from '../../cards/view';
import type { Settled, QueuedView } from '../../outbox/model';
import { sendAnswers } from '../../words/topics/send';
import type { WordsOf } from '../../words/words';
import { inspect, type Inspected, type Places } from './inspect';
import { cleanText, isBlank } from '../../cards/clean';
import type { SendRequest, SendResult } from './protocol';
import { keys, type OutboxKey } from '../../outbox/keys';

/** A file that is sent when the person says so: which one, as it was when it was looked at. */
export interface Offer {
  chat: number;
  path: string;
  /** Hash of its bytes: another content under the same name was not asked about. */
  sha: string;
  name: string;
  as: 'photo' | 'document';
  caption: string;
}

/** Offers on disk; without the files. */
export interface OfferStore {
  get(id: string): Offer | undefined;
  put(id: string, offer: Offer, at: number): void;
  drop(id: string): void;
  prune(before: number): void;
}

/** What sending is given. */
export interface DeliverDeps {
  wordsOf: WordsOf;
  /** The session by ccbot's id; `chats`: of those who are at it. */
  session(id: string): { name: string; cwd: string; chats: readonly number[] } | undefined;
  /** Whether somebody who may use the bot has this chat. */
  allowed(chatId: number): boolean;
  /** Where a session's files may come from. */
  places(cwd: string): Places;
  keep(path: string): Promise<KeptFile>;
  put(wanted: QueuedView): void;
  /** Takes back copies that no wish will need. */
  discard(kept: readonly KeptFile[]): void;
  /** Hears once what became of a wish. */
  onSettled(chatId: number, key: OutboxKey, listener: (how: Settled) => void): void;
  offers: OfferStore;
  newId(): string;
  now(): number;
}

/** How long an offer stands, ms. */
const OFFER_KEEP_MS = 24 * 3_600_000;

/** The most files of an album (Bot API). */
const ALBUM_MAX = 10;

/** Sends the files of a request. */
export interface Deliver {
  /** What became of each file in each chat, at the latest after `patienceMs`: what is not sent by then is `queued`. */
  send(request: SendRequest, patienceMs: number): Promise<SendResult[]>;
  /** The person's word on an offer; what to say about it. */
  decide(chatId: number, id: string, send: boolean): Promise<string>;
}

interface Sendable extends Inspected {
  path: string;
}

/** The worker's end of `ccbot send-file`. */
export function createDeliver(deps: DeliverDeps): Deliver {
  async function send(request: SendRequest, patienceMs: number): Promise<SendResult[]> {
    const session = request.session === undefined ? undefined : deps.session(request.session);
    const all = (why: string): SendResult[] =>
      request.paths.map((path) => ({ path, chat: null, state: 'failed', why }));
    if (session === undefined) return all(sendAnswers.noSession);
    const chats = request.chats?.length ? [...new Set(request.chats)] : session.chats;
    const files = request.paths.map((path) => ({ path, seen: inspect(path, deps.places(session.cwd)) }));
    const results: Promise<SendResult[]>[] = [];
    for (const chat of chats) {
      if (!deps.allowed(chat)) {
        results.push(Promise.resolve(all(sendAnswers.noChat(chat)).map((result) => ({ ...result, chat }))));
        continue;
      }
      const sendable: Sendable[] = [];
      const told: SendResult[] = [];
      for (const { path, seen } of files) {
        if (!seen.ok) told.push({ path, chat, state: 'failed', why: seen.why });
        else if (seen.sensitive) told.push(await offer(chat, session.name, { ...seen, path }, request));
        else sendable.push({ ...seen, path, as: request.asFiles === true ? 'document' : seen.as });
      }
      results.push(Promise.resolve(told));
      const albums = albumsOf(sendable);
      // Copied and wished for one after the other, so that they come in order; waited for together.
      for (const [i, album] of albums.entries()) {
        const { told: later } = await one(chat, album, i === 0 ? captionOf(request) : '', patienceMs);
        results.push(later);
      }
    }
    return (await Promise.all(results)).flat();
  }

  /** ViewQueue for one message, or one album; `told` is what becomes of it. */
  async function one(
    chat: number,
    album: readonly Sendable[],
    caption: string,
    patienceMs: number,
  ): Promise<{ told: Promise<SendResult[]> }> {
    const parts: Part[] = [];
    const kept: KeptFile[] = [];
    try {
      for (const { real, name, as } of album) {
        const copy = await deps.keep(real);
        kept.push(copy);
        const text = parts.length === 0 ? caption : '';
        parts.push({ text, entities: [], file: { name, as, content: { kept: copy } } });
      }
    } catch (error) {
      deps.discard(kept);
      const why = sendAnswers.notCopied(error instanceof Error ? error.message : String(error));
      return { told: Promise.resolve(album.map(({ path }) => ({ path, chat, state: 'failed', why }))) };
    }
    const key = keys.file(deps.newId());
    const settled = new Promise<Settled | null>((resolve) => {
      const timer = setTimeout(() => resolve(null), patienceMs);
      timer.unref(); // whoever asks hears of an end of this program by its connection
      deps.onSettled(chat, key, (how) => {
        clearTimeout(timer);
        resolve(how);
      });
    });
    deps.put({ chatId: chat, key, view: { parts, album: parts.length > 1 }, class: 'notice' });
    const results = settled.then((how) =>
      album.map(({ path }, i): SendResult => {
        if (how === null) return { path, chat, state: 'queued' };
        const why =
          how.missing.find((missing) => missing.file === i)?.why ?? (how.shown ? undefined : how.why);
        return why === undefined ? { path, chat, state: 'sent' } : { path, chat, state: 'failed', why };
      }),
    );
    return { told: results };
  }

  /** Asks the person about a file that may hold credentials. Nothing of it is copied. */
  async function offer(
    chat: number,
    name: string,
    file: Sendable,
    request: SendRequest,
  ): Promise<SendResult> {
    const { path, real, as, size } = file;
    const kept = await deps.keep(real);
    deps.discard([kept]);
    const id = deps.newId();
    const caption = request.paths[0] === path ? captionOf(request) : '';
    deps.offers.prune(deps.now() - OFFER_KEEP_MS);
    deps.offers.put(id, { chat, path: real, sha: kept.sha, name: file.name, as, caption }, deps.now());
    const button = (send: boolean, text: string): Button => ({
      text,
      data: buttonData(offerButton, { id, send }),
    });
    const words = deps.wordsOf(chat).send;
    const text = words.offered(name, file.name, size);
    deps.put({
      chatId: chat,
      key: keys.offer(id),
      view: {
        parts: [{ text, entities: [], buttons: [[button(true, words.sendIt), button(false, words.doNot)]] }],
      },
      class: 'ask',
    });
    return { path, chat, state: 'held', why: sendAnswers.held };
  }

  async function decide(chatId: number, id: string, send: boolean): Promise<string> {
    const words = deps.wordsOf(chatId).send;
    const found = deps.offers.get(id);
    if (found === undefined || found.chat !== chatId) return words.offerOver;
    const answer = (text: string): string => {
      deps.offers.drop(id);
      const view = { parts: [{ text, entities: [] }] };
      deps.put({ chatId, key: keys.offer(id), view, class: 'notice' });
      return text;
    };
    if (!send) return answer(words.notSent(found.name));
    let kept: KeptFile;
    try {
      kept = await deps.keep(found.path);
    } catch {
      return answer(words.offerGone(found.name)); // deleted since: there is nothing to send
    }
    if (kept.sha !== found.sha) {
      deps.discard([kept]);
      return answer(words.offerChanged(found.name));
    }
    const file = { name: found.name, as: found.as, content: { kept } };
    deps.put({
      chatId,
      key: keys.file(id),
      view: { parts: [{ text: found.caption, entities: [], file }] },
      class: 'notice',
    });
    return answer(words.agreed(found.name));
  }

  return { send, decide };
}

function captionOf({ caption = '' }: SendRequest): string {
  const clean = cleanText(caption).trim();
  return isBlank(clean) ? '' : clean;
}

/** Runs of photos and of documents, as they came, up to ten each. */
function albumsOf(files: readonly Sendable[]): Sendable[][] {
  const albums: Sendable[][] = [];
  for (const file of files) {
    const last = albums.at(-1);
    if (last !== undefined && last[0]?.as === file.as && last.length < ALBUM_MAX) last.push(file);
    else albums.push([file]);
  }
  return albums;
}
