import { advice } from './advice';
import { agents } from './agents';
import { board } from './board';
import { canary } from './canary';
import { card } from './card';
import { causes } from './causes';
import { chat } from './chat';
import { incoming } from './incoming';
import { machines } from './machines';
import { moments } from './moments';
import { opening } from './opening';
import { outbox } from './outbox';
import { salvage } from './salvage';

/** The texts of the kernel's rooms, by topic. The other languages have the same keys. */
export const en = {
  advice,
  agents,
  board,
  canary,
  card,
  causes,
  chat,
  incoming,
  machines,
  moments,
  opening,
  outbox,
  salvage,
} as const;
