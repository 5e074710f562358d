import * as z from 'zod/mini';
import type { Board } from '../../board/model';
import type { Cluster } from '../../cluster/cluster';
import type { PromptQueue } from '../../prompts/model';
import { sessionLabel } from '../../sessions/model';
import type { Registry } from '../../sessions/registry';
import { LANGUAGES, type Language } from '../../words/language';
import { wordsIn } from '../../words/words';
import { lineOf } from './render';
import type { RequestService } from './service';
import { requestWords } from './words/words';

/** What can wait for an answer. */
export interface WaitSources {
  service: Pick<RequestService, 'open' | 'openOf'>;
  registry: Pick<Registry, 'live'>;
  board: Pick<Board, 'responders'>;
  queue: Pick<PromptQueue, 'ofSession'>;
}

/** The most entries of a report: what a chat can show. */
const WAITS_MAX = 50;

const wait = z.object({
  session: z.string(),
  /** `request`: an agent's request; `dialog`: one on its screen; `prompt`: one that may not have arrived. */
  kind: z.string(),
  /** What it is, in each language that the machine speaks; only of a request. */
  lines: z.optional(z.record(z.string(), z.string())),
  /** Since when it waits, ms since the epoch, if that is known. */
  since: z.optional(z.number()),
  /** The chats that were asked. */
  chats: z.array(z.number()),
});

/** What waits for an answer on a machine. */
export const inboxReport = z.object({ waits: z.array(wait) });
export type Wait = z.infer<typeof wait>;

/** Something that waits on another machine. */
export interface WaitElsewhere extends Wait {
  /** The session by the name that the chat shows. */
  name: string;
}

export function reportInbox(deps: WaitSources): {
  waits: Wait[];
} {
  return { waits: [...requests(deps), ...dialogsAndPrompts(deps)].slice(0, WAITS_MAX) };
}

function requests({ service }: Pick<WaitSources, 'service'>): Wait[] {
  return service
    .open()
    .filter(({ phase, unseen }) => phase === 'open' && unseen !== true)
    .map((request) => ({
      session: request.session,
      kind: 'request',
      lines: Object.fromEntries(
        Object.keys(LANGUAGES).map((language) => [
          language,
          lineOf(request, wordsIn(language as Language).of(requestWords)),
        ]),
      ),
      since: request.at,
      chats: request.copies.map(({ chatId }) => chatId),
    }));
}

function dialogsAndPrompts({ service, registry, board, queue }: WaitSources): Wait[] {
  return registry.live().flatMap((session) => {
    const chats = board.responders(session);
    const isDialog = session.phase === 'dialog' && service.openOf(session.id).length === 0;
    const prompts = queue.ofSession(session.id, ['typing']);
    return [
      ...(isDialog ? [{ session: session.id, kind: 'dialog', chats }] : []),
      ...prompts.map((prompt) => ({
        session: session.id,
        kind: 'prompt',
        chats: [...chats, prompt.chatId],
      })),
    ];
  });
}

/** What waits on the other machines, in their order. */
export function inboxElsewhere({ view, reports }: Pick<Cluster, 'view' | 'reports'>): WaitElsewhere[] {
  const sessions = new Map(view.sessions().map((session) => [session.id, session]));
  return reports.of('inbox', inboxReport).flatMap(({ value }) =>
    value.waits.slice(0, WAITS_MAX).flatMap((each) => {
      const session = sessions.get(each.session);
      return session?.live === true ? [{ ...each, name: sessionLabel(session.name, session.host) }] : [];
    }),
  );
}
