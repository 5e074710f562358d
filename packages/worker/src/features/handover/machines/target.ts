import { reasonOf } from '@ccbot/shared/faults/fault';
import type { LogFn } from '@ccbot/shared/log/logger';
import type { Exchange, Exchanged } from '../../../cluster/model';
import type { Opened } from '../../../sessions/lifecycle/model';
import { normalRemote } from '../git/remote';
import { openRefusalText } from '../../../sessions/lifecycle/refusal-text';
import type { Git } from '../git/repository';
import { arrivalText, type BranchHere } from './arrival';
import type { Asked, HandoverChat } from './chat';
import { readOffer, requestOf, type Offer, type OfferIn, type OfferRequest } from './offer';
import { findPlace, type Place } from './place';

/** What the rooms of this machine do for a session that arrives. */
export interface Landing {
  /** Whether the user of a chat may use this machine. */
  isAllowed(chatId: number): boolean;
  /** The agents that are installed. */
  installed(): Promise<readonly { id: string; title: string }[]>;
  /** Where sessions of this machine work and worked, newest first. */
  used(): readonly string[];
  /** Opens the session, once for each id. */
  open(request: { id: string; chatId: number; agent: string; name: string; path: string }): Promise<Opened>;
  /** Makes it the chat's session, and gives it its first prompt, once for each update. */
  begin(arrived: { id: string; chatId: number; thread: number; update: number; text: string }): void;
}

export interface TargetDeps {
  exchange: Exchange;
  self: { host: string; home: string };
  git: Git;
  landing: Landing;
  chat: HandoverChat;
  log: LogFn;
}

/** Time before a step that failed is made again, ms. */
const RETRY_MS = 5_000;

/** Answers other machines that hand their sessions to this one, and continues these. */
export function createTarget(deps: TargetDeps): { stop(): void } {
  /** What is under way: each change of an offer is looked at again. */
  const busy = new Set<string>();
  const retries = new Set<NodeJS.Timeout>();

  async function again(key: string): Promise<void> {
    const entry = await deps.exchange.get(key);
    if (entry !== null) await react(entry);
  }

  async function react(entry: Exchanged): Promise<void> {
    const offer = readOffer(entry.value);
    if (offer?.to !== deps.self.host || busy.has(entry.key)) return;
    if (!deps.landing.isAllowed(offer.chatId)) return;
    busy.add(entry.key);
    try {
      await step(deps, entry, offer);
    } catch (error) {
      deps.log('warn', 'handover: not continued', { key: entry.key, reason: reasonOf(error) });
      // While the cluster is away, this fails, and the next connection shows it again.
      const retry = setTimeout(() => {
        retries.delete(retry);
        again(entry.key).catch((failed: unknown) =>
          deps.log('info', 'handover: not read', { reason: reasonOf(failed) }),
        );
      }, RETRY_MS);
      retries.add(retry.unref());
    } finally {
      busy.delete(entry.key);
    }
  }

  deps.exchange.listen({ joined: () => undefined, changed: (entry) => void react(entry) });
  return {
    stop() {
      for (const retry of retries) clearTimeout(retry);
    },
  };
}

async function step(deps: TargetDeps, { key, revision }: Exchanged, offer: Offer): Promise<void> {
  switch (offer.state) {
    case 'asked':
      return answer(deps, key, revision, offer);
    case 'offered': {
      const taken: OfferIn<'taken'> = { ...offer, state: 'taken' };
      const now = await deps.exchange.put(key, JSON.stringify(taken), revision);
      // Null: it was taken back.
      return now === null ? undefined : land(deps, key, now, taken);
    }
    case 'taken':
      return land(deps, key, revision, offer);
    default:
      return undefined;
  }
}

/** Says whether the session can continue here, before anything is pushed or sent. */
async function answer(
  deps: TargetDeps,
  key: string,
  revision: number,
  offer: OfferIn<'asked'>,
): Promise<void> {
  const { exchange, chat, landing, self } = deps;
  const agents = await landing.installed();
  const place = await placeOf(deps, offer);
  const isInstalled = agents.some(({ id }) => id === offer.agent);
  if (isInstalled && place.ok) {
    const { cwd, remote } = place;
    const ready: OfferIn<'ready'> = {
      ...requestOf(offer),
      cwd,
      remote: remote === undefined ? null : normalRemote(remote.url),
      state: 'ready',
    };
    await exchange.put(key, JSON.stringify(ready), revision);
    return;
  }
  if ((await exchange.put(key, closed(offer, false), revision)) === null) return;
  chat.tell(asked(key, offer), 'refused', (texts) => {
    if (!isInstalled)
      return texts.noAgent(
        self.host,
        offer.agent,
        agents.map(({ id }) => id),
      );
    return place.ok || place.why === 'no-clone'
      ? texts.noClone(self.host, offer.clone?.remotes ?? [])
      : texts.noDirectory(self.host, offer.cwd);
  });
}

const asked = (key: string, { chatId, thread }: OfferRequest): Asked => ({ key, chatId, thread });

const closed = (offer: OfferRequest, continued: boolean): string =>
  JSON.stringify({ ...requestOf(offer), state: 'closed', continued } satisfies OfferIn<'closed'>);

function placeOf({ git, landing, self }: TargetDeps, offer: OfferRequest): Promise<Place> {
  return findPlace(git, offer, { home: self.home, used: landing.used() });
}

/** Continues the session. Every part of it can be done again: after a crash, nothing is there twice. */
async function land(deps: TargetDeps, key: string, revision: number, offer: OfferIn<'taken'>): Promise<void> {
  const { exchange, chat, landing, self } = deps;
  const { chatId, thread, update, agent, name, text } = offer;
  const where = asked(key, offer);
  const { branch, cwd } = await bring(deps, offer);
  const opened = await landing.open({ id: key, chatId, agent, name, path: cwd });
  if (opened.ok) {
    const arrived = arrivalText({ host: self.host, cwd }, branch);
    landing.begin({ id: key, chatId, thread, update, text: `${arrived}\n\n${text}` });
    chat.tell(where, 'continued', (texts) => texts.continued(opened.session.name, cwd, branch));
  } else
    chat.tell(where, 'refused', (texts, words) =>
      texts.notOpened(self.host, openRefusalText(opened.why, words)),
    );
  await exchange.put(key, closed(offer, opened.ok), revision);
}

/** Fetches the branch, and moves the clone forward to it where that changes nothing else. */
async function bring(
  deps: TargetDeps,
  offer: OfferIn<'taken'>,
): Promise<{ branch: BranchHere | null; cwd: string }> {
  const { git } = deps;
  const { branch, cwd: agreed } = offer;
  if (branch === null) return { branch: null, cwd: agreed };
  const place = await placeOf(deps, offer);
  if (!place.ok || place.root === undefined || place.remote === undefined)
    return { branch: { ...branch, is: 'missing', reason: 'the clone is not there any more' }, cwd: agreed };
  const { root, remote, cwd } = place;
  const fetched = await git.fetch(root, remote, branch.name, branch.commit);
  if (!fetched.ok) return { branch: { ...branch, is: 'missing', reason: fetched.reason }, cwd };
  const at = `${remote.name}/${branch.name}`;
  const found = await git.inspect(root);
  if (found.is !== 'repository')
    return { branch: { ...branch, is: 'fetched', at, on: null, changes: 0 }, cwd };
  const { branch: on, changes } = found.repository;
  if (on === branch.name && changes.length === 0 && (await git.forward(root, branch.commit)).ok)
    return { branch: { ...branch, is: 'here' }, cwd };
  return { branch: { ...branch, is: 'fetched', at, on, changes: changes.length }, cwd };
}
