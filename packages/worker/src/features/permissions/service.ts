import type { RequestPort } from '../../agents/request';
import type { QueuedView } from '../../outbox/model';
import { deadline, step, type RequestEffect, type RequestInput, type RequestPolicy } from './machine';
import { createLateTexts } from './orphaned-replies';
import { requestKey, copyIn, isWriting, type AgentRequest } from './model';
import { renderRequest } from './render';
import { quietUntil, type QuietHours } from './quiet-hours';
import type { Waiting } from '../../sessions/waiting';
import type { WordsOf } from '../../words/words';

/** Where requests are kept. */
export interface RequestStore {
  /** Adds one; its `id` is given here. */
  add(ask: AgentRequest): AgentRequest;
  put(ask: AgentRequest): void;
  get(id: number): AgentRequest | undefined;
  byRequest(request: string): AgentRequest | undefined;
  /** Those that are not closed, oldest first. */
  open(): AgentRequest[];
  /** Forgets those that were asked before `before` and are closed. */
  prune(before: number): void;
}

/** The waiting hook's end of the line. */
export interface RequestPeer {
  /** Hands over what the hook is to print. */
  answer(out: string): void;
}

/** What the keeper is given. */
export interface RequestServiceDeps {
  wordsOf: WordsOf;
  store: RequestStore;
  tx<T>(work: () => T): T;
  afterCommit(work: () => void): void;
  put(wanted: QueuedView): void;
  /** The chats of the people who may use ccbot. */
  chats: readonly number[];
  /** The name of a person, for the others. */
  nameOf(chatId: number): string;
  /** The chats that a session's request is put before where nobody is left that has it. */
  responders(session: string): readonly number[];
  /** How the agent of a session asks; null when it does not. */
  portOf(session: string): RequestPort | null;
  /** See {@link RequestPolicy}. */
  remindMs: number;
  quiet: QuietHours | null;
  /** A request of this session is closed. */
  onClosed(session: string): void;
  /** Hears how a session stands with its requests whenever that may have changed. */
  onChanged(session: string, waiting: Waiting): void;
  now(): number;
  log(level: 'info' | 'warn' | 'error', text: string, meta?: Record<string, unknown>): void;
}

/** Every open request of the agents, on disk and on the line. */
export interface RequestService {
  /** A hook asks for the first time. */
  add(ask: AgentRequest, peer: RequestPeer): void;
  /** A hook that asked before is on the line again. */
  attach(ask: AgentRequest, peer: RequestPeer): void;
  /** A hook's connection is over. */
  detach(id: number, peer: RequestPeer): void;
  /** Runs an input through the machine; what it says to whoever acts goes to `say`. */
  input(id: number, input: RequestInput, say?: (text: string) => void): void;
  get(id: number): AgentRequest | undefined;
  byRequest(request: string): AgentRequest | undefined;
  /** Those that are not closed, oldest first. */
  open(): readonly AgentRequest[];
  /** The request that a chat's next message is the text for; also one that was answered while they wrote. */
  writing(chatId: number): number | undefined;
  /** That message has come. */
  written(chatId: number): void;
  /** A chat writes to the session from now on: what it asks is put before that person as well. */
  joined(session: string, chatId: number): void;
  /** Takes up what was open when ccbot ended. */
  start(): void;
  stop(): void;
}

/** What is closed is kept so long, ms: its message is in the chat, and its buttons are gone. */
const KEPT_MS = 7 * 24 * 3_600_000;

/** The longest wait in one go, ms: a timer has its limits. */
const TIMER_MAX = 3_600_000;

/** Makes the keeper; it does nothing by itself before `start`. */
export function createRequestService(deps: RequestServiceDeps): RequestService {
  const open = new Map<number, AgentRequest>();
  const peers = new Map<number, RequestPeer>();
  const late = createLateTexts();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const policyOf = (ask: AgentRequest): RequestPolicy => ({
    limitMs: deps.portOf(ask.session)?.limitMs(ask.asked) ?? null,
    remindMs: deps.remindMs,
    quiet: deps.quiet,
    chats: deps.chats,
    wordsOf: (chatId) => deps.wordsOf(chatId).asks,
    nameOf: (chatId) => deps.nameOf(chatId),
  });

  function keep(ask: AgentRequest): void {
    if (ask.phase !== 'closed') open.set(ask.id, ask);
    else if (open.delete(ask.id)) deps.onClosed(ask.session);
  }

  /** State and what is seen of it in one transaction; what goes to the agent after it. Throws what the store throws. */
  function run(before: AgentRequest, inputs: readonly RequestInput[], say?: (text: string) => void): void {
    let ask = before;
    const effects: RequestEffect[] = [];
    for (const input of inputs) {
      const [next, more] = step(ask, input, policyOf(ask));
      ask = next;
      effects.push(...more);
    }
    if (ask === before && effects.length === 0) return;
    deps.tx(() => {
      deps.store.put(ask.phase === 'closed' && ask.outcome !== 'gone' ? scrubbed(ask) : ask);
      for (const effect of effects) show(ask, effect);
      deps.afterCommit(() => {
        keep(ask);
        if (ask.phase !== before.phase) changed(ask.session);
        late.passed(before, ask);
        for (const effect of effects) act(ask, effect, say);
        arm();
      });
    });
  }

  function show(ask: AgentRequest, effect: RequestEffect): void {
    // What a rule allows at once was never shown.
    if (ask.unseen === true) return;
    if (effect.do === 'show-anew') {
      for (const old of effect.old)
        deps.put({ chatId: old.chatId, key: requestKey(ask, old), view: { parts: [] }, class: 'card' });
    } else if (effect.do !== 'show') return;
    const silent = ask.phase !== 'open' || quietUntil(deps.quiet, deps.now()) !== null;
    // One that is as it should be needs no call.
    for (const copy of ask.copies) {
      const { chatId } = copy;
      deps.put({
        ...{ chatId, key: requestKey(ask, copy), session: ask.session, class: 'ask' },
        view: renderRequest(ask, copy, deps.wordsOf(chatId).asks, (other) => deps.nameOf(other)),
        ...(silent ? { silent } : {}),
      });
    }
  }

  function act(ask: AgentRequest, effect: RequestEffect, say?: (text: string) => void): void {
    switch (effect.do) {
      case 'answer': {
        const port = deps.portOf(ask.session);
        // An agent that is no longer known takes nothing: its own dialog decides.
        return peers.get(ask.id)?.answer(port === null ? '' : port.answer(ask.asked, effect.decision));
      }
      case 'let-go':
        return peers.get(ask.id)?.answer('');
      case 'say':
        return say?.(effect.text);
      case 'audit': {
        const { id, session, decision, byRule, asked } = ask;
        const by = byRule === true ? 'the rule' : 'the person';
        const { tool, title } = asked;
        return deps.log('info', 'a request was decided', {
          ask: id,
          session,
          ...(ask.by === undefined ? {} : { chatId: ask.by }),
          by,
          decision,
          tool,
          title,
        });
      }
      default:
        return; // written above, with the state
    }
  }

  /** One timer for whatever is due first. */
  function arm(): void {
    clearTimeout(timer);
    timer = undefined;
    if (stopped) return;
    const due = [...open.values()].flatMap((ask) => deadline(ask, policyOf(ask)) ?? []);
    if (due.length === 0) return;
    timer = setTimeout(tick, Math.min(TIMER_MAX, Math.max(0, Math.min(...due) - deps.now())));
  }

  function tick(): void {
    const at = deps.now();
    for (const ask of [...open.values()]) {
      try {
        if ((deadline(ask, policyOf(ask)) ?? Infinity) <= at) run(ask, [{ type: 'ticked', at }]);
      } catch (error) {
        // A full disk: it is due again at the next look.
        deps.log('warn', 'a request could not be kept up', { ask: ask.id, error: String(error) });
      }
    }
    clearTimeout(timer);
    timer = setTimeout(arm, RETRY_MS);
  }

  function changed(session: string): void {
    const shown = [...open.values()].filter((ask) => ask.session === session && ask.unseen !== true);
    const isOpen = shown.some(({ phase }) => phase === 'open');
    deps.onChanged(session, isOpen ? 'yes' : shown.length > 0 ? 'deciding' : 'no');
  }

  const get = (id: number): AgentRequest | undefined => open.get(id) ?? deps.store.get(id);

  return {
    add(fresh, peer) {
      deps.tx(() => {
        const ask = deps.store.add(fresh);
        show(ask, { do: 'show' });
        deps.afterCommit(() => {
          keep(ask);
          changed(ask.session);
          peers.set(ask.id, peer);
          if (ask.unseen === true) run(ask, [{ type: 'ruled', at: deps.now() }]);
          arm();
        });
      });
    },
    attach(ask, peer) {
      peers.set(ask.id, peer);
      run(get(ask.id) ?? ask, [{ type: 'attached', at: deps.now() }]);
    },
    detach(id, peer) {
      if (stopped || peers.get(id) !== peer) return;
      peers.delete(id);
      const ask = get(id);
      if (ask === undefined) return;
      const at = deps.now();
      try {
        run(ask, [{ type: 'detached', at }]);
      } catch (error) {
        deps.log('warn', 'a request could not be closed yet', { ask: id, error: String(error) });
        keep({ ...ask, attached: false, detachedAt: at }); // time closes it, when there is room on the disk
        arm();
      }
    },
    input(id, input, say) {
      const ask = get(id);
      if (ask !== undefined) run(ask, [input], say);
    },
    get,
    byRequest(request) {
      const found = deps.store.byRequest(request);
      return found === undefined ? undefined : get(found.id);
    },
    open: () => [...open.values()],
    writing(chatId) {
      const at = deps.now();
      const waiting = [...open.values()].flatMap((ask) => {
        const copy = copyIn(ask, chatId);
        return copy !== undefined && isWriting(ask, copy, at)
          ? [{ id: ask.id, at: copy.writing?.at ?? 0 }]
          : [];
      });
      return waiting.sort((a, b) => b.at - a.at)[0]?.id ?? late.of(chatId, at);
    },
    written: (chatId) => late.came(chatId),
    joined(session, chatId) {
      for (const ask of [...open.values()])
        if (ask.session === session) run(ask, [{ type: 'joined', at: deps.now(), by: chatId }]);
    },
    start() {
      const at = deps.now();
      deps.store.prune(at - KEPT_MS);
      for (const ask of deps.store.open()) {
        open.set(ask.id, ask);
        changed(ask.session);
        const instead = deps.responders(ask.session);
        run(ask, [
          { type: 'restored', at },
          { type: 'allowed', at, chats: deps.chats, instead },
        ]);
      }
      arm();
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

/** After a look that found something due, the next one is not before this, ms: what cannot be written is not tried in a circle. */
const RETRY_MS = 1_000;

/** What only an answer needs goes with it. */
function scrubbed(ask: AgentRequest): AgentRequest {
  return { ...ask, asked: { ...ask.asked, raw: { input: {}, suggestions: [] } } };
}
