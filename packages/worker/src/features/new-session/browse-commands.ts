import { dirname, isAbsolute, join, resolve } from 'node:path';
import { reasonOf } from '@ccbot/shared/faults/fault';
import type { QueuedView } from '../../outbox/model';
import type { Words } from '../../words/words';
import { foldersIn, isFolder, isGit, isName, makeFolder } from './folders';
import type { EarlierSession } from '../../agents/agent';
import { readPlace, type Place } from './place';
import { pagesOf, renderPlace, shownNames } from './render';
import type { Conversation, Handlers } from '../../chat/command';
import type { TextIntent } from '../../chat/intents';
import type { BrowseNewIntent } from './route';
import type { BrowseIntent } from './buttons';
import { isLive } from '../../sessions/model';
import { directoryTrouble, type NewSession, type Opened } from '../../sessions/lifecycle/opener';
import type { Registry } from '../../sessions/registry';
import { outboxKey, type OutboxKey } from '../../outbox/keys';

/** The most directories of earlier sessions that are offered, and the most earlier sessions of one. */
const RECENT_MAX = 10;
const EARLIER_MAX = 3;

/** What choosing a directory needs. */
export interface BrowseCommandDeps {
  registry: Registry;
  restore(id: string): Promise<Opened>;
  /** The agents that can be started here without a command line, the one of the settings first. */
  installed(): Promise<{ id: string; title: string }[]>;
  /** The earlier sessions of an agent in a directory, the last one first; never rejects. */
  earlier(agent: string, cwd: string): Promise<readonly EarlierSession[]>;
  /** The processes that run a session of the agent now. */
  runningIn(agent: string, session: EarlierSession): Promise<readonly number[]>;
  /** Begins a session and makes it the one that the chat writes to. */
  begin(conversation: Conversation, request: Omit<NewSession, 'chatId'>): Promise<boolean>;
  active: { set(chatId: number, session: string): void };
  /** What is kept of a chat's choosing; empty: nothing. */
  kept: { get(chatId: number): string | undefined; set(chatId: number, value: string): void };
  put(wanted: QueuedView): void;
  home: string;
  /** Where the choosing begins when there was no session before. */
  defaultDirectory: string;
  now(): number;
}

/** The commands by which the person looks for the directory of a new session. */
export function browseCommands(
  deps: BrowseCommandDeps,
): Handlers<BrowseNewIntent | BrowseIntent | TextIntent<'browse-text'>> {
  const { registry, kept } = deps;
  const keyOf = (request: string): OutboxKey => outboxKey('which', request);

  async function show({ chatId, words }: Conversation, place: Place, anew = false): Promise<void> {
    kept.set(chatId, JSON.stringify(place));
    const { path } = place;
    const shown = shownNames(place);
    const marks = await Promise.all(shown.map((name) => isGit(path === null ? name : join(path, name))));
    const view = renderPlace(
      place,
      {
        git: new Set(shown.filter((_, i) => marks[i])),
        isGit: path !== null && (await isGit(path)),
        agents: await deps.installed(),
        home: deps.home,
        now: deps.now(),
      },
      words,
    );
    const key = keyOf(place.request);
    // What was said meanwhile stands above it.
    if (anew) deps.put({ chatId, key, view: { parts: [] }, class: 'card' });
    deps.put({ chatId, key, view, class: 'ask' });
  }

  function close(chatId: number, request: string): void {
    kept.set(chatId, '');
    deps.put({ chatId, key: keyOf(request), view: { parts: [] }, class: 'ask' });
  }

  async function recent(): Promise<string[]> {
    const used = registry
      .all()
      .sort((a, b) => (b.activeAt ?? b.createdAt) - (a.activeAt ?? a.createdAt))
      .map(({ cwd }) => cwd);
    const paths = [...new Set(used)].slice(0, RECENT_MAX * 3);
    const there = await Promise.all(paths.map(isFolder));
    return paths.filter((_, i) => there[i]).slice(0, RECENT_MAX);
  }

  /** The place at a directory; words where it cannot be entered. */
  async function at(place: Place, path: string, words: Words): Promise<Place | string> {
    const wrong = await directoryTrouble(path, words);
    if (wrong !== null) return wrong;
    try {
      const [folders, earlier] = await Promise.all([foldersIn(path), deps.earlier(place.agent, path)]);
      const { request, agent } = place;
      const live = new Set(registry.live().map(({ binding }) => binding?.sessionId));
      return {
        ...{ request, agent, path, ...folders, page: 0 },
        earlier: earlier.filter(({ sessionId }) => !live.has(sessionId)).slice(0, EARLIER_MAX),
      };
    } catch (error) {
      return words.openFailed(reasonOf(error)); // removed at this very moment
    }
  }

  async function recents(place: Place, words: Words): Promise<Place | string> {
    const names = await recent();
    const { request, agent } = place;
    if (names.length === 0) return at(place, deps.defaultDirectory, words);
    return { request, agent, path: null, names, unlisted: 0, page: 0, earlier: [] };
  }

  async function resume(conversation: Conversation, place: Place, session: EarlierSession): Promise<boolean> {
    const { chatId, say, words } = conversation;
    const known = registry.all().find(({ binding }) => binding?.sessionId === session.sessionId);
    if (known !== undefined) {
      const opened = isLive(known) ? ({ ok: true, session: known } as const) : await deps.restore(known.id);
      if (!opened.ok) return (say(opened.say), false);
      deps.active.set(chatId, opened.session.id);
      say(words.browse.goesOn(opened.session.name));
      return true;
    }
    const pids = await deps.runningIn(place.agent, session);
    if (pids.length > 0) return (say(words.browse.runsElsewhere(pids)), false);
    const path = place.path ?? deps.defaultDirectory;
    const began = await deps.begin(conversation, {
      id: place.request,
      agent: place.agent,
      path,
      resume: session,
    });
    if (began) say(words.browse.goesOn(registry.get(place.request)?.name ?? ''));
    return began;
  }

  /** Shows where the person is now, or says why not. */
  async function go(conversation: Conversation, next: Place | string, anew = false): Promise<void> {
    if (typeof next === 'string') conversation.say(next);
    else await show(conversation, next, anew);
  }

  return {
    async 'browse-new'(conversation) {
      const { inbound, chatId, words } = conversation;
      const before = readPlace(kept.get(chatId));
      const request = inbound.updateId.toString(36);
      if (before !== null && before.request !== request) close(chatId, before.request);
      const [agent] = await deps.installed();
      const start = {
        request,
        agent: agent?.id ?? '',
        names: [],
        earlier: [],
        path: null,
        unlisted: 0,
        page: 0,
      };
      await go(conversation, await recents(start, words));
    },
    async browse(conversation, { request, act }) {
      const { chatId, words } = conversation;
      const place = readPlace(kept.get(chatId));
      if (place?.request !== request) return conversation.ack(words.expired);
      conversation.ack();
      const { writing: _, ...still } = place;
      switch (act.to) {
        case 'start': {
          const path = place.path ?? place.names[0];
          const asked = { id: request, agent: place.agent, ...(path === undefined ? {} : { path }) };
          if (await deps.begin(conversation, asked)) close(chatId, request);
          return;
        }
        case 'resume': {
          const session = place.earlier[act.index];
          if (session === undefined) return;
          if (await resume(conversation, place, session)) close(chatId, request);
          return;
        }
        case 'open': {
          const name = place.names[act.index];
          if (name === undefined) return;
          return go(
            conversation,
            await at(still, place.path === null ? name : join(place.path, name), words),
          );
        }
        case 'up':
          return go(conversation, await at(still, dirname(place.path ?? '/'), words));
        case 'recent':
          return go(conversation, await recents(still, words));
        case 'page':
          return go(conversation, { ...still, page: Math.min(act.index, pagesOf(place) - 1) });
        case 'agent': {
          const chosen = { ...still, agent: act.agent };
          return go(conversation, place.path === null ? chosen : await at(chosen, place.path, words));
        }
        case 'write-path':
          return go(conversation, { ...still, writing: 'path' });
        case 'write-folder':
          return go(conversation, { ...still, writing: 'folder' });
        case 'cancel':
          return close(chatId, request);
      }
    },
    async 'browse-text'(conversation, { text }) {
      const { chatId, say, words } = conversation;
      const place = readPlace(kept.get(chatId));
      if (place?.writing === undefined) return say(words.expired);
      const { writing, ...still } = place;
      if (writing === 'path') {
        return go(
          conversation,
          await at(still, pathOf(text, place.path ?? deps.defaultDirectory, deps.home), words),
          true,
        );
      }
      const name = text.trim();
      if (!isName(name)) return say(words.browse.notAName(name.slice(0, 300)));
      const path = join(place.path ?? deps.defaultDirectory, name);
      try {
        if ((await makeFolder(path)) === 'there') say(words.browse.exists(path));
      } catch (error) {
        return say(words.browse.notMade(path, reasonOf(error)));
      }
      return go(conversation, await at(still, path, words), true);
    },
  };
}

/** A path as the person wrote it, from where they are. */
function pathOf(text: string, from: string, home: string): string {
  const path = text.trim();
  if (path === '~' || path.startsWith('~/')) return join(home, path.slice(1));
  return isAbsolute(path) ? resolve(path) : resolve(from, path);
}
