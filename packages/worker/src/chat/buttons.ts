import { readAct, writeAct } from '../features/permissions/button-codec';
import { readBrowseAct, writeBrowseAct } from '../features/new-session/button-codec';
import { SETTING_PAGES } from './preferences';
import { HELP_SECTIONS } from '../words/topics/help';
import { PHONE_KEYS, RESUME_WHEN, type Intent, type PhoneKey } from './intents';

/** The most bytes that Telegram takes as the data of a button. */
export const BUTTON_DATA_MAX = 64;

/** The kinds of intent that a button can carry. */
type ButtonDo = keyof ButtonCodecs;

/** An intent that a button can carry. */
export type ButtonIntent = Extract<Intent, { do: ButtonDo }>;

/** How one kind of intent stands in a button: a verb of its own, and after a colon what `write` makes of it. */
interface Codec<D extends Intent['do']> {
  verb: string;
  write(intent: Extract<Intent, { do: D }>): string;
  /** Reads back what `write` made. Null for anything else: an old button, or a forged one. */
  read(rest: string): Extract<Intent, { do: D }> | null;
}

/** An id as ccbot makes them. */
const ID = /^[\w-]{1,40}$/;

/** A button that names a session and nothing else. */
const ofSession = <I>(verb: string, intent: (session: string) => I) => ({
  verb,
  write: ({ session }: { session: string }) => session,
  read: (rest: string): I | null => (ID.test(rest) ? intent(rest) : null),
});

/** A button that names a session, and whether the person was asked and is sure. */
const surely = <I>(verb: string, intent: (session: string, sure: boolean) => I) => ({
  verb,
  write: ({ session, sure }: { session: string; sure: boolean }) => (sure ? `${session}:yes` : session),
  read(rest: string): I | null {
    const [session = '', sure] = rest.split(':');
    return ID.test(session) && (sure === undefined || sure === 'yes')
      ? intent(session, sure === 'yes')
      : null;
  },
});

/** A button that names a prompt and nothing else. */
const ofPrompt = <I>(verb: string, intent: (prompt: number) => I) => ({
  verb,
  write: ({ prompt }: { prompt: number }) => String(prompt),
  read: (rest: string): I | null => (/^\d{1,15}$/.test(rest) ? intent(Number(rest)) : null),
});

/** An id of the store's own, which `router` never looks into. */
const KEPT_ID = /^[\w-]{1,24}$/;

interface ButtonCodecs {
  settings: Codec<'settings'>;
  help: Codec<'help'>;
  list: Codec<'list'>;
  browse: Codec<'browse'>;
  handover: Codec<'handover'>;
  switch: Codec<'switch'>;
  page: Codec<'page'>;
  more: Codec<'more'>;
  clear: Codec<'clear'>;
  interrupt: Codec<'interrupt'>;
  screen: Codec<'screen'>;
  refresh: Codec<'refresh'>;
  hide: Codec<'hide'>;
  key: Codec<'key'>;
  kill: Codec<'kill'>;
  archive: Codec<'archive'>;
  archived: Codec<'archived'>;
  restore: Codec<'restore'>;
  history: Codec<'history'>;
  export: Codec<'export'>;
  'restore-lost': Codec<'restore-lost'>;
  forget: Codec<'forget'>;
  resume: Codec<'resume'>;
  login: Codec<'login'>;
  'login-cancel': Codec<'login-cancel'>;
  retype: Codec<'retype'>;
  drop: Codec<'drop'>;
  veil: Codec<'veil'>;
  offer: Codec<'offer'>;
  ask: Codec<'ask'>;
  inbox: Codec<'inbox'>;
  'allow-all': Codec<'allow-all'>;
  adopt: Codec<'adopt'>;
  'close-stray': Codec<'close-stray'>;
}

/** Every kind of button, one entry each. */
const CODECS: ButtonCodecs = {
  settings: {
    verb: 'set',
    write: ({ of = '', page = 'root', set }) =>
      `${of}:${page}${set === undefined ? '' : `:${set.key}=${set.value}`}`,
    read(rest) {
      const [, of = '', word, key, value = ''] =
        /^([\w-]{1,24}):([a-z]+)(?::([a-z-]{1,20})=(\w{0,10}))?$/.exec(rest) ?? [];
      const page = [...SETTING_PAGES, 'menu' as const, 'root' as const].find((known) => known === word);
      if (page === undefined) return null;
      return { do: 'settings', of, page, ...(key === undefined ? {} : { set: { key, value } }) };
    },
  },
  help: {
    verb: 'help',
    write: ({ of = '', section = '' }) => `${of}:${section}`,
    read(rest) {
      const [of = '', word = ''] = rest.split(':');
      const section = HELP_SECTIONS.find((known) => known === word);
      if (!KEPT_ID.test(of) || (word !== '' && section === undefined)) return null;
      return { do: 'help', of, ...(section === undefined ? {} : { section }) };
    },
  },
  list: { verb: 'list', write: () => '', read: (rest) => (rest === '' ? { do: 'list' } : null) },
  handover: {
    verb: 'hand',
    write: (intent) => `${intent.session}:${intent.agent}`,
    read(rest) {
      const [session = '', agent = ''] = rest.split(':');
      return ID.test(session) && ID.test(agent) ? { do: 'handover', session, agent } : null;
    },
  },
  browse: {
    verb: 'dir',
    write: ({ request, act }) => `${request}:${writeBrowseAct(act)}`,
    read(rest) {
      const [request = '', code = ''] = rest.split(':');
      const act = readBrowseAct(code);
      return ID.test(request) && act !== null ? { do: 'browse', request, act } : null;
    },
  },
  switch: ofSession('go', (session) => ({ do: 'switch', session })),
  page: {
    verb: 'page',
    write: ({ session, at, part, go }) =>
      at === undefined ? `${session}:${go[0]}` : `${session}:${go[0]}:${at}.${part ?? 0}`,
    read(rest) {
      const [, session = '', letter, at, part] =
        /^([\w-]{1,40}):([on])(?::(\d{1,13})\.(\d{1,3}))?$/.exec(rest) ?? [];
      if (session === '') return null;
      const where = at === undefined ? {} : { at: Number(at), part: Number(part) };
      return { do: 'page', session, ...where, go: letter === 'o' ? 'older' : 'newer' };
    },
  },
  more: {
    verb: 'more',
    write: ({ session, on }) => (on ? session : `${session}:less`),
    read(rest) {
      const [session = '', less] = rest.split(':');
      if (!ID.test(session) || (less !== undefined && less !== 'less')) return null;
      return { do: 'more', session, on: less === undefined };
    },
  },
  clear: surely('clear', (session, sure) => ({ do: 'clear', session, sure })),
  interrupt: ofSession('stop', (session) => ({ do: 'interrupt', session })),
  screen: ofSession('screen', (session) => ({ do: 'screen', session })),
  refresh: ofSession('fresh', (session) => ({ do: 'refresh', session })),
  hide: ofSession('hide', (session) => ({ do: 'hide', session })),
  key: {
    verb: 'key',
    write: (intent) => `${intent.session}:${intent.key}`,
    read(rest) {
      const [session = '', key = ''] = rest.split(':');
      return ID.test(session) && isPhoneKey(key) ? { do: 'key', session, key } : null;
    },
  },
  login: {
    verb: 'login',
    write: ({ session = '', sure }) => (sure === true ? `${session}:yes` : session),
    read(rest) {
      const [, session = '', sure] = /^([\w-]{0,40})(:yes)?$/.exec(rest) ?? [undefined, ':'];
      if (session === ':') return null;
      return {
        do: 'login',
        ...(session === '' ? {} : { session }),
        ...(sure === undefined ? {} : { sure: true }),
      };
    },
  },
  'login-cancel': {
    verb: 'nologin',
    write: () => '',
    read: (rest) => (rest === '' ? { do: 'login-cancel' } : null),
  },
  kill: surely('kill', (session, sure) => ({ do: 'kill', session, sure })),
  archive: {
    verb: 'shelf',
    write: ({ page }) => String(page),
    read: (rest) => (/^\d{1,4}$/.test(rest) ? { do: 'archive', page: Number(rest) } : null),
  },
  archived: ofSession('past', (session) => ({ do: 'archived', session })),
  restore: ofSession('restore', (session) => ({ do: 'restore', session })),
  history: {
    verb: 'hist',
    write: (intent) => `${intent.session}:${intent.page}`,
    read(rest) {
      const [session = '', page = ''] = rest.split(':');
      return ID.test(session) && /^\d{1,6}$/.test(page)
        ? { do: 'history', session, page: Number(page) }
        : null;
    },
  },
  export: ofSession('export', (session) => ({ do: 'export', session })),
  'restore-lost': {
    verb: 'restore-lost',
    write: ({ at }) => String(at),
    read: (rest) => (/^\d{1,15}$/.test(rest) ? { do: 'restore-lost', at: Number(rest) } : null),
  },
  forget: surely('forget', (session, sure) => ({ do: 'forget', session, sure })),
  resume: {
    verb: 'resume',
    write: (intent) => `${intent.session}:${intent.when}`,
    read(rest) {
      const [session = '', word] = rest.split(':');
      const when = RESUME_WHEN.find((known) => known === word);
      return ID.test(session) && when !== undefined ? { do: 'resume', session, when } : null;
    },
  },
  retype: ofPrompt('again', (prompt) => ({ do: 'retype', prompt })),
  drop: ofPrompt('drop', (prompt) => ({ do: 'drop', prompt })),
  veil: {
    verb: 'veil',
    write: ({ id, part, show }) => `${id}:${part}:${show ? 'show' : 'hide'}`,
    read(rest) {
      const [id = '', part = '', how] = rest.split(':');
      if (!KEPT_ID.test(id) || !/^\d{1,4}$/.test(part) || (how !== 'show' && how !== 'hide')) return null;
      return { do: 'veil', id, part: Number(part), show: how === 'show' };
    },
  },
  offer: {
    verb: 'file',
    write: ({ id, send }) => `${id}:${send ? 'yes' : 'no'}`,
    read(rest) {
      const [id = '', how] = rest.split(':');
      if (!KEPT_ID.test(id) || (how !== 'yes' && how !== 'no')) return null;
      return { do: 'offer', id, send: how === 'yes' };
    },
  },
  ask: {
    verb: 'ask',
    write: ({ ask, act }) => `${ask}:${writeAct(act)}`,
    read(rest) {
      const [, ask = '', code = ''] = /^(\d{1,15}):(\w[\w.]*)$/.exec(rest) ?? [];
      const act = readAct(code);
      return act === null ? null : { do: 'ask', ask: Number(ask), act };
    },
  },
  inbox: { verb: 'inbox', write: () => '', read: (rest) => (rest === '' ? { do: 'inbox' } : null) },
  adopt: {
    verb: 'adopt',
    write: ({ stray }) => stray,
    read: (rest) => (KEPT_ID.test(rest) ? { do: 'adopt', stray: rest } : null),
  },
  'close-stray': {
    verb: 'shut',
    write: ({ stray, sure }) => (sure ? `${stray}:yes` : stray),
    read(rest) {
      const [stray = '', sure] = rest.split(':');
      if (!KEPT_ID.test(stray) || (sure !== undefined && sure !== 'yes')) return null;
      return { do: 'close-stray', stray, sure: sure === 'yes' };
    },
  },
  'allow-all': {
    verb: 'all',
    write: ({ session, how }) => (how === undefined ? session : `${session}:${how}`),
    read(rest) {
      const [session = '', how] = rest.split(':');
      if (!ID.test(session)) return null;
      if (how === undefined) return { do: 'allow-all', session };
      return how === 'minutes' || how === 'turn' || how === 'off' ? { do: 'allow-all', session, how } : null;
    },
  },
};

const BY_VERB: ReadonlyMap<string, Codec<ButtonDo>> = new Map(
  Object.values(CODECS).map((codec) => [codec.verb, codec as Codec<ButtonDo>]),
);

/** The data of a button that stands for `intent`; always within {@link BUTTON_DATA_MAX} bytes for ids made by ccbot. */
export function buttonData(intent: ButtonIntent): string {
  const codec = CODECS[intent.do] as Codec<ButtonDo>;
  const rest = codec.write(intent);
  return rest === '' ? codec.verb : `${codec.verb}:${rest}`;
}

/** Reads a button's data back. `null` for what this version did not write: an old button, or a forged one. */
export function parseButton(data: string): ButtonIntent | null {
  const colon = data.indexOf(':');
  const verb = colon < 0 ? data : data.slice(0, colon);
  return BY_VERB.get(verb)?.read(colon < 0 ? '' : data.slice(colon + 1)) ?? null;
}

function isPhoneKey(key: string): key is PhoneKey {
  return (PHONE_KEYS as readonly string[]).includes(key);
}
