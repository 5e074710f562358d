import { backlog } from './backlog';
import { cluster } from './cluster/main';
import type { Figure } from './figure';
import { growth } from './growth';
import { history } from './history';
import { hook } from './hook';
import { idle } from './idle';
import { inbound } from './inbound';
import { into } from './into';
import { latencyAnswer } from './latency-answer';
import { latencyIn } from './latency-in';
import { latencyOut } from './latency-out';
import { many } from './many';
import { outbound } from './outbound';
import { picture } from './picture';
import { requests } from './requests';
import { supervision } from './supervision';
import { turn } from './turn';
import { year } from './year';

export interface Bench {
  about: string;
  /** `programs`: it runs the built programs, which may be those of another commit. `sources`: it imports this tree's code. */
  measures: 'programs' | 'sources';
  run(quick: boolean, minutes?: number): Promise<Figure[]>;
}

export const BENCHES: Readonly<Record<string, Bench>> = {
  out: { about: 'from a transcript line to the chat', measures: 'programs', run: latencyOut },
  answer: { about: 'an answer behind its own card', measures: 'programs', run: latencyAnswer },
  in: { about: 'from the chat to the pane', measures: 'programs', run: latencyIn },
  turn: { about: 'from the real agent’s last byte to the chat', measures: 'programs', run: turn },
  into: { about: 'from the chat to the real agent’s request', measures: 'programs', run: into },
  idle: { about: 'fifty idle sessions: CPU, forks, memory', measures: 'programs', run: idle },
  hook: { about: 'ccbot hook', measures: 'programs', run: hook },
  history: { about: 'pages of history of a large transcript', measures: 'sources', run: history },
  asks: { about: 'a request of an agent, to the chat and back', measures: 'programs', run: requests },
  picture: { about: 'a picture of a screen', measures: 'sources', run: picture },
  inbound: { about: 'many messages a second to the agents', measures: 'programs', run: inbound },
  outbound: {
    about: 'long answers, and many messages a second to the chats',
    measures: 'sources',
    run: outbound,
  },
  backlog: { about: 'a thousand updates after an outage', measures: 'programs', run: backlog },
  growth: { about: 'a thousand idle sessions, a transcript of 1 GB', measures: 'programs', run: growth },
  year: { about: 'a year of history in the database', measures: 'programs', run: year },
  many: { about: 'two hundred sessions, fifty of them working', measures: 'programs', run: many },
  cluster: {
    about: 'several machines with one bot: messages, take-over, growth with machines',
    measures: 'programs',
    run: cluster,
  },
  supervision: {
    about: 'recovery after the end of worker or supervisor',
    measures: 'programs',
    run: supervision,
  },
};
