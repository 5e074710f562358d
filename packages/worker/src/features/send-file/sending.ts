import { reasonOf } from '@ccbot/shared/faults/fault';
import type { Board } from '../../board/model';
import { guarded } from '../../cards/agent-text';
import { cleanText, isBlank } from '../../cards/clean';
import { plain } from '../../cards/rich';
import type { People } from '../../chat/people';
import type { Whereabouts } from '../../sessions/lifecycle/whereabouts';
import type { Session } from '../../sessions/model';
import type { Registry } from '../../sessions/registry';
import { albumsOf, queueAlbum, type AlbumDeps, type Sendable } from './albums';
import { answers } from './answers';
import { offerFile, type OfferDeps } from './offers';
import type { FilePlaces } from './places';
import type { SendRequest, SendResult } from './protocol';
import { takeFile, type Refused, type Taken } from './take';

export interface SendingDeps {
  registry: Pick<Registry, 'get'>;
  board: Pick<Board, 'responders'>;
  people: Pick<People, 'isAllowed'>;
  files: { places: FilePlaces; whereabouts: Pick<Whereabouts, 'directory'> };
  albums: AlbumDeps;
  offers: OfferDeps;
}

/** A file as it was asked for, and its copy or why it may not be sent. */
interface TakenFile {
  path: string;
  taken: Taken | Refused;
}

/** Resolves with what became of each file in each chat, after `patienceMs` at the latest. */
export async function sendFiles(
  deps: SendingDeps,
  request: SendRequest,
  patienceMs: number,
): Promise<SendResult[]> {
  const {
    registry,
    board,
    files: { places, whereabouts },
    albums,
  } = deps;
  const session = request.session === undefined ? undefined : registry.get(request.session);
  if (session === undefined) return allFailed(request, null, answers.noSession);
  const chats = request.chats?.length ? [...new Set(request.chats)] : board.responders(session);
  const allowedPlaces = places.of(await whereabouts.directory(session));
  const files: TakenFile[] = [];
  const results: Promise<SendResult[]>[] = [];
  try {
    for (const path of request.paths)
      files.push({ path, taken: await takeFile(path, allowedPlaces, albums.outbox) });
    for (const chat of chats)
      results.push(...(await sendToChat(deps, request, session, files, chat, patienceMs)));
  } finally {
    // Each chat has copies of its own.
    albums.outbox.discard(files.flatMap(({ taken }) => (taken.ok ? [taken.copy] : [])));
  }
  return (await Promise.all(results)).flat();
}

/** Offers and queues the files one after the other, so that they arrive in order; the results are awaited together. */
async function sendToChat(
  { people, albums, offers }: SendingDeps,
  request: SendRequest,
  session: Session,
  files: readonly TakenFile[],
  chat: number,
  patienceMs: number,
): Promise<Promise<SendResult[]>[]> {
  if (!people.isAllowed(chat)) return [Promise.resolve(allFailed(request, chat, answers.noChat(chat)))];
  const settled: SendResult[] = [];
  const sendable: Sendable[] = [];
  for (const { path, taken } of files) {
    if (!taken.ok) {
      settled.push({ path, chat, state: 'failed', why: taken.why });
    } else if (taken.sensitive) {
      const { real, name, as, copy } = taken;
      const caption = request.paths[0] === path ? captionOf(request, session.name) : '';
      offerFile(offers, session, { chat, path: real, name, as, caption }, copy);
      settled.push({ path, chat, state: 'held', why: answers.held });
    } else {
      const { name } = taken;
      try {
        const copy = await albums.outbox.keepAgain(taken.copy);
        sendable.push({ path, copy, name, as: request.asFiles === true ? 'document' : taken.as });
      } catch (error) {
        settled.push({ path, chat, state: 'failed', why: answers.unreadable(reasonOf(error)) });
      }
    }
  }
  return [
    Promise.resolve(settled),
    ...albumsOf(sendable).map((album, i) =>
      queueAlbum(
        albums,
        { chat, session: session.id },
        album,
        i === 0 ? captionOf(request, session.name) : '',
        patienceMs,
      ),
    ),
  ];
}

function allFailed({ paths }: SendRequest, chat: number | null, why: string): SendResult[] {
  return paths.map((path) => ({ path, chat, state: 'failed', why }));
}

/** An agent writes the caption, so it stands under the session's name: it cannot pass for a message of ccbot's own. */
function captionOf({ caption = '' }: SendRequest, session: string): string {
  const clean = cleanText(caption).trim();
  return isBlank(clean) ? '' : `📎 ${session}\n${guarded(plain(clean)).text}`;
}
