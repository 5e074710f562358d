import createMarkdownIt, {
  type Delimiter,
  type MarkdownIt,
  type Options,
  type StateCore,
  type StateInline,
  type Token,
} from 'markdown-it';
import footnote from 'markdown-it-footnote';

/** No prose nests blocks deeper than this; such a text is shown as it was written. */
export const MAX_NESTING = 60;

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

/** A parser for CommonMark and GFM with footnotes and spoilers. HTML is text. Links stay as they were written. */
export function createParser(): MarkdownIt {
  // `maxNesting` is documented by markdown-it but missing from its types.
  const options: Options & { maxNesting: number } = { html: false, linkify: true, maxNesting: MAX_NESTING };
  const parser = createMarkdownIt(options);
  // Addresses with a scheme are still not read as markup. The search for others costs time and hits file names; Telegram
  // finds addresses by itself.
  parser.core.ruler.disable('linkify');
  parser.core.ruler.at('inline', inline);
  parser.normalizeLink = (url) => url;
  parser.validateLink = () => true;
  parser.use(footnote);
  parser.inline.ruler.at('text', text);
  parser.inline.ruler.before('emphasis', 'spoiler', spoilerMarks);
  parser.inline.ruler2.before('emphasis', 'spoiler', spoilers);
  return parser;
}
