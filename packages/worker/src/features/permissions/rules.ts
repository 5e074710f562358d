import { buttonData, withButtons } from '../../cards/button';
import { BUTTON, type AllowAllIntent } from '../../cards/buttons';
import { renderNotice } from '../../cards/render';
import type { QueuedView } from '../../outbox/model';
import type { Handlers } from '../../chat/command';
import { isLive, type AutoAllow, type Session } from '../../sessions/model';
import { code } from '../../words/markdown';
import type { RequestWords } from '../../words/topics/asks';
import type { WordsOf } from '../../words/words';
import { outboxKey } from '../../outbox/keys';

/** Whether a session is allowed everything it asks for at `at`. */
export function allows(session: Session | undefined, at: number): boolean {
  const until = session?.allowing?.until;
  return until === 'done' || (until !== undefined && at < until);
}

/** What the rules need. */
export interface RuleDeps {
  wordsOf: WordsOf;
  /** How long “for some minutes” is in a chat. */
  minutesOf(chatId: number): number;
  session(id: string): Session | undefined;
  live(): Session[];
  /** Keeps the rule with the session, and shows it on its card; null: no rule. */
  set(session: string, allowing: AutoAllow | null, at: number): void;
  /** A rule begins: what waits of the session is allowed as well. */
  onAllowed(session: string, by: number): void;
  /** The other chats of people who have to do with a session. */
  others(session: Session, but: number): readonly number[];
  /** The name of a person, for the others. */
  nameOf(chatId: number): string;
  put(wanted: QueuedView): void;
  now(): number;
  log(level: 'info' | 'warn' | 'error', text: string, meta?: Record<string, unknown>): void;
}

/** The rules at work. */
export interface Rules {
  handlers: Handlers<AllowAllIntent>;
  /** Ends rules whose time is over, now and when it comes. */
  watch(): void;
  stop(): void;
}

/** Makes the rules: off until the person turns one on, each use and each change in the log. */
export function createRules(deps: RuleDeps): Rules {
  let timer: NodeJS.Timeout | undefined;

  function watch(): void {
    clearTimeout(timer);
    timer = undefined;
    const at = deps.now();
    let next = Infinity;
    for (const session of deps.live()) {
      const until = session.allowing?.until;
      if (typeof until !== 'number') continue;
      if (until <= at) end(session);
      else next = Math.min(next, until);
    }
    if (next !== Infinity) timer = setTimeout(watch, next - at);
  }

  function end(session: Session): void {
    try {
      deps.set(session.id, null, deps.now());
      deps.log('info', 'a rule ended', { session: session.id });
    } catch (error) {
      // A full disk. The rule holds no longer all the same: its time is looked at whenever something is asked.
      deps.log('warn', 'the end of a rule could not be kept', { session: session.id, error: String(error) });
    }
  }

  const button = (session: string, text: string, how: 'minutes' | 'turn' | 'off') => [
    { text, data: buttonData(BUTTON.allowAll, { session, how }) },
  ];

  return {
    handlers: {
      'allow-all'({ inbound, chatId, say, ack }, { session: id, how }) {
        const session = deps.session(id);
        const words = deps.wordsOf(chatId).asks;
        if (session === undefined || !isLive(session)) return ack(words.expired);
        const at = deps.now();
        const minutes = deps.minutesOf(chatId);
        const name = code(session.name);
        if (how === undefined) {
          ack();
          return say(words.ruleChoose(name), [
            button(id, words.ruleMinutes(minutes), 'minutes'),
            button(id, words.ruleTurn, 'turn'),
            ...(allows(session, at) ? [button(id, words.ruleOff, 'off')] : []),
          ]);
        }
        const rule: AutoAllow | null =
          how === 'off' ? null : { until: how === 'turn' ? 'done' : at + minutes * 60_000 };
        deps.set(id, rule, at);
        deps.log('info', 'the person changed a rule', { session: id, chatId, rule: rule?.until ?? 'off' });
        watch();
        const until = ({ untilDone, ruleFor }: RequestWords): string =>
          how === 'turn' ? untilDone : ruleFor(minutes);
        // Whoever relies on being asked has to know that nobody is.
        for (const other of deps.others(session, chatId)) {
          const theirs = deps.wordsOf(other).asks;
          const by = code(deps.nameOf(chatId));
          const [text, buttons] =
            rule === null
              ? [theirs.ruleOffBy(by, name), []]
              : [theirs.ruleOnBy(by, name, until(theirs)), [button(id, theirs.ruleOff, 'off')]];
          const view = withButtons(renderNotice(text), buttons);
          const key = outboxKey('rule', inbound.updateId);
          deps.put({ chatId: other, key, session: id, view, class: 'notice' });
        }
        if (rule === null) {
          ack(words.ruleIsOff(session.name));
          return say(words.ruleIsOff(name));
        }
        ack(words.ruleOn(session.name, until(words)));
        say(words.ruleOn(name, until(words)), [button(id, words.ruleOff, 'off')]);
        deps.onAllowed(id, chatId);
      },
    },
    watch,
    stop: () => clearTimeout(timer),
  };
}
