import { keepRebuilt, rebuiltOf, type Rebuilt } from '../store/rebuilt';
import type { Words } from '../words/words';
import type { Kernel } from './kernel';

/** Tells every user once that the database had to be rebuilt, and what was saved from the old one. */
export function tellRebuilt({ rooms, tellAll }: Kernel): void {
  const { settings, world } = rooms;
  const rebuilt = rebuiltOf(settings);
  if (rebuilt === undefined) return;
  world.store.tx(() => {
    tellAll(`rebuilt:${rebuilt.since}`, (words) => rebuiltText(rebuilt, words));
    keepRebuilt(settings, undefined);
  });
}

function rebuiltText({ text, of, salvaged }: Rebuilt, { salvage }: Words): string {
  const what = of === undefined ? text : salvage.rebuilt(of.path, of.reason, of.aside);
  if (salvaged === undefined) return what;
  const { messages, shows, damaged } = salvaged;
  return `${what}\n\n${salvage.tookOver(messages, shows, damaged)}`;
}
