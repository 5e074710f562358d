/** How cards look. */
export interface CardLook {
  /** The most tools on a live card, and the most UTF-16 units of its text. */
  rows: number;
  text: number;
  /** Whether tools are shown, live and in the finished turn; they are counted anyway. */
  tools: boolean;
  /** Whether the agent's last thought is shown while it works. */
  thinking: boolean;
}

/** What fits on a phone: eight tools above about one screen of text. The finished turn has the whole text. */
export const USUAL_LOOK: CardLook = { rows: 8, text: 1_200, tools: true, thinking: false };

const SIZES: Readonly<Record<string, Pick<CardLook, 'rows' | 'text'>>> = {
  small: { rows: 3, text: 400 },
  medium: USUAL_LOOK,
  large: { rows: 16, text: 2_800 },
};

/** The look by a user's settings; whatever they do not set is as usual. */
export function lookOf(get: (key: 'card-size' | 'card-tools' | 'card-thinking') => string): CardLook {
  return {
    ...USUAL_LOOK,
    ...SIZES[get('card-size')],
    tools: get('card-tools') !== 'off',
    thinking: get('card-thinking') === 'on',
  };
}
