/** What the person does while choosing where a new session starts. Indexes are of what the message lists. */
export type BrowseAct =
  | { to: 'start' | 'up' | 'recent' | 'write-path' | 'write-folder' | 'cancel' }
  /** Go into the folder, or the directory of before, at this index. */
  | { to: 'open'; index: number }
  | { to: 'page'; index: number }
  /** Have the earlier session at this index go on. */
  | { to: 'resume'; index: number }
  | { to: 'agent'; agent: string };

const PLAIN = {
  s: 'start',
  u: 'up',
  r: 'recent',
  w: 'write-path',
  f: 'write-folder',
  x: 'cancel',
} as const;
const INDEXED = { o: 'open', p: 'page', e: 'resume' } as const;

/** An act as it stands in a button. */
export function writeBrowseAct(act: BrowseAct): string {
  if (act.to === 'agent') return `a${act.agent}`;
  const letter = [...Object.entries(PLAIN), ...Object.entries(INDEXED)].find(([, to]) => to === act.to)?.[0];
  return `${letter ?? ''}${'index' in act ? act.index : ''}`;
}

/** Reads back what {@link writeBrowseAct} made; null for anything else. */
export function readBrowseAct(text: string): BrowseAct | null {
  const letter = text.slice(0, 1);
  const rest = text.slice(1);
  const plain = (PLAIN as Record<string, (typeof PLAIN)[keyof typeof PLAIN]>)[letter];
  if (plain !== undefined) return rest === '' ? { to: plain } : null;
  const indexed = (INDEXED as Record<string, (typeof INDEXED)[keyof typeof INDEXED]>)[letter];
  if (indexed !== undefined) return /^\d{1,5}$/.test(rest) ? { to: indexed, index: Number(rest) } : null;
  return letter === 'a' && /^[\w-]{1,20}$/.test(rest) ? { to: 'agent', agent: rest } : null;
}
