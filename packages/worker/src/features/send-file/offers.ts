import { button } from '../../cards/button';
import { withoutTaps } from '../../cards/agent-text';
import { plain } from '../../cards/rich';
import type { KeptFile, View } from '../../cards/view';
import type { People } from '../../chat/people';
import type { Conversation } from '../../chat/command';
import { keys } from '../../outbox/keys';
import type { Thread } from '../../outbox/model';
import type { Outbox } from '../../outbox/outbox';
import type { Session } from '../../sessions/model';
import { offerButton } from './buttons';
import { takeAgain } from './take';
import { sendFileWords } from './words/words';

/** A file that is sent when the user agrees. */
export interface Offer {
  chat: number;
  /** With every link resolved. */
  path: string;
  /** Hash of its bytes: if they change, the user agreed to another file. */
  sha: string;
  name: string;
  as: 'photo' | 'document';
  caption: string;
}

/** Offers on disk, without the files. */
export interface OfferStore {
  get(id: string): Offer | undefined;
  put(id: string, offer: Offer, at: number): void;
  drop(id: string): void;
  prune(before: number): void;
}

export interface OfferDeps {
  store: OfferStore;
  outbox: Pick<Outbox, 'put' | 'keep' | 'discard' | 'fileMax'>;
  people: Pick<People, 'wordsOf'>;
  newId(): string;
  now(): number;
}

/** How long an offer is valid, ms. */
const OFFER_KEEP_MS = 24 * 3_600_000;

/**
 * Asks the user about a file that may hold credentials. `read` is what it held when it was checked; that copy is not kept
 * while the user decides.
 */
export function offerFile(
  { store, outbox, people, newId, now }: OfferDeps,
  { id: session, name }: Pick<Session, 'id' | 'name'>,
  file: Omit<Offer, 'sha'>,
  read: KeptFile,
): void {
  const id = newId();
  store.prune(now() - OFFER_KEEP_MS);
  store.put(id, { ...file, sha: read.sha }, now());
  const words = people.wordsOf(file.chat).of(sendFileWords);
  const buttons = [
    [
      button(offerButton, words.sendIt, { id, send: true }),
      button(offerButton, words.doNot, { id, send: false }),
    ],
  ];
  const text = words.offered(name, file.name, read.size);
  outbox.put({
    chatId: file.chat,
    thread: 'session',
    session,
    key: keys.offer(id),
    view: { parts: [{ text, entities: [], buttons }] },
    class: 'ask',
  });
}

/** Carries out the user's decision about an offer; resolves with what to say about it. */
export async function decideOffer(
  deps: OfferDeps,
  { chatId, thread }: Pick<Conversation, 'chatId' | 'thread'>,
  id: string,
  isAccepted: boolean,
): Promise<string> {
  const { store, outbox, people } = deps;
  const words = people.wordsOf(chatId).of(sendFileWords);
  const offer = store.get(id);
  if (offer === undefined || offer.chat !== chatId) return words.over;
  const text = isAccepted ? await sendOffered(deps, thread, id, offer) : words.notSent(offer.name);
  store.drop(id);
  outbox.put({
    chatId,
    thread,
    key: keys.offer(id),
    view: { parts: [{ text, entities: [] }] },
    class: 'notice',
  });
  return text;
}

async function sendOffered(
  { outbox, people }: OfferDeps,
  thread: Thread,
  id: string,
  offer: Offer,
): Promise<string> {
  const words = people.wordsOf(offer.chat).of(sendFileWords);
  let copy: KeptFile;
  try {
    copy = await takeAgain(offer.path, outbox);
  } catch {
    return words.gone(offer.name);
  }
  if (copy.sha !== offer.sha) {
    outbox.discard([copy]);
    return words.changed(offer.name);
  }
  outbox.put({
    chatId: offer.chat,
    thread,
    key: keys.file(id),
    view: fileView(offer, copy),
    class: 'notice',
  });
  return words.sending(offer.name);
}

const fileView = ({ name, as, caption }: Offer, copy: KeptFile): View => ({
  parts: [{ ...withoutTaps(plain(caption)), file: { name, as, content: { kept: copy } } }],
});
