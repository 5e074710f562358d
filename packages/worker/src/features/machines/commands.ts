import { withButtons } from '../../cards/button';
import { renderNotice } from '../../cards/render';
import { commands, type CommandTable, type Conversation } from '../../chat/command';
import type { Intent } from '../../chat/intents';
import type { ClusterView } from '../../cluster/model';
import { outboxKey } from '../../outbox/keys';
import type { Outbox } from '../../outbox/outbox';
import { defaultHostButton, type DefaultHostIntent } from './buttons';
import { machineButtons, machineLines } from './view';
import { machineListWords } from './words/words';

export interface MachineCommandDeps {
  cluster: ClusterView;
  outbox: Pick<Outbox, 'put'>;
  now(): number;
}

/** `name`: the machine to make the default; empty: the machines are listed. */
interface HostIntent extends Intent {
  readonly do: 'host';
  readonly name: string;
}

export function machineCommands(deps: MachineCommandDeps): CommandTable {
  return commands<HostIntent | DefaultHostIntent>({
    host: {
      slash: { names: ['host'], read: (rest) => ({ do: 'host', name: rest }) as HostIntent },
      menu: (words) => words.of(machineListWords).menu,
      run: (conversation, { name }) => {
        const of = conversation.inbound.updateId.toString(36);
        if (name === '') showMachines(deps, conversation, of);
        else setByName(deps, conversation, name);
      },
    },
    'default-host': {
      button: defaultHostButton,
      run: (conversation, intent) => setByButton(deps, conversation, intent),
    },
  });
}

function setByName(
  { cluster, now }: MachineCommandDeps,
  { chatId, say, words }: Conversation,
  written: string,
): void {
  const text = words.of(machineListWords);
  const machines = cluster.machines();
  const machine = machines.find(({ host }) => host === written.toLowerCase());
  if (machine === undefined)
    return say(
      text.noSuchMachine(
        written,
        machines.map(({ host }) => host),
      ),
    );
  cluster.setDefaultHost(chatId, machine.host);
  const away = machine.isAway ? `\n\n${words.machines.away(machine, now())}` : '';
  say(`${text.chosen(machine.host)}${away}`);
}

function setByButton(
  deps: MachineCommandDeps,
  conversation: Conversation,
  { machine: host, of }: DefaultHostIntent,
): void {
  const { cluster } = deps;
  const { chatId, ack, words } = conversation;
  if (host !== undefined && !cluster.machines().some((machine) => machine.host === host))
    return ack(words.expired);
  cluster.setDefaultHost(chatId, host ?? '');
  ack();
  showMachines(deps, conversation, of);
}

/** The list is one message that its buttons change. */
function showMachines(
  { cluster, outbox, now }: MachineCommandDeps,
  { chatId, thread, words }: Conversation,
  of: string,
): void {
  const list = {
    machines: cluster.machines(),
    sessions: cluster.sessions().filter(({ live }) => live),
    chosen: cluster.defaultHost(chatId),
    now: now(),
  };
  const view = withButtons(renderNotice(machineLines(list, words)), machineButtons(list, of, words));
  outbox.put({ chatId, thread, key: outboxKey('machines', of), view, class: 'notice' });
}
