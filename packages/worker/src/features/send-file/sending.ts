import type { Board } from '../../board/model';
import { cleanText, isBlank } from '../../cards/clean';
import type { People } from '../../chat/people';
import type { Registry } from '../../sessions/registry';
import { albumsOf, queueAlbum, type AlbumDeps, type Sendable } from './albums';
import { answers } from './answers';
import { inspect, type Inspected, type Refused } from './inspect';
import { offerFile, type OfferDeps } from './offers';
import type { FilePlaces } from './places';
import type { SendRequest, SendResult } from './protocol';

export interface SendingDeps {
  registry: Pick<Registry, 'get'>;
  board: Pick<Board, 'responders'>;
  people: Pick<People, 'isAllowed'>;
  places: FilePlaces;
  albums: AlbumDeps;
  offers: OfferDeps;
}

interface InspectedFile {
  path: string;
  inspected: Inspected | Refused;
}

/** Resolves with what became of each file in each chat, after `patienceMs` at the latest. */
export async function sendFiles(
  deps: SendingDeps,
  request: SendRequest,
  patienceMs: number,
): Promise<SendResult[]> {
  const { registry, board, places } = deps;
  const session = request.session === undefined ? undefined : registry.get(request.session);
  if (session === undefined) return allFailed(request, null, answers.noSession);
  const chats = request.chats?.length ? [...new Set(request.chats)] : board.responders(session);
  const allowedPlaces = places.of(session.cwd);
  const files = request.paths.map((path) => ({ path, inspected: inspect(path, allowedPlaces) }));
  const results: Promise<SendResult[]>[] = [];
  for (const chat of chats)
    results.push(...(await sendToChat(deps, request, session.name, files, chat, patienceMs)));
  return (await Promise.all(results)).flat();
}

/** Offers and queues the files one after the other, so that they arrive in order; the results are awaited together. */
async function sendToChat(
  { people, albums, offers }: SendingDeps,
  request: SendRequest,
  session: string,
  files: readonly InspectedFile[],
  chat: number,
  patienceMs: number,
): Promise<Promise<SendResult[]>[]> {
  if (!people.isAllowed(chat)) return [Promise.resolve(allFailed(request, chat, answers.noChat(chat)))];
  const settled: SendResult[] = [];
  const sendable: Sendable[] = [];
  for (const { path, inspected } of files) {
    if (!inspected.ok) {
      settled.push({ path, chat, state: 'failed', why: inspected.why });
    } else if (inspected.sensitive) {
      const { real, name, as, size } = inspected;
      const caption = request.paths[0] === path ? captionOf(request) : '';
      await offerFile(offers, session, { chat, path: real, name, as, size, caption });
      settled.push({ path, chat, state: 'held', why: answers.held });
    } else {
      sendable.push({ ...inspected, path, as: request.asFiles === true ? 'document' : inspected.as });
    }
  }
  const results = [Promise.resolve(settled)];
  for (const [i, album] of albumsOf(sendable).entries()) {
    const queued = await queueAlbum(albums, chat, album, i === 0 ? captionOf(request) : '', patienceMs);
    results.push(queued.results);
  }
  return results;
}

function allFailed({ paths }: SendRequest, chat: number | null, why: string): SendResult[] {
  return paths.map((path) => ({ path, chat, state: 'failed', why }));
}

function captionOf({ caption = '' }: SendRequest): string {
  const clean = cleanText(caption).trim();
  return isBlank(clean) ? '' : clean;
}
