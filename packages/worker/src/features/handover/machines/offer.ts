import { parseJson } from '@ccbot/shared/protocol/json';
import * as z from 'zod/mini';
import { HANDOVER_MAX } from '../document';

/** The version of an offer. A machine that does not know it does not answer. */
const SCHEMA = 1;

/** The most of a name, an id or a commit, and of a path or an address, UTF-16 units. */
const WORD_MAX = 200;
const PATH_MAX = 4_096;

const word = z.string().check(z.maxLength(WORD_MAX));
const path = z.string().check(z.maxLength(PATH_MAX));
/** As git allows it, so that it can be part of a refspec. */
const branchName = word.check(z.regex(/^[^\s~^:?*[\\\p{Cc}]+$/u));
const commit = z.string().check(z.regex(/^[0-9a-f]{40,64}$/));

/** The session that is handed over, and who wants it. */
const request = {
  schema: z.literal(SCHEMA),
  /** The two machines. */
  from: word,
  to: word,
  chatId: z.number(),
  /** The topic of the chat; 0: none. */
  thread: z.number(),
  /** The update with the command: it names the new session, and its first prompt. */
  update: z.number(),
  /** The session's name, without its machine. */
  name: word,
  /** The id of the agent that continues. */
  agent: word,
  /** Where it works. `home`: the same below the home directory; null: it is elsewhere. */
  cwd: path,
  home: z.nullable(path),
  /** Its clone; null: it works in none. `remotes`: where they are, see `normalRemote`. */
  clone: z.nullable(z.object({ below: path, remotes: z.array(path).check(z.maxLength(50)) })),
};

/** The directory on the other machine. */
const place = {
  cwd: path,
  /** The remote that both clones have, see `normalRemote`; null: none. */
  remote: z.nullable(path),
};

/** What is handed over. `branch`: the branch at the remote that holds the work; null: none is carried. */
const handed = {
  text: z.string().check(z.maxLength(HANDOVER_MAX)),
  branch: z.nullable(z.object({ name: branchName, commit })),
};

const offer = z.discriminatedUnion('state', [
  /** May this machine's session be continued there? */
  z.object({ ...request, state: z.literal('asked') }),
  /** It may. */
  z.object({ ...request, ...place, state: z.literal('ready') }),
  /** Continue it, with this document. */
  z.object({ ...request, ...place, ...handed, state: z.literal('offered') }),
  /** It is being continued: whatever happens, the other machine finishes it. */
  z.object({ ...request, ...place, ...handed, state: z.literal('taken') }),
  /** The other machine has told the chat how it ended. */
  z.object({ ...request, state: z.literal('closed'), continued: z.boolean() }),
  /** This machine took it back. */
  z.object({ ...request, state: z.literal('withdrawn') }),
]);

/** A session on its way to another machine, as both see it on the cluster. Each state is written over the one before. */
export type Offer = z.infer<typeof offer>;
export type OfferIn<S extends Offer['state']> = Extract<Offer, { state: S }>;
export type OfferRequest = Omit<OfferIn<'asked'>, 'state'>;

/** Null: it is none, or one of a version that this ccbot does not know. */
export function readOffer(value: string | null): Offer | null {
  return value === null ? null : parseJson(offer, value);
}

/** What every state of an offer has. */
export function requestOf(whole: OfferRequest): OfferRequest {
  const { from, to, chatId, thread, update, name, agent, cwd, home, clone } = whole;
  return { schema: SCHEMA, from, to, chatId, thread, update, name, agent, cwd, home, clone };
}

export const offerKey = (update: number): string => update.toString(36);
