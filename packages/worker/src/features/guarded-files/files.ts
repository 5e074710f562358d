import { statSync } from 'node:fs';
import { readEnvFile } from '@ccbot/shared/config/env-file';
import type { Paths } from '@ccbot/shared/config/paths';
import { readForeignSync } from '@ccbot/shared/files/foreign-file-sync';
import { whyUnread } from '@ccbot/shared/files/why-unread';
import { guardedValues } from '../../agents/guarded';
import type { AgentKind } from '../../agents/kind';
import { recordOf } from '../../agents/record';
import type { ApprovedOf, Content } from './compare';

/** A file that should change only by ccbot's own commands. */
export interface GuardedFile {
  /** Names it in the database. */
  id: string;
  path: string;
  about: GuardedAbout;
  read(): Content;
  approved: ApprovedOf;
}

export type GuardedAbout =
  /** ccbot's own settings. */
  | { is: 'settings' }
  /** An agent's settings with the hooks. `title` names the agent for people, `agent` in a command. */
  | { is: 'hooks'; agent: string; title: string }
  /** A file with nothing but ccbot's deny rules. */
  | { is: 'rules'; agent: string; title: string };

export interface GuardedPlace {
  paths: Pick<Paths, 'dir' | 'env'>;
  home: string;
  env: Readonly<Record<string, string | undefined>>;
}

/** The settings file, and for each agent the file with its hooks and the one with its deny rules. */
export function filesToGuard(kinds: readonly AgentKind[], place: GuardedPlace): GuardedFile[] {
  return [settingsFile(place.paths.env), ...kinds.flatMap((kind) => agentFiles(kind, place))];
}

/** When the file was last changed, ms since the epoch. Null: it is gone. */
export function changedAt({ path }: GuardedFile): number | null {
  try {
    return statSync(path).mtimeMs;
  } catch {
    return null;
  }
}

function settingsFile(path: string): GuardedFile {
  return {
    id: 'settings',
    path,
    about: { is: 'settings' },
    read() {
      const file = readEnvFile(path);
      if (file === null) return { is: 'missing' };
      return 'fault' in file
        ? { is: 'unreadable', reason: file.fault.what }
        : { is: 'read', values: file.values };
    },
    approved: ({ env }) => env,
  };
}

function agentFiles(kind: AgentKind, { paths, home, env }: GuardedPlace): GuardedFile[] {
  const { id, title, hooks, deny } = kind;
  const files: GuardedFile[] = [];
  if (hooks !== null) files.push(hooksFile(kind, hooks.file(home, env), { dir: paths.dir, home }));
  if (deny !== null && 'file' in deny.place) {
    const path = deny.place.file(home, env);
    files.push({
      id: `rules:${id}`,
      path,
      about: { is: 'rules', agent: id, title },
      read: () => readAs(path, (text) => ({ rules: text })),
      approved: ({ agents }) => agents[path]?.hooks,
    });
  }
  return files;
}

function hooksFile(kind: AgentKind, path: string, place: { dir: string; home: string }): GuardedFile {
  return {
    id: `hooks:${kind.id}`,
    path,
    about: { is: 'hooks', agent: kind.id, title: kind.title },
    read: () =>
      readAs(path, (text) => {
        const settings = text.trim() === '' ? {} : recordOf(text);
        return settings === null ? null : guardedValues(settings, kind, place);
      }),
    approved: ({ agents }) => agents[path]?.hooks,
  };
}

/** `parse` returns null for a text of the wrong shape. */
function readAs(path: string, parse: (text: string) => Readonly<Record<string, string>> | null): Content {
  try {
    const values = parse(readForeignSync(path, 'agentSettings'));
    return values === null ? { is: 'unreadable', reason: 'it is not a JSON object' } : { is: 'read', values };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return { is: 'missing' };
    return { is: 'unreadable', reason: whyUnread(error) };
  }
}
