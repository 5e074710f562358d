import type { Chance } from '../chance';
import { now } from '../clock';
import type { ClusterSession } from './machine';
import type { Stage } from './stage';

const ARROWS = ['Up', 'Down', 'Left', 'Right'] as const;
type Arrow = (typeof ARROWS)[number];

/** A screen that is not in the chat after this long is asked for again, ms. */
const SCREEN_MS = 15_000;

/** One tap on an arrow under a screen. */
interface Tapped {
  readonly session: ClusterSession;
  readonly arrow: Arrow;
  readonly query: string;
  readonly at: number;
  /** Arrows of this kind that its agent had before. */
  readonly before: number;
}

/** What became of the arrows. */
export interface ArrowAccount {
  /** Neither pressed nor refused. */
  lost: string[];
  pressedTwice: string[];
  refused: number;
}

/** Taps on the arrows under screens: each is pressed once, or the owner is told that it was not. */
export interface Arrows {
  readonly count: number;
  tap(session: ClusterSession, chance: Chance): void;
  unsettled(): string[];
  account(): ArrowAccount;
}

export function createArrows(stage: Stage): Arrows {
  const { owner, state } = stage.telegram;
  const taps: Tapped[] = [];
  const askedAt = new Map<ClusterSession, number>();
  /** How often the agent got it, up to the next tap on the same arrow. */
  const pressed = (tap: Tapped): number => {
    const next = taps.find(
      ({ at, session, arrow }) => at > tap.at && session === tap.session && arrow === tap.arrow,
    );
    return (next?.before ?? countOf(tap.session, tap.arrow)) - tap.before;
  };
  const isRefused = ({ query }: Tapped): boolean => (state.queries.get(query)?.answered ?? '') !== '';
  const isSettled = (tap: Tapped): boolean => pressed(tap) > 0 || isRefused(tap);
  return {
    get count() {
      return taps.length;
    },
    tap(session, chance) {
      const arrow = chance.pick(ARROWS);
      const last = taps.findLast((tap) => tap.session === session && tap.arrow === arrow);
      // Else nobody could say which of the two was pressed.
      if (last !== undefined && !isSettled(last)) return;
      const found = arrowUnder(owner.fromBot(), session, arrow);
      if (found === null) {
        if (now() - (askedAt.get(session) ?? -Infinity) < SCREEN_MS) return;
        askedAt.set(session, now());
        owner.say(`/screen ${session.name}`);
        return;
      }
      const before = countOf(session, arrow);
      const at = now();
      taps.push({ session, arrow, query: owner.tap(found.data, found.message), at, before });
    },
    unsettled: () => taps.filter((tap) => !isSettled(tap)).map(nameOf),
    account: () => ({
      lost: taps.filter((tap) => !isSettled(tap)).map(nameOf),
      pressedTwice: taps.filter((tap) => pressed(tap) > 1).map(nameOf),
      refused: taps.filter((tap) => pressed(tap) === 0 && isRefused(tap)).length,
    }),
  };
}

/** The button under the newest screen of a session; null: the chat shows none. */
function arrowUnder(
  messages: ReturnType<Stage['telegram']['owner']['fromBot']>,
  { name }: ClusterSession,
  arrow: Arrow,
): { message: number; data: string } | null {
  const isScreen = new RegExp(`^Screen of ${name}\\b`);
  const screen = messages.findLast(({ text, keyboard }) => isScreen.test(text) && keyboard.length > 0);
  const button = screen?.keyboard
    .flat()
    .find(({ callback_data: data }) => data?.endsWith(`:${arrow}`) === true);
  return screen === undefined || button?.callback_data === undefined
    ? null
    : { message: screen.id, data: button.callback_data };
}

const countOf = (session: ClusterSession, arrow: Arrow): number =>
  session.arrows().filter((pressed) => pressed === arrow).length;

const nameOf = ({ session, arrow, query }: Tapped): string =>
  `${arrow} in ${session.name} (${query.slice(0, 8)})`;
