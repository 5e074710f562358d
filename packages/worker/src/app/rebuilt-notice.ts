import { clearRebuildNotice, pendingRebuildNotice, type RebuildNotice } from '../store/rebuild-notice';
import type { Words } from '../words/words';
import type { Kernel } from './kernel';

/** Tells every user once that the database had to be rebuilt, and what was saved from the old one. */
export function tellRebuilt({ rooms, tellAll }: Kernel): void {
  const { settings, world } = rooms;
  const rebuilt = pendingRebuildNotice(settings);
  if (rebuilt === undefined) return;
  world.store.tx(() => {
    tellAll(`rebuilt:${rebuilt.since}`, (words) => rebuiltText(rebuilt, words));
    clearRebuildNotice(settings);
  });
}

function rebuiltText({ text, of, salvaged }: RebuildNotice, { salvage }: Words): string {
  const what = of === undefined ? text : salvage.rebuilt(of.path, of.reason, of.aside);
  if (salvaged === undefined) return what;
  const { messages, shows, damaged } = salvaged;
  return `${what}\n\n${salvage.tookOver(messages, shows, damaged)}`;
}
