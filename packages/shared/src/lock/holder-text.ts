import type { Holder } from './holder';

export function holderText(holder: Holder | null): string {
  if (holder === null) return 'a process that left no name in the file';
  return `pid ${holder.pid} on ${holder.host}, ccbot ${holder.version}, since ${holder.since}, CCBOT_DIR ${holder.ccbotDir}`;
}
