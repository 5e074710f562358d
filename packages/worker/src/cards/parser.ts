import createMarkdownIt, {
  type Delimiter,
  type MarkdownIt,
  type Options,
  type StateCore,
  type StateInline,
  type Token,
} from 'markdown-it';
import footnote from 'markdown-it-footnote';

/** Blocks nested deeper than this are nobody's prose; such a text is shown as it was written. */
export const MAX_NESTING = 60;

const PIPE = 0x7c;

/** The characters at which a run of plain text may end; markdown-it's own list, and `|`. */
const stops = Uint8Array.from({ length: 128 }, (_, code) =>
  '\n!#$%&*+-:<=>@[\\]^_`{|}~'.includes(String.fromCharCode(code)) ? 1 : 0,
);

/** Plain text up to the next character that may mean something. Replaces markdown-it's rule, which reads over `|`. */
function text(state: StateInline, silent: boolean): boolean {
  let pos = state.pos;
  while (pos < state.posMax && stops[state.src.charCodeAt(pos)] !== 1) pos++;
  if (pos === state.pos) return false;
  if (!silent) state.pending += state.src.slice(state.pos, pos);
  state.pos = pos;
  return true;
}

/** Reads the contents of blocks. Most cells and items hold nothing that could be markup: they are text as they stand. */
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

/** Finds the marks of `||spoilers||`: not inside a word, and not with a space within, so that `a || b || c` is none. */
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

/** Turns the marks that found their partner into tokens. */
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

/** A parser for CommonMark and GFM with footnotes and spoilers. HTML is text. Any link is let through as it was written. */
export function createParser(): MarkdownIt {
  // `maxNesting` is documented by markdown-it but missing from its types.
  const options: Options & { maxNesting: number } = { html: false, linkify: true, maxNesting: MAX_NESTING };
  const parser = createMarkdownIt(options);
  // Addresses are kept from being read as markup where they begin with a scheme. The search for others costs time
  // and hits file names; Telegram finds addresses by itself.
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
