import type { Kernel } from '../../app/model';
import { buttonData, withButtons } from '../../cards/button';
import { BUTTON } from '../../cards/buttons';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { commandOf } from '../../agents/command-of';
import { renderNotice } from '../../cards/render';
import { createLogins, type Logins, type LoginTarget } from './logins';
import type { OpenLogin } from './view';
import type { LoginCommandDeps } from './commands';
import type { Session } from '../../sessions/model';
import { findProgram } from '../../sessions/lifecycle/opener';
import { windowEnvironment } from '../../terminal/environment';
import type { Words } from '../../words/words';
import { outboxKey } from '../../outbox/keys';

/** How long an agent may take to tell its status, ms. */
const STATUS_MS = 30_000;

/** How often a message is tried to be deleted, and how long apart, ms. */
const ERASE_TRIES = 5;
const ERASE_WAIT_MS = 3_000;

/** The message about a dead login: since when, ms since the epoch, and in which chats. */
interface Told {
  at: number;
  chats: readonly number[];
  /** Of the session that ran into it. */
  name: string;
}

const toldOf = (text = ''): Told =>
  text === '' ? { at: 0, chats: [], name: '' } : (JSON.parse(text) as Told);

/** The logins of agents, wired. */
export interface LoginService extends LoginCommandDeps {
  logins: Logins;
  /** Hears how a turn came out: the agent's own name for its error, or that it worked. A dead login is told once. */
  onLogin(session: Session, error: string | undefined): void;
}

/** Wires the logins of agents with terminals, settings and the outbox. */
export function createLoginService(kernel: Kernel): LoginService {
  const { world, people, board, outbox, settings, agents } = kernel;
  const registry = kernel.sessions;
  const { chosen } = agents;
  const deps = {
    ...world,
    wordsOf: (chatId: number) => people.wordsOf(chatId),
    nameOf: (chatId: number) => people.nameOf(chatId),
  };
  const env = { ...windowEnvironment({ ...deps.env }), TERM: 'xterm-256color' };
  const logins = createLogins({
    wordsOf: deps.wordsOf,
    async run(options) {
      const { runOnPty } = await import('../../terminal/pty/program');
      return runOnPty({ ...options, cwd: deps.home, env });
    },
    async output([program = '', ...args]) {
      try {
        return (await promisify(execFile)(program, args, { env, cwd: deps.home, timeout: STATUS_MS })).stdout;
      } catch (error) {
        if (typeof (error as { code?: unknown }).code === 'number') return null; // its own exit code
        throw error;
      }
    },
    pending: {
      get(chatId) {
        const since = settings.get(`chat:${chatId}`, 'login-since');
        return since === undefined || since === '' ? undefined : Number(since);
      },
      set: (chatId, since) =>
        settings.set(`chat:${chatId}`, 'login-since', since === undefined ? '' : String(since)),
    },
    open: {
      all: () =>
        settings
          .under('login-open')
          .flatMap(({ value }) => (value === '' ? [] : [JSON.parse(value) as OpenLogin])),
      set: (chatId, login) =>
        settings.set('login-open', String(chatId), login === undefined ? '' : JSON.stringify(login)),
    },
    put: (wanted) => outbox.put(wanted),
    erase: (chatId, message) => void erase(chatId, message),
    nameOf: deps.nameOf,
    onDone(chatId, { agent, session }) {
      settle(agent, chatId);
      if (session !== undefined) registry.dispatch(session, [{ type: 'card.asked', at: deps.now() }]);
    },
    now: deps.now,
    log: (level, text, meta) => deps.log(level, text, meta),
  });

  /** Whoever was told of a dead login sees that it is over, by whom where another person did it, and no button. */
  function settle(id: string, by?: number): void {
    const told = toldOf(settings.get('login', `told:${id}`));
    const title = agents.get(id)?.agent.title ?? id;
    if (told.chats.length === 0) return;
    deps.store.tx(() => {
      settings.set('login', `told:${id}`, '');
      for (const chatId of told.chats) {
        const { login: words } = deps.wordsOf(chatId);
        const other = by !== undefined && by !== chatId;
        const over = other ? words.doneBy(title, deps.nameOf(by)) : words.works;
        const view = renderNotice(`${words.dead(title, told.name)}\n\n${over}`);
        outbox.put({
          chatId,
          key: outboxKey('login-dead', id, told.at),
          view,
          class: 'notice',
          silent: true,
        });
      }
    });
  }

  /** Takes a message with a secret out of the chat; where that fails for good, the person is asked to. */
  async function erase(chatId: number, message: number): Promise<void> {
    for (let tries = 0; tries < ERASE_TRIES; tries++) {
      if (tries > 0) await new Promise((resolve) => setTimeout(resolve, ERASE_WAIT_MS).unref());
      const result = await deps.api.call('deleteMessage', { chat_id: chatId, message_id: message });
      if (result.ok) return;
      deps.log('warn', 'the message with a code could not be deleted', { reason: result.failure.text });
      if (result.failure.kind !== 'refused') continue;
      if (result.failure.reason === 'message-gone') return;
      break;
    }
    outbox.put({
      chatId,
      key: outboxKey('erase', message),
      view: renderNotice(deps.wordsOf(chatId).login.notErased),
      class: 'notice',
    });
  }

  async function target(id: string | undefined, { login: words }: Words): Promise<LoginTarget | string> {
    const session = id === undefined ? undefined : registry.get(id);
    const { agent, kind } = (session === undefined ? undefined : agents.get(session.agent)) ?? chosen;
    if (agent.login === undefined || kind.settings === null) return words.none(agent.title);
    const [program = '', ...rest] = commandOf(kind.settings.command, deps.config);
    const path = await findProgram(program, deps.env['PATH'] ?? '/usr/bin:/bin');
    if (path === null) return words.noProgram(program);
    return {
      agent: agent.id,
      title: agent.title,
      login: agent.login,
      command: [path, ...rest],
      ...(session === undefined ? {} : { session: session.id }),
    };
  }

  return {
    logins,
    target,
    // A dead one is no loss.
    asksFirst: async (to) =>
      (settings.get('login', `dead:${to.agent}`) ?? '') === '' && (await logins.discards(to)),
    onLogin(session, error) {
      const agent = agents.get(session.agent)?.agent;
      if (agent?.login === undefined || (error !== undefined && !agent.login.isDead(error))) return;
      const told = (settings.get('login', `dead:${agent.id}`) ?? '') !== '';
      if (told === (error !== undefined)) return;
      const at = deps.now();
      settings.set('login', `dead:${agent.id}`, error === undefined ? '' : String(at));
      if (error === undefined) return settle(agent.id);
      const chats = board.responders(session);
      settings.set('login', `told:${agent.id}`, JSON.stringify({ at, chats, name: session.name }));
      for (const chatId of chats) {
        const words = deps.wordsOf(chatId).login;
        const button = { text: words.logIn, data: buttonData(BUTTON.login, { session: session.id }) };
        outbox.put({
          chatId,
          key: outboxKey('login-dead', agent.id, at),
          session: session.id,
          view: withButtons(renderNotice(words.dead(agent.title, session.name)), [[button]]),
          class: 'ask',
        });
      }
    },
  };
}
