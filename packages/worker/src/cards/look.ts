/** How a person wants cards to look. */
export interface CardLook {
  /** The most tools on a live card, and the most of its text, UTF-16 units. */
  rows: number;
  text: number;
  /** Whether tools are shown, live and with the finished turn; they are counted all the same. */
  tools: boolean;
  /** Whether the agent's last thought is shown while it works. */
  thinking: boolean;
}

/** What fits on a phone: eight tools above about one screen of text. The whole text comes with the finished turn. */
export const USUAL_LOOK: CardLook = { rows: 8, text: 1_200, tools: true, thinking: false };

const SIZES: Readonly<Record<string, Pick<CardLook, 'rows' | 'text'>>> = {
  small: { rows: 3, text: 400 },
  medium: USUAL_LOOK,
  large: { rows: 16, text: 2_800 },
};

/** The look that a person's settings make; what they do not say is as usual. */
export function lookOf(get: (key: 'card-size' | 'card-tools' | 'card-thinking') => string): CardLook {
  return {
    ...USUAL_LOOK,
    ...SIZES[get('card-size')],
    tools: get('card-tools') !== 'off',
    thinking: get('card-thinking') === 'on',
  };
}
