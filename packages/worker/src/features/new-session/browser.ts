import { dirname, join } from 'node:path';
import { reasonOf } from '@ccbot/shared/faults/fault';
import type { World } from '../../app/model';
import type { KeptMessages } from '../../attachments/kept';
import type { Conversation } from '../../chat/command';
import type { TextIntent } from '../../chat/intents';
import { withoutCodeMarks } from '../../words/markdown';
import { outboxKey, type OutboxKey } from '../../outbox/keys';
import type { Outbox } from '../../outbox/outbox';
import { resolvePath } from '../../sessions/lifecycle/directory';
import { openRefusalText } from '../../sessions/lifecycle/refusal-text';
import type { Words } from '../../words/words';
import type { BrowseIntent } from './buttons';
import { createFolder, isFolderName, isGit } from './folders';
import { placeAt, recentPlace, type Found, type NavigationDeps, type NotFound } from './navigation';
import { resumeEarlier, startSession, type StartDeps } from './starting';
import type { Place, PlaceStore } from './store';
import { pagesOf, renderPlace, renderStillKept, shownNames } from './view';
import { newSessionWords } from './words/words';

export interface BrowserDeps {
  starting: StartDeps;
  navigation: NavigationDeps;
  places: PlaceStore;
  outbox: Pick<Outbox, 'put' | 'remove' | 'messageOf'>;
  kept: KeptMessages;
  world: Pick<World, 'home' | 'now' | 'cluster'>;
}

/** Shows the browser below what the user wrote, where it was if it is open. */
export async function showBrowser(deps: BrowserDeps, conversation: Conversation): Promise<void> {
  const place = deps.places.get(conversation.chatId);
  if (place === null) await openBrowser(deps, conversation);
  else await showPlace(deps, conversation, place, true);
}

/** `/new` alone: shows the directories of earlier sessions. */
export async function openBrowser(deps: BrowserDeps, conversation: Conversation): Promise<void> {
  const { inbound, chatId } = conversation;
  const before = deps.places.get(chatId);
  const request = inbound.updateId.toString(36);
  if (before !== null && before.request !== request) closeBrowser(deps, chatId);
  const [agent] = await deps.starting.lifecycle.installed();
  await go(
    deps,
    conversation,
    await recentPlace(deps.navigation, { request, agent: agent?.id ?? '', listing: 0 }),
  );
}

/** A tap in the browser. */
export async function browse(
  deps: BrowserDeps,
  conversation: Conversation,
  { request, listing, action }: BrowseIntent,
): Promise<void> {
  const place = deps.places.get(conversation.chatId);
  if (place?.request !== request) return conversation.ack(conversation.words.expired);
  if (place.listing !== listing && action.to !== 'cancel') {
    // The message shows the new list only now, or the tap came before it did.
    conversation.ack(conversation.words.of(newSessionWords).listChanged);
    return showPlace(deps, conversation, place);
  }
  conversation.ack();
  const { writing: _, ...still } = place;
  const show = (next: Place): Promise<void> => showPlace(deps, conversation, next);
  switch (action.to) {
    case 'start':
      return start(deps, conversation, place);
    case 'resume':
      return resume(deps, conversation, place, action.index);
    case 'page':
      return show({ ...still, page: Math.min(action.index, pagesOf(place) - 1) });
    case 'write-path':
      return show({ ...still, writing: 'path' });
    case 'write-folder':
      return show({ ...still, writing: 'folder' });
    case 'cancel':
      return cancel(deps, conversation);
    case 'open': {
      const name = place.names[action.index];
      if (name === undefined) return;
      const path = place.path === null ? name : join(place.path, name);
      return go(deps, conversation, await placeAt(deps.navigation, place, path));
    }
    case 'up':
      return go(deps, conversation, await placeAt(deps.navigation, place, dirname(place.path ?? '/')));
    case 'recent':
      return go(deps, conversation, await recentPlace(deps.navigation, place));
    case 'agent': {
      const chosen = { ...still, agent: action.agent };
      if (place.path === null) return show(chosen);
      return go(deps, conversation, await placeAt(deps.navigation, chosen, place.path));
    }
  }
}

/** The path, or the name of a new folder, that the user wrote. */
export async function readWritten(
  deps: BrowserDeps,
  conversation: Conversation,
  { text: written }: TextIntent<'browse-text'>,
): Promise<void> {
  const text = withoutCodeMarks(written.trim());
  const { chatId, say, words } = conversation;
  const place = deps.places.get(chatId);
  if (place?.writing === undefined) return say(words.expired);
  const base = place.path ?? deps.navigation.defaultDirectory;
  if (place.writing === 'folder') return addFolder(deps, conversation, place, base, text);
  const path = resolvePath(text, base, deps.world.home);
  return go(deps, conversation, await placeAt(deps.navigation, place, path), true);
}

async function addFolder(
  deps: BrowserDeps,
  conversation: Conversation,
  place: Place,
  base: string,
  name: string,
): Promise<void> {
  const { say, words } = conversation;
  const text = words.of(newSessionWords);
  if (!isFolderName(name)) return say(text.notAName(name.slice(0, 300)));
  const path = join(base, name);
  try {
    if ((await createFolder(path)) === 'exists') say(text.exists(path));
  } catch (error) {
    return say(text.notMade(path, reasonOf(error)));
  }
  return go(deps, conversation, await placeAt(deps.navigation, place, path), true);
}

async function start(deps: BrowserDeps, conversation: Conversation, place: Place): Promise<void> {
  const { request: id, agent, names } = place;
  const path = place.path ?? names[0];
  const request = { id, agent, ...(path === undefined ? {} : { path }) };
  if (await startSession(deps.starting, conversation, request)) closeBrowser(deps, conversation.chatId);
}

async function resume(
  deps: BrowserDeps,
  conversation: Conversation,
  place: Place,
  index: number,
): Promise<void> {
  const { request: id, agent } = place;
  const earlier = place.earlier[index];
  if (earlier === undefined) return;
  const path = place.path ?? deps.navigation.defaultDirectory;
  const request = { id, agent, path, resume: earlier };
  if (await resumeEarlier(deps.starting, conversation, request)) closeBrowser(deps, conversation.chatId);
}

/** Closes the browser. Messages that are kept stay: the next session gets them. */
function cancel(deps: BrowserDeps, { chatId, thread, words }: Conversation): void {
  const place = deps.places.get(chatId);
  const kept = deps.kept.of(chatId);
  closeBrowser(deps, chatId);
  if (place === null || kept === undefined) return;
  const key = outboxKey('kept', place.request);
  const view = renderStillKept(kept, deps.world.now(), words);
  deps.outbox.put({ chatId, thread, key, view, class: 'notice' });
}

/** Shows the place that was found, or says why there is none. */
async function go(
  deps: BrowserDeps,
  conversation: Conversation,
  found: Found,
  isBelow = false,
): Promise<void> {
  if (found.ok) await showPlace(deps, conversation, found.place, isBelow);
  else conversation.say(notFoundText(found.why, conversation.words));
}

function notFoundText(why: NotFound, words: Words): string {
  return why.code === 'not-listed'
    ? words.of(newSessionWords).notListed(why.path, why.reason)
    : openRefusalText(why, words);
}

/** `isBelow`: as a new message, below what was written meanwhile. */
export async function showPlace(
  deps: BrowserDeps,
  { chatId, thread, words }: Conversation,
  place: Place,
  isBelow = false,
): Promise<void> {
  const { places, outbox, kept, starting, world } = deps;
  places.set(chatId, place);
  const { path } = place;
  const shown = shownNames(place);
  const areGit = await Promise.all(shown.map((name) => isGit(path === null ? name : join(path, name))));
  const around = {
    git: new Set(shown.filter((_, i) => areGit[i])),
    isGit: path !== null && (await isGit(path)),
    host: world.cluster?.view.hasOthers() === true ? world.cluster.view.host : undefined,
    agents: await starting.lifecycle.installed(),
    home: world.home,
    now: world.now(),
    kept: kept.of(chatId)?.count ?? 0,
  };
  const key = keyOf(place.request);
  if (isBelow) outbox.remove(chatId, key);
  outbox.put({ chatId, thread, key, view: renderPlace(place, around, words), class: 'ask' });
}

/** Removes the browser of a chat, if it is open. */
export function closeBrowser(
  { places, outbox }: Pick<BrowserDeps, 'places' | 'outbox'>,
  chatId: number,
): void {
  const place = places.get(chatId);
  if (place === null) return;
  places.clear(chatId);
  outbox.remove(chatId, keyOf(place.request), 'ask');
}

/** The key of the message of the browser that a `/new` opened. */
export const keyOf = (request: string): OutboxKey => outboxKey('which', request);
