import { confirmedButton, ID, plainButton, promptButton, sessionButton, type ButtonKind } from './button';

/** Sections of the help. */
export const HELP_SECTIONS = ['first', 'sessions', 'asks', 'files', 'tips'] as const;
export type HelpSection = (typeof HELP_SECTIONS)[number];

export interface HelpIntent {
  readonly do: 'help';
  /** Names the `/help` whose message is changed; absent: a new message. */
  readonly of?: string;
  readonly section?: HelpSection;
}

/** A page of a session's past on its card. `at`, `part`: the page that is shown now; absent: the running turn. */
export interface PageIntent {
  readonly do: 'page';
  readonly session: string;
  readonly at?: number;
  readonly part?: number;
  readonly go: 'older' | 'newer';
}

export interface MoreIntent {
  readonly do: 'more';
  readonly session: string;
  readonly on: boolean;
}

export interface ArchiveIntent {
  readonly do: 'archive';
  readonly page: number;
}

/** Restores the sessions that were found lost at one time, ms since the epoch. */
export interface RestoreLostIntent {
  readonly do: 'restore-lost';
  readonly at: number;
}

/** A page of a session's history; the newest is 0. */
export interface HistoryIntent {
  readonly do: 'history';
  readonly session: string;
  readonly page: number;
}

export interface HandoverIntent {
  readonly do: 'handover';
  readonly session: string;
  readonly agent: string;
}

/** `session`: whose agent is logged in; absent: the agent of new sessions. */
export interface LoginIntent {
  readonly do: 'login';
  readonly session?: string;
  readonly sure?: true;
}

/** Whether a session is allowed everything it asks for; without `how` the user is asked for how long. */
export interface AllowAllIntent {
  readonly do: 'allow-all';
  readonly session: string;
  readonly how?: 'minutes' | 'turn' | 'off';
}

const help: ButtonKind<HelpIntent> = {
  verb: 'help',
  counts: 'any',
  write: ({ of = '', section = '' }) => `${of}:${section}`,
  read(rest) {
    const [of = '', word = ''] = rest.split(':');
    const section = HELP_SECTIONS.find((known) => known === word);
    if (!/^[\w-]{1,24}$/.test(of) || (word !== '' && section === undefined)) return null;
    return { do: 'help', of, ...(section === undefined ? {} : { section }) };
  },
};

const page: ButtonKind<PageIntent> = {
  verb: 'page',
  counts: 'posted',
  write: ({ session, at, part, go }) =>
    at === undefined ? `${session}:${go[0]}` : `${session}:${go[0]}:${at}.${part ?? 0}`,
  read(rest) {
    const [, session = '', letter, at, part] =
      /^([\w-]{1,40}):([on])(?::(\d{1,13})\.(\d{1,3}))?$/.exec(rest) ?? [];
    if (session === '') return null;
    const shown = at === undefined ? {} : { at: Number(at), part: Number(part) };
    return { do: 'page', session, ...shown, go: letter === 'o' ? 'older' : 'newer' };
  },
};

const more: ButtonKind<MoreIntent> = {
  verb: 'more',
  counts: 'any',
  write: ({ session, on }) => (on ? session : `${session}:less`),
  read(rest) {
    const [session = '', less] = rest.split(':');
    if (!ID.test(session) || (less !== undefined && less !== 'less')) return null;
    return { do: 'more', session, on: less === undefined };
  },
};

const archive: ButtonKind<ArchiveIntent> = {
  verb: 'shelf',
  counts: 'posted',
  write: ({ page: number }) => String(number),
  read: (rest) => (/^\d{1,4}$/.test(rest) ? { do: 'archive', page: Number(rest) } : null),
};

const restoreLost: ButtonKind<RestoreLostIntent> = {
  verb: 'restore-lost',
  counts: 'posted',
  write: ({ at }) => String(at),
  read: (rest) => (/^\d{1,15}$/.test(rest) ? { do: 'restore-lost', at: Number(rest) } : null),
};

const history: ButtonKind<HistoryIntent> = {
  verb: 'hist',
  counts: 'posted',
  write: (intent) => `${intent.session}:${intent.page}`,
  read(rest) {
    const [session = '', number = ''] = rest.split(':');
    if (!ID.test(session) || !/^\d{1,6}$/.test(number)) return null;
    return { do: 'history', session, page: Number(number) };
  },
};

const handover: ButtonKind<HandoverIntent> = {
  verb: 'hand',
  counts: 'any',
  write: (intent) => `${intent.session}:${intent.agent}`,
  read(rest) {
    const [session = '', agent = ''] = rest.split(':');
    return ID.test(session) && ID.test(agent) ? { do: 'handover', session, agent } : null;
  },
};

const login: ButtonKind<LoginIntent> = {
  verb: 'login',
  counts: 'posted',
  write: ({ session = '', sure }) => (sure === true ? `${session}:yes` : session),
  read(rest) {
    const match = /^([\w-]{0,40})(:yes)?$/.exec(rest);
    if (match === null) return null;
    const [, session = '', sure] = match;
    return {
      do: 'login',
      ...(session === '' ? {} : { session }),
      ...(sure === undefined ? {} : { sure: true }),
    };
  },
};

const allowAll: ButtonKind<AllowAllIntent> = {
  verb: 'all',
  counts: 'posted',
  write: ({ session, how }) => (how === undefined ? session : `${session}:${how}`),
  read(rest) {
    const [session = '', how] = rest.split(':');
    if (!ID.test(session)) return null;
    if (how === undefined) return { do: 'allow-all', session };
    return how === 'minutes' || how === 'turn' || how === 'off' ? { do: 'allow-all', session, how } : null;
  },
};

/** Buttons that rooms and several features show. A button that only its own feature shows is defined in that feature. */
export const BUTTON = {
  list: plainButton('list', 'list'),
  inbox: plainButton('inbox', 'inbox'),
  switch: sessionButton('switch', 'go'),
  interrupt: sessionButton('interrupt', 'stop'),
  screen: sessionButton('screen', 'screen'),
  restore: sessionButton('restore', 'restore'),
  kill: confirmedButton('kill', 'kill'),
  clear: confirmedButton('clear', 'clear'),
  retype: promptButton('retype', 'again'),
  drop: promptButton('drop', 'drop'),
  saveText: promptButton('save-text', 'save'),
  help,
  page,
  more,
  archive,
  restoreLost,
  history,
  handover,
  login,
  allowAll,
} as const;
