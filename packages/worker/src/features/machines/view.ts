import { button } from '../../cards/button';
import type { Button } from '../../cards/view';
import type { Machine, SharedSession } from '../../cluster/model';
import type { Words } from '../../words/words';
import { defaultHostButton } from './buttons';
import { machineListWords } from './words/words';

/** What a list of machines shows to one chat. */
export interface MachineList {
  machines: readonly Machine[];
  /** The live sessions of all of them. */
  sessions: readonly Pick<SharedSession, 'host'>[];
  /** The chat's default. */
  chosen: string | undefined;
  /** Ms since the epoch. */
  now: number;
}

/** A line for each machine, in Markdown. */
export function machineLines({ machines, sessions, chosen, now }: MachineList, words: Words): string {
  const text = words.of(machineListWords);
  const lines = machines.map((machine) => {
    const count = sessions.filter(({ host }) => host === machine.host).length;
    const state = machine.isAway ? words.machines.away(machine, now) : text.up(machine.host, count);
    return `- ${state}${machine.host === chosen ? ` ${text.isDefault}` : ''}`;
  });
  const hasChosen = machines.some(({ host }) => host === chosen);
  return [text.head, lines.join('\n'), hasChosen ? text.hasDefault : text.asksEachTime].join('\n\n');
}

/** A button for each machine, and one to have none as the default. */
export function machineButtons({ machines, chosen }: MachineList, of: string, words: Words): Button[][] {
  const text = words.of(machineListWords);
  const rows = machines.map(({ host, isAway }) => {
    const label = [`${host === chosen ? '● ' : ''}${host}`, ...(isAway ? [words.machines.awayMark] : [])];
    return [button(defaultHostButton, label.join(' · '), { of, machine: host })];
  });
  if (machines.some(({ host }) => host === chosen))
    rows.push([button(defaultHostButton, text.askButton, { of })]);
  return rows;
}
