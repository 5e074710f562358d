import type { Session } from '../../sessions/model';
import type { Registry } from '../../sessions/registry';
import { freeName } from '../../sessions/unique-name';
import type { SuggestName } from './name-command';

/** The most words of a name, and its length, UTF-16 units: what fits on a button. */
const WORDS_MAX = 4;
const NAME_MAX = 24;

export interface NamingDeps {
  registry: Registry;
  /** Absent: the first words of the prompt are the name. */
  suggest?: SuggestName;
}

/** Gives each session that is named after its directory a better name, once. A name that the user chose stays. */
export interface Naming {
  name(session: Session): void;
  /** Names the sessions whose naming a crash interrupted. */
  start(): void;
  stop(): void;
}

export function createNaming(deps: NamingDeps): Naming {
  const abort = new AbortController();
  const name = (session: Session): void => void nameSession(deps, session, abort.signal);
  return {
    name,
    start() {
      for (const session of deps.registry.live())
        if (session.unnamed === true && session.about !== undefined) name(session);
    },
    stop: () => abort.abort(),
  };
}

async function nameSession(
  { registry, suggest }: NamingDeps,
  { id, about = '' }: Session,
  signal: AbortSignal,
): Promise<void> {
  const suggested = suggest === undefined ? null : nameFrom((await suggest(about, signal)) ?? '');
  // Meanwhile the user may have named or ended it.
  if (signal.aborted || registry.get(id)?.unnamed !== true) return;
  const name = suggested ?? nameFrom(about);
  if (name !== null) registry.rename(id, freeName(registry, name, id));
}

/** How much of a text is read for a name, UTF-16 units. */
const READ_MAX = 4_000;

/** A name of the first words of a text. Null if it has none, such as a command of the agent. */
export function nameFrom(text: string): string | null {
  const line = text.slice(0, READ_MAX).trim().split('\n')[0] ?? '';
  if (/^[/!#@]/.test(line)) return null;
  const words = line.match(/[\p{L}\p{N}][\p{L}\p{M}\p{N}._-]*/gu)?.slice(0, WORDS_MAX) ?? [];
  while (words.length > 1 && words.join('-').length > NAME_MAX) words.pop();
  const name = [...words.join('-').replace(/(?<![._-])[._-]+$/, '')].slice(0, NAME_MAX).join('');
  return name === '' ? null : name;
}
