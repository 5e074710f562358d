import createMarkdownIt, {
  type Delimiter,
  type MarkdownIt,
  type Options,
  type StateCore,
  type StateInline,
  type Token,
} from 'markdown-it';
import footnote from 'markdown-it-footnote';

/** No prose nests blocks deeper than this; such a text is shown as it was written. Each level reads the lines again. */
const MAX_NESTING = 24;

const PIPE = 0x7c;

/** The characters at which a run of plain text may end: markdown-it's own list, and `|`. */
const stops = Uint8Array.from({ length: 128 }, (_, code) =>
  '\n!#$%&*+-:<=>@[\\]^_`{|}~'.includes(String.fromCharCode(code)) ? 1 : 0,
);

/** Plain text up to the next character that may be markup. Replaces markdown-it's rule, which does not stop at `|`. */
function text(state: StateInline, silent: boolean): boolean {
  let pos = state.pos;
  while (pos < state.posMax && stops[state.src.charCodeAt(pos)] !== 1) pos++;
  if (pos === state.pos) return false;
  if (!silent) state.pending += state.src.slice(state.pos, pos);
  state.pos = pos;
  return true;
}

/** Parses the contents of blocks. Most cells and items have nothing that could be markup: they are plain text. */
function inline(state: StateCore): void {
  for (const token of state.tokens) {
    if (token.type !== 'inline') continue;
    const children = (token.children ??= []);
    if (hasStop(token.content)) {
      state.md.inline.parse(token.content, state.md, state.env, children);
    } else if (token.content !== '') {
      const text = new state.Token('text', '', 0);
      text.content = token.content;
      children.push(text);
    }
  }
}

function hasStop(content: string): boolean {
  for (let i = 0; i < content.length; i++) if (stops[content.charCodeAt(i)] === 1) return true;
  return false;
}

/** Finds the marks of `||spoilers||`: not inside a word, and not next to a space inside, so that `a || b || c` is none. */
function spoilerMarks(state: StateInline, silent: boolean): boolean {
  if (silent || state.src.charCodeAt(state.pos) !== PIPE) return false;
  const run = state.scanDelims(state.pos, false);
  if (run.length !== 2) {
    state.pending += '|'.repeat(run.length);
    state.pos += run.length;
    return true;
  }
  const token = state.push('text', '', 0);
  token.content = '||';
  state.delimiters.push({
    marker: PIPE,
    length: 0,
    token: state.tokens.length - 1,
    end: -1,
    open: run.can_open,
    close: run.can_close,
  });
  state.pos += 2;
  return true;
}

/** Turns marks that have a partner into tokens. */
function spoilers(state: StateInline): boolean {
  const turn = (delimiters: readonly Delimiter[]): void => {
    for (const start of delimiters) {
      const end = delimiters[start.end];
      if (start.marker !== PIPE || end === undefined) continue;
      mark(state.tokens[start.token], 'spoiler_open', 1);
      mark(state.tokens[end.token], 'spoiler_close', -1);
    }
  };
  turn(state.delimiters);
  for (const meta of state.tokens_meta) if (meta?.delimiters !== undefined) turn(meta.delimiters);
  return true;
}

function mark(token: Token | undefined, type: string, nesting: 1 | -1): void {
  if (token === undefined) return;
  token.type = type;
  token.nesting = nesting;
  token.content = '';
}

/** A parser for CommonMark and GFM with spoilers. HTML is text. Links stay as they were written. */
function createParser({ isWhole }: { isWhole: boolean }): MarkdownIt {
  // `maxNesting` is documented by markdown-it but missing from its types.
  const options: Options & { maxNesting: number } = { html: false, linkify: true, maxNesting: MAX_NESTING };
  const parser = createMarkdownIt(options);
  // Addresses with a scheme are still not read as markup. The search for others costs time and hits file names; Telegram
  // finds addresses by itself.
  parser.core.ruler.disable('linkify');
  parser.core.ruler.at('inline', inline);
  parser.normalizeLink = (url) => url;
  parser.validateLink = () => true;
  if (isWhole) parser.use(footnote);
  else parser.disable('table');
  parser.inline.ruler.at('text', text);
  parser.inline.ruler.before('emphasis', 'spoiler', spoilerMarks);
  parser.inline.ruler2.before('emphasis', 'spoiler', spoilers);
  return parser;
}

const parser = createParser({ isWhole: true });
const withoutExtras = createParser({ isWhole: false });

/** The longest text that is read as Markdown, UTF-16 units: some eight messages, more than an agent writes at once. */
export const MARKDOWN_MAX = 32 * 1024;

/**
 * The most line ends and marks of such a text, and how many are allowed in a short one. What an agent writes has one in
 * eight characters; a text that consists of them takes the parser ten times as long as another of its length.
 */
const MARKS = { share: 1 / 4, always: 2 * 1024 };

/** The most addresses of such a text: each one is parsed. */
const ADDRESSES_MAX = 400;

/** The most marks of footnotes in a text with footnotes: the time they take grows with their square. */
const FOOTNOTES_MAX = 200;

/** CommonMark and GFM with footnotes and spoilers; null for a text that is too long, too dense or nested too deeply. Never throws. */
export function parseMarkdown(text: string): Token[] | null {
  if (text.length > MARKDOWN_MAX || isDense(text)) return null;
  const isUsual = !hasMore(text, ['[^', '^['], FOOTNOTES_MAX) && hasNarrowTables(text);
  try {
    const tokens = (isUsual ? parser : withoutExtras).parse(text, {});
    // The parser leaves out text that is nested deeper than its limit.
    const isTooDeep = tokens.some((token) => token.level >= MAX_NESTING - 1);
    return isTooDeep || lengthOfTargets(tokens) > 2 * text.length ? null : tokens;
  } catch (error) {
    // Images nested by the thousand exhaust the stack.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function isDense(text: string): boolean {
  let marks = 0;
  for (let i = 0; i < text.length; i++) if (stops[text.charCodeAt(i)] === 1) marks++;
  return marks > Math.max(MARKS.always, MARKS.share * text.length) || hasMore(text, ['://'], ADDRESSES_MAX);
}

/** The most bars in a line of a text with tables: a row that lacks cells gets as many as the header has. */
const BARS_MAX = 200;

const BAR_OR_LINE = /[|\n]/g;

function hasNarrowTables(text: string): boolean {
  let bars = 0;
  for (const [sign] of text.matchAll(BAR_OR_LINE)) {
    bars = sign === '\n' ? 0 : bars + 1;
    if (bars > BARS_MAX) return false;
  }
  return true;
}

/** A long address that is defined once can be referred to a thousand times. */
function lengthOfTargets(tokens: readonly Token[]): number {
  let length = 0;
  for (const { children } of tokens) {
    for (const child of children ?? []) {
      length += (child.attrGet('href') ?? child.attrGet('src') ?? '').length;
    }
  }
  return length;
}

/** Whether the text has more than `most` of `marks`. */
function hasMore(text: string, marks: readonly string[], most: number): boolean {
  let count = 0;
  for (const mark of marks) {
    for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + 1)) {
      if (++count > most) return true;
    }
  }
  return false;
}
