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
  const entities: Entity[] = [];
  for (const entity of rich.entities) {
    // Telegram shows a link's address before it opens it.
    if (entity.url !== undefined && findSecrets(entity.url).secrets.length > 0) continue;
    const from = movedTo(rich.text, secrets, entity.offset, 'end');
    const to = movedTo(rich.text, secrets, entity.offset + entity.length, 'start');
    if (to > from) entities.push(placed(entity, from, to - from));
  }
  return sliceRich({ text, entities }, 0, text.length);
}

/** A place of the text in the masked text; for a place under a mask, that mask's start or end. */
function movedTo(text: string, secrets: readonly Secret[], at: number, edge: 'start' | 'end'): number {
  let shift = 0;
  for (const { from, to, show } of secrets) {
    if (at <= from + show) break;
    const length = show + maskOf(text.slice(from + show, to)).length;
    if (at < to) return edge === 'start' ? from + show + shift : from + length + shift;
    shift += length - (to - from);
  }
  return at + shift;
}
