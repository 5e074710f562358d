import type { Registry } from '../../sessions/registry';
import type { Session } from '../../sessions/model';
import { uniqueName } from '../../sessions/unique-name';

/** The most words of a name, and how long it gets, UTF-16 units: what can be read on a button. */
const WORDS_MAX = 4;
const NAME_MAX = 24;

/** What naming needs. */
export interface NamingDeps {
  registry: Registry;
  /** Asks a model for a name by the person's first words; null: it has none. Absent: nobody is asked. Never rejects. */
  ask?: (words: string, signal: AbortSignal) => Promise<string | null>;
}

/**
 * Gives sessions that are called after their directory a name of their own, once: by what a model says, where one is
 * asked, else by their first words. One that the person named keeps its name. A name that a kill -9 left open is given
 * at the start.
 */
export function createNaming({ registry, ask }: NamingDeps): {
  name(session: Session): void;
  start(): void;
  stop(): void;
} {
  const abort = new AbortController();

  async function name({ id, about = '' }: Session): Promise<void> {
    const said = ask === undefined ? null : nameFrom((await ask(about, abort.signal)) ?? '');
    const session = registry.get(id);
    // Meanwhile the person may have named it, or it was ended.
    if (abort.signal.aborted || session?.unnamed !== true) return;
    const wanted = said ?? nameFrom(about);
    if (wanted === null) return;
    const others = registry.live().filter((one) => one.id !== id);
    registry.rename(id, uniqueName(wanted, new Set(others.map((one) => one.name.toLowerCase()))));
  }

  return {
    name: (session) => void name(session),
    start() {
      for (const session of registry.live()) {
        if (session.unnamed === true && session.about !== undefined) void name(session);
      }
    },
    stop: () => abort.abort(),
  };
}

/** A name of a text's first words; null where they are none, such as a command of the agent's. */
export function nameFrom(text: string): string | null {
  const line = text.trim().split('\n')[0] ?? '';
  if (/^[/!#@]/.test(line)) return null;
  const words = line.match(/[\p{L}\p{N}][\p{L}\p{M}\p{N}._-]*/gu)?.slice(0, WORDS_MAX) ?? [];
  while (words.length > 1 && words.join('-').length > NAME_MAX) words.pop();
  const name = [...words.join('-').replace(/[._-]+$/, '')].slice(0, NAME_MAX).join('');
  return name === '' ? null : name;
}
