import { code } from '../markdown';
import type { Translator } from '../translate';
import type { Moments } from '../when';

/** When a machine was heard of last, ms since the epoch. */
export interface AwayMachine {
  host: string;
  seenAt: number;
}

/** Texts about the machines of a cluster. Markdown; `awayMark` is plain text. */
export type MachineWords = ReturnType<typeof machineWordsIn>;

export function machineWordsIn(translator: Translator, { when }: Pick<Moments, 'when'>) {
  const t = translator.topic('machines');
  const values = ({ host, seenAt }: AwayMachine, now: number) => ({
    host: code(host),
    when: when(seenAt, now),
  });
  const away = (machine: AwayMachine, now: number) => t('away', values(machine, now));
  return {
    away,
    /** One for each machine that is away. */
    awayLines: (machines: readonly (AwayMachine & { isAway: boolean })[], now: number) =>
      machines.filter(({ isAway }) => isAway).map((machine) => away(machine, now)),
    /** What was sent to it waits. */
    waits: (machine: AwayMachine, now: number) => t('waits', values(machine, now)),
    /** The chat writes to a session of this machine from now on. */
    switchedAway: (session: string, machine: AwayMachine, now: number) =>
      t('switchedAway', { ...values(machine, now), session: code(session) }),
    tapWaits: (machine: AwayMachine, now: number) => t('tapWaits', values(machine, now)),
    awayMark: t('awayMark'),
  } as const;
}
