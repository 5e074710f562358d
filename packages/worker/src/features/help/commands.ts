import type { AgentCatalog } from '../../agents/catalog';
import type { World } from '../../app/model';
import { button, withButtons } from '../../cards/button';
import { BUTTON, HELP_SECTIONS, type HelpIntent } from '../../cards/buttons';
import { renderNotice } from '../../cards/render';
import { commands, type CommandTable, type Conversation } from '../../chat/command';
import type { Intent } from '../../chat/intents';
import { outboxKey } from '../../outbox/keys';
import type { Outbox } from '../../outbox/outbox';
import type { Registry } from '../../sessions/registry';
import { healthReport, machineLines } from './health';
import { helpWords } from './words/words';

export interface HelpCommandDeps {
  world: Pick<World, 'paths' | 'config' | 'files' | 'health' | 'cluster' | 'updates' | 'now'>;
  sessions: Pick<Registry, 'live'>;
  agents: Pick<AgentCatalog, 'all'>;
  outbox: Pick<Outbox, 'put' | 'depth'>;
}

interface HealthIntent extends Intent {
  readonly do: 'health';
}

export function helpCommands(deps: HelpCommandDeps): CommandTable {
  return commands<HelpIntent | HealthIntent>({
    help: {
      slash: { names: ['help', 'start'], read: () => ({ do: 'help' }) },
      menu: (words) => words.of(helpWords).menuHelp,
      button: BUTTON.help,
      run: (conversation, intent) => showHelp(deps, conversation, intent),
    },
    health: {
      slash: { names: ['health'], read: () => ({ do: 'health' }) },
      menu: (words) => words.of(helpWords).menuHealth,
      run: (conversation) => showHealth(deps, conversation),
    },
  });
}

/** The help is one message that its buttons change. */
function showHelp(
  { world, agents, outbox }: HelpCommandDeps,
  { chatId, thread, inbound, words, ack }: Conversation,
  { of: command = inbound.updateId.toString(36), section }: HelpIntent,
): void {
  const text = words.of(helpWords);
  ack();
  const sections = HELP_SECTIONS.map((name) => [
    button(BUTTON.help, text.title(name), { of: command, section: name }),
  ]);
  const back = [[button(BUTTON.help, text.back, { of: command })]];
  const facts = {
    lock: world.paths.lock,
    tmux: world.config.TMUX_SESSION_NAME,
    hasMachines: world.cluster !== undefined,
    fileMb: Math.floor(world.files.max / (1024 * 1024)),
    agents: words.agents.help(agents.all.map(({ kind }) => kind)),
  };
  const page = section === undefined ? text.intro : text.page(section, facts);
  outbox.put({
    chatId,
    thread,
    key: outboxKey('help', command),
    view: withButtons(renderNotice(page), section === undefined ? sections : back),
    class: 'notice',
  });
}

function showHealth(deps: HelpCommandDeps, { say, words }: Conversation): void {
  const { world, sessions, outbox } = deps;
  const { health } = words.of(helpWords);
  const own = health.list([
    ...world.health(words),
    health.sessions(sessions.live().length),
    health.toSend(outbox.depth()),
  ]);
  const { cluster } = world;
  if (cluster?.view.hasOthers() !== true) return say(own);
  const now = world.now();
  const poller = cluster.view.standing().poller;
  const heading = (host: string): string => health.machine(host, host === poller);
  const reports = new Map(
    cluster.reports.of('health', healthReport).map(({ machine, value }) => [machine.host, value]),
  );
  const others = cluster.view.machines().flatMap((machine) => {
    if (machine.isSelf) return [];
    if (machine.isAway) return [words.machines.away(machine, now)];
    const lines = machineLines(machine, reports.get(machine.host), now, words);
    return [`${heading(machine.host)}\n${health.list(lines)}`];
  });
  say([`${heading(cluster.view.host)}\n${own}`, ...others].join('\n\n'));
}
