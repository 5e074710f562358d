import type { Drafts } from '../outbox/drafts';
import type { Outbox } from '../outbox/outbox';
import type { Settings } from '../store/settings';
import type { CardStore } from './card-state';
import type { BoardPeople, Page } from './model';
import type { BoardSessions } from './sessions';
import type { ChatRoster } from './watchers';

export interface BoardDeps {
  sessions: BoardSessions;
  people: BoardPeople;
  outbox: Pick<Outbox, 'put' | 'remove' | 'threadOf' | 'has' | 'onSettled'>;
  settings: Pick<Settings, 'get' | 'set'>;
  /** Once they are known to work, what an agent is writing is shown as a draft instead of on its card. */
  drafts: Pick<Drafts, 'known'>;
  now(): number;
}

export interface BoardState extends BoardDeps {
  cards: CardStore;
  roster: ChatRoster;
  /** The texts of the pages that cards show, by chat. */
  pages: Map<number, Page>;
  /** The last key of each session's line in the panels. */
  panelKeys: Map<string, string>;
  /** The last key of the lines about the sessions of other machines. */
  elsewhereKey: string;
  /** Since when each session was silent when that was last reported, ms since the epoch. */
  reportedSilence: Map<string, number>;
  /** When each chat's card was last drawn with more than a new time, ms since the epoch. */
  drawnAt: Map<number, number>;
}
