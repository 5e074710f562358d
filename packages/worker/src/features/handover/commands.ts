import type { Kernel } from '../../app/model';
import type { AgentCatalog } from '../../agents/catalog';
import { BUTTON, type HandoverIntent } from '../../cards/buttons';
import type { Chooser } from '../../chat/chooser';
import { commands, type CommandTable, type Conversation } from '../../chat/command';
import { refuse, type ChatView, type Intent } from '../../chat/intents';
import { forSession } from '../../chat/route';
import type { ClusterView } from '../../cluster/model';
import type { Lifecycle } from '../../sessions/lifecycle/lifecycle';
import { openRefusalText } from '../../sessions/lifecycle/refusal-text';
import type { Whereabouts } from '../../sessions/lifecycle/whereabouts';
import { plainName } from '../../sessions/model';
import type { Registry } from '../../sessions/registry';
import { moveButton, type MoveIntent } from './buttons';
import { readHandover } from './handover';
import type { Movable, Source } from './machines/source';
import { handoverWords } from './words/words';

export interface HandoverCommandDeps {
  /** The sessions that are handed over. */
  sources: { registry: Pick<Registry, 'get'>; whereabouts: Whereabouts };
  agents: Pick<AgentCatalog, 'of' | 'titleOf'>;
  lifecycle: Pick<Lifecycle, 'open'>;
  chooser: Pick<Chooser, 'open'>;
  prompts: Pick<Kernel['prompts'], 'queue' | 'delivery'>;
  /** `machines`: absent without a cluster. */
  world: { now(): number; machines?: Moves };
}

/** Handing over to other machines. */
export interface Moves {
  readonly view: Pick<ClusterView, 'host' | 'machines' | 'standing'>;
  readonly source: Pick<Source, 'start' | 'answer'>;
  movable(session: string): Promise<Movable | null>;
}

/** `/handover host:`: the session continues on another machine. `agent`: another agent than its own. */
interface MoveToIntent {
  readonly do: 'handover-to';
  readonly session: string;
  /** The other machine. Not `host`: this intent is carried out where the session is. */
  readonly to: string;
  readonly agent?: string;
}

export function handoverCommands(deps: HandoverCommandDeps): CommandTable {
  const { machines } = deps.world;
  const hosts = (): string[] => {
    const others = machines?.view.machines().filter(({ isSelf }) => !isSelf) ?? [];
    return others.map(({ host }) => host);
  };
  return commands<HandoverIntent | MoveToIntent | MoveIntent>({
    handover: {
      slash: { names: ['handover'], read: readSlash },
      button: BUTTON.handover,
      session: 'live-or-archived',
      usage: (words, _problem, agents) => words.of(handoverWords).usage(agents, hosts()),
      run: (conversation, intent) => handOver(deps, conversation, intent),
    },
    'handover-to': {
      session: 'live-or-archived',
      run: (conversation, intent) => moveTo(deps, conversation, intent),
    },
    'handover-move': {
      button: moveButton,
      run({ ack, retire, words }, { nonce, go }) {
        if (machines?.source.answer(nonce, go) === true) ack();
        else retire(words.expired);
      },
    },
  });
}

/**
 * Reads `@agent [session]`, or `host: [@agent] [session]`. Only an agent that takes prompts can continue another agent's
 * work; which ones another machine has, it says itself.
 */
function readSlash(rest: string, view: ChatView): Intent {
  const able = view.agents.filter(({ line }) => !line).map(({ id }) => id);
  const [, host, away, moved = ''] = /^([a-z0-9-]{1,32}):\s*(?:@(\S+)\s*)?(.*)$/i.exec(rest) ?? [];
  if (host !== undefined) {
    const to = { to: host.toLowerCase(), ...(away === undefined ? {} : { agent: away.toLowerCase() }) };
    return forSession(moved, view, (session): MoveToIntent => ({ do: 'handover-to', session, ...to }));
  }
  const [, requested = '', name = ''] = /^@(\S+)(?:\s+(\S+))?$/.exec(rest) ?? [];
  const agent = able.find((id) => id === requested.toLowerCase());
  if (agent === undefined)
    return refuse({ code: 'usage', of: 'handover', problem: 'no-agent', values: able });
  return forSession(name, view, (session): HandoverIntent => ({ do: 'handover', session, agent }));
}

/** Asks the other machine, after what this one can tell. */
async function moveTo(
  { world, sources }: HandoverCommandDeps,
  { inbound, chatId, thread, say, words }: Conversation,
  { session, to: host, agent }: MoveToIntent,
): Promise<void> {
  const text = words.of(handoverWords);
  const { machines } = world;
  const name = sources.registry.get(session)?.name ?? '';
  if (machines === undefined) return say(text.alone(host));
  const { view, source } = machines;
  const known = view.machines();
  const machine = known.find((one) => one.host === host);
  if (host === view.host) return say(text.sameMachine(name, host));
  if (machine === undefined)
    return say(
      text.noMachine(
        host,
        known.map((one) => one.host),
      ),
    );
  if (view.standing().trouble !== null) return say(text.clusterAway(host));
  if (machine.isAway) return say(text.machineAway(host, machine.seenAt, world.now()));
  const movable = await machines.movable(session);
  if (movable === null || (await movable.document([])) === null) return say(text.nothing(name));
  const update = inbound.updateId;
  source.start({ chatId, thread, update, session, to: host, agent: agent ?? movable.agent });
}

/** Opens a new session with the other agent, whose first prompt is the handover document. The source is only read. */
async function handOver(
  deps: HandoverCommandDeps,
  { inbound, chatId, thread, say, ack, words }: Conversation,
  { session: sourceId, agent }: HandoverIntent,
): Promise<void> {
  const { sources, agents, lifecycle, chooser, prompts, world } = deps;
  const source = sources.registry.get(sourceId);
  if (source === undefined) return ack(words.expired);
  ack();
  const found = await sources.whereabouts.transcript(source);
  const cwd = await sources.whereabouts.directory(source);
  const text = found === null ? null : await readHandover({ ...source, cwd }, found, agents.of(source));
  if (text === null) return say(words.of(handoverWords).nothing(source.name));
  const session = inbound.updateId.toString(36);
  const opened = await lifecycle.open({ id: session, chatId, agent, name: plainName(source), path: cwd });
  if (!opened.ok) return say(openRefusalText(opened.why, words));
  chooser.open({ chatId, thread }, session);
  const messageId = ('messageId' in inbound ? inbound.messageId : undefined) ?? 0;
  prompts.queue.add({ id: inbound.updateId, session, chatId, messageId, text }, world.now());
  const title = agents.titleOf(agent);
  say(words.of(handoverWords).handedOver(source.name, title, opened.session.name));
  void prompts.delivery.kick(session);
}
