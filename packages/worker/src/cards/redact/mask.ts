import { firstIndex } from '../partition';
import { placed, sliceRich } from '../rich';
import { findSecrets, masked, maskOf, type Secret } from './secrets';
import type { Entity, Rich } from '../view';

/** Masks everything that is shaped like a credential. */
export function discreet(rich: Rich): Rich {
  return maskRich(rich, findSecrets(rich.text).secrets);
}

/** Masks `secrets`, and moves the entities along. An entity that would cover only part of a mask is left out. */
export function maskRich(rich: Rich, secrets: readonly Secret[]): Rich {
  if (secrets.length === 0) return { text: rich.text, entities: rich.entities };
  const text = masked(rich.text, secrets);
  const shifts = shiftsOf(rich.text, secrets);
  const entities: Entity[] = [];
  for (const entity of rich.entities) {
    // Telegram shows a link's address before it opens it.
    if (entity.url !== undefined && findSecrets(entity.url).secrets.length > 0) continue;
    const from = movedTo(shifts, entity.offset, 'end');
    const to = movedTo(shifts, entity.offset + entity.length, 'start');
    if (to > from) entities.push(placed(entity, from, to - from));
  }
  return sliceRich({ text, entities }, 0, text.length);
}

/** A hidden piece of the text, the length of its mask, and by how much the text before it moves. */
interface Shift {
  from: number;
  to: number;
  length: number;
  before: number;
}

function shiftsOf(text: string, secrets: readonly Secret[]): Shift[] {
  let before = 0;
  return secrets.map(({ from, to, show }) => {
    const { length } = maskOf(text.slice(from + show, to));
    const shift = { from: from + show, to, length, before };
    before += length - (to - shift.from);
    return shift;
  });
}

/** A place of the text in the masked text; for a place under a mask, that mask's start or end. */
function movedTo(shifts: readonly Shift[], at: number, edge: 'start' | 'end'): number {
  const shift = shifts[firstIndex(shifts, ({ from }) => from >= at) - 1];
  if (shift === undefined) return at;
  const { from, to, length, before } = shift;
  if (at < to) return edge === 'start' ? from + before : from + length + before;
  return at + before + length - (to - from);
}
