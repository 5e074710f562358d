import type { AgentCatalog } from '../../agents/catalog';
import type { World } from '../../app/model';
import type { Board } from '../../board/model';
import { button, withButtons } from '../../cards/button';
import { BUTTON } from '../../cards/buttons';
import { renderNotice } from '../../cards/render';
import type { People } from '../../chat/people';
import { outboxKey } from '../../outbox/keys';
import type { Outbox } from '../../outbox/outbox';
import type { Session } from '../../sessions/model';
import type { DeadLoginStore } from './store';
import { loginWords } from './words/words';

export interface DeadLoginsDeps {
  world: Pick<World, 'store' | 'now'>;
  agents: AgentCatalog;
  board: Pick<Board, 'responders'>;
  people: Pick<People, 'wordsOf' | 'nameOf'>;
  outbox: Pick<Outbox, 'put'>;
  store: DeadLoginStore;
}

/** Notices when an agent's login dies, announces it once, and resolves the announcement when the login works again. */
export interface DeadLogins {
  isDead(agent: string): boolean;
  /** A turn ended: `error` is the agent's name for its error; undefined: the turn worked. */
  turnEnded(session: Session, error: string | undefined): void;
  /** The agent is logged in; `by`: by the user of this chat. */
  resolve(agent: string, by?: number): void;
}

export function createDeadLogins(deps: DeadLoginsDeps): DeadLogins {
  return {
    isDead: (agent) => deps.store.isDead(agent),
    turnEnded: (session, error) => turnEnded(deps, session, error),
    resolve: (agent, by) => resolve(deps, agent, by),
  };
}

function turnEnded(deps: DeadLoginsDeps, session: Session, error: string | undefined): void {
  const { agents, store, world } = deps;
  const agent = agents.get(session.agent)?.agent;
  if (agent?.login === undefined || (error !== undefined && !agent.login.isDead(error))) return;
  if (store.isDead(agent.id) === (error !== undefined)) return;
  const at = world.now();
  store.setDead(agent.id, error === undefined ? undefined : at);
  if (error === undefined) resolve(deps, agent.id);
  else announce(deps, session, agent, at);
}

function announce(
  { board, people, outbox, store }: DeadLoginsDeps,
  session: Session,
  agent: { id: string; title: string },
  at: number,
): void {
  const chats = board.responders(session);
  store.setNotice(agent.id, { at, chats, name: session.name });
  for (const chatId of chats) {
    const words = people.wordsOf(chatId).of(loginWords);
    outbox.put({
      chatId,
      thread: 'session',
      key: outboxKey('login-dead', agent.id, at),
      session: session.id,
      view: withButtons(renderNotice(words.dead(agent.title, session.name)), [
        [button(BUTTON.login, words.logIn, { session: session.id })],
      ]),
      class: 'ask',
    });
  }
}

/** Every chat that got the announcement sees that the login works, who logged in if it was another user, and no button. */
function resolve({ agents, people, outbox, store, world }: DeadLoginsDeps, id: string, by?: number): void {
  const notice = store.notice(id);
  if (notice === undefined || notice.chats.length === 0) return;
  const title = agents.titleOf(id);
  world.store.tx(() => {
    store.setNotice(id, undefined);
    for (const chatId of notice.chats) {
      const words = people.wordsOf(chatId).of(loginWords);
      const isByOther = by !== undefined && by !== chatId;
      const outcome = isByOther ? words.loggedInBy(title, people.nameOf(by)) : words.worksAgain;
      outbox.put({
        chatId,
        thread: 'chat',
        key: outboxKey('login-dead', id, notice.at),
        view: renderNotice(`${words.dead(title, notice.name)}\n\n${outcome}`),
        class: 'notice',
        silent: true,
      });
    }
  });
}
