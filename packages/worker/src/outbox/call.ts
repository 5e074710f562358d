import type { NextCall } from './decide';
import type { QueuedView } from './model';

/** A call that is to be made. */
export type Call = Exclude<NextCall, { do: 'nothing' }>;

/** The parts that a call sends anew. */
export function newParts(call: Call): readonly number[] {
  return call.do === 'send' ? [call.part] : call.do === 'album' ? call.parts : [];
}

/** Whether a call reads a file. */
export function hasUpload(call: Call, wanted: QueuedView): boolean {
  if (call.do === 'album' || (call.do === 'edit' && call.what === 'file')) return true;
  return call.do === 'send' && wanted.view.parts[call.part]?.file !== undefined;
}

/** The name of the file that a part carries. */
export function nameOf(wanted: QueuedView, part: number): string {
  return wanted.view.parts[part]?.file?.name ?? '';
}

/** The ids of the messages that a call has shown, in order. */
export function idsOf(value: unknown): (number | null)[] {
  const messages = (Array.isArray(value) ? value : [value]) as ({ message_id?: number } | true)[];
  return messages.map((m) => (typeof m === 'object' ? (m.message_id ?? null) : null));
}
