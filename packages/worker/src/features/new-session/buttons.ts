import { ID, NONCE, plainButton, type ButtonKind } from '../../cards/button';

/** What a button of the directory browser does. An index counts what the message lists. */
export type BrowseAction =
  | { to: 'start' | 'up' | 'recent' | 'write-path' | 'write-folder' | 'cancel' }
  /** Opens the folder, or the recent directory, at this index. */
  | { to: 'open'; index: number }
  | { to: 'page'; index: number }
  /** Resumes the earlier session at this index. */
  | { to: 'resume'; index: number }
  | { to: 'agent'; agent: string };

/** A tap in the directory browser of the `/new` named `request`. */
export interface BrowseIntent {
  readonly do: 'browse';
  readonly request: string;
  /** The list that the message showed; see `Place`. */
  readonly listing: number;
  readonly action: BrowseAction;
}

export const browseButton: ButtonKind<BrowseIntent> = {
  verb: 'dir',
  counts: 'posted',
  write: ({ request, listing, action }) => `${request}:${listing}:${writeAction(action)}`,
  read(rest) {
    const [request = '', ...more] = rest.split(':');
    // An earlier ccbot wrote no list.
    const [code = '', listing = '0'] = more.toReversed();
    const action = readAction(code);
    if (!ID.test(request) || more.length > 2 || !/^\d{1,6}$/.test(listing) || action === null) return null;
    return { do: 'browse', request, listing: Number(listing), action };
  },
};

/** Discards the messages of the chat that wait for a session. */
export interface DiscardKeptIntent {
  readonly do: 'discard-kept';
}

export const discardButton: ButtonKind<DiscardKeptIntent> = plainButton('discard-kept', 'unkeep', 'posted');

/** Starts the session that was asked for on a machine. */
export interface StartOnIntent {
  readonly do: 'start-on';
  readonly host: string;
  /** Of the question. */
  readonly nonce: string;
}

/** Any machine may have asked, so the nonce alone says whether it counts. */
export const startOnButton: ButtonKind<StartOnIntent> = {
  verb: 'on',
  counts: 'any',
  write: ({ host, nonce }) => `${host}:${nonce}`,
  read(rest) {
    const [host = '', nonce = '', ...more] = rest.split(':');
    if (!ID.test(host) || !NONCE.test(nonce) || more.length > 0) return null;
    return { do: 'start-on', host, nonce };
  },
};

const PLAIN = {
  s: 'start',
  u: 'up',
  r: 'recent',
  w: 'write-path',
  f: 'write-folder',
  x: 'cancel',
} as const;
const INDEXED = { o: 'open', p: 'page', e: 'resume' } as const;

function writeAction(action: BrowseAction): string {
  if (action.to === 'agent') return `a${action.agent}`;
  const letters = [...Object.entries(PLAIN), ...Object.entries(INDEXED)];
  const letter = letters.find(([, to]) => to === action.to)?.[0] ?? '';
  return 'index' in action ? `${letter}${action.index}` : letter;
}

function readAction(text: string): BrowseAction | null {
  const letter = text.slice(0, 1);
  const rest = text.slice(1);
  const plain = valueOf(PLAIN, letter);
  if (plain !== undefined) return rest === '' ? { to: plain } : null;
  const indexed = valueOf(INDEXED, letter);
  if (indexed !== undefined) return /^\d{1,5}$/.test(rest) ? { to: indexed, index: Number(rest) } : null;
  return letter === 'a' && /^[\w-]{1,20}$/.test(rest) ? { to: 'agent', agent: rest } : null;
}

function valueOf<V>(table: Readonly<Record<string, V>>, key: string): V | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
