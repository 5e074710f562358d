import { agents } from './agents';
import { board } from './board';
import { canary } from './canary';
import { card } from './card';
import { chat } from './chat';
import { history } from './history';
import { incoming } from './incoming';
import { menu } from './menu';
import { opening } from './opening';
import { moments } from './moments';
import { outbox } from './outbox';
import { salvage } from './salvage';
import { send } from './send';

/** All texts in Russian. */
export const ru = {
  agents,
  board,
  canary,
  card,
  chat,
  history,
  incoming,
  menu,
  opening,
  moments,
  outbox,
  salvage,
  send,
} as const;
