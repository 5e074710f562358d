import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { GlobalFonts } from '@napi-rs/canvas';

const requireFont = createRequire(__filename);

/** A font is missing or damaged: the installation is incomplete. */
export class FontError extends Error {}

/** Loads fonts when a character needs them. They come from npm packages, so a picture looks the same on every machine. */
export interface Fonts {
  /** Font families for a character, best first; loads them if necessary. Throws a {@link FontError}. */
  familyOf(char: string): string;
}

/** The terminal's own font, in its four styles. */
export const MONO = 'Terminal';

const EMOJI = /\p{Emoji_Presentation}|\ufe0f/u;
const HAN = /[\u2e80-\u30ff\u31c0-\u31ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]/;

/** What the terminal's font has besides letters: arrows, mathematics, lines, dingbats. Unifont has everything else. */
const IN_MONO = /^[\u0020-\u052f\u2010-\u2027\u2030-\u205e\u2190-\u21ff\u2500-\u25ff\u2713-\u2717\u276f]$/;

/** Opens the fonts of this process and loads the terminal's own. */
export function openFonts(): Fonts {
  const loaded = new Set<string>();
  let slices: Slice[] | undefined;
  load(MONO, '@fontsource/dejavu-mono', 'dejavu-mono-latin-400-normal.woff2');
  load(MONO, '@fontsource/dejavu-mono', 'dejavu-mono-latin-700-normal.woff2');
  load(MONO, '@fontsource/dejavu-mono', 'dejavu-mono-latin-400-italic.woff2');
  load(MONO, '@fontsource/dejavu-mono', 'dejavu-mono-latin-700-italic.woff2');

  function load(family: string, name: string, file: string, folder = 'files'): string {
    const key = `${name}/${file}`;
    if (loaded.has(key)) return family;
    const path = join(packageFolder(name), folder, file);
    if (GlobalFonts.registerFromPath(path, family) === null)
      throw new FontError(`cannot read the font ${path}`);
    loaded.add(key);
    return family;
  }

  /** Every character of the Basic Multilingual Plane, in pixels. Of its two formats, woff loads 4 times faster. */
  const fallback = (): string => load('Unifont', '@fontsource/unifont', 'unifont-latin-400-normal.woff');

  function han(char: string): string {
    const name = '@fontsource-variable/noto-sans-sc';
    slices ??= slicesOf(requireFont(`${name}/unicode.json`) as Record<string, string>);
    const code = char.codePointAt(0) ?? 0;
    const slice = slices.find(({ ranges }) => ranges.some(([from, to]) => code >= from && code <= to));
    if (slice === undefined) return fallback();
    return load(`Han ${slice.name}`, name, `noto-sans-sc-${slice.name}-wght-normal.woff2`);
  }

  return {
    familyOf(char) {
      if (IN_MONO.test(char)) return `"${MONO}"`;
      if (EMOJI.test(char))
        return `"${load('Emoji', 'twemoji-colr-font', 'twemoji.woff2', '.')}", "${fallback()}"`;
      if (HAN.test(char)) return `"${han(char)}", "${fallback()}"`;
      return `"${MONO}", "${fallback()}"`;
    },
  };
}

/** A part of a font that comes in many files. */
interface Slice {
  name: string;
  ranges: (readonly [number, number])[];
}

function slicesOf(table: Readonly<Record<string, string>>): Slice[] {
  return Object.entries(table).map(([key, ranges]) => ({
    name: key.replace(/[[\]]/g, ''),
    ranges: ranges.split(',').map((range) => {
      const [from = '', to = from] = range.trim().replace('U+', '').split('-');
      return [parseInt(from, 16), parseInt(to, 16)] as const;
    }),
  }));
}

function packageFolder(name: string): string {
  try {
    return dirname(requireFont.resolve(`${name}/package.json`));
  } catch {
    throw new FontError(`the package ${name} is not installed`);
  }
}
