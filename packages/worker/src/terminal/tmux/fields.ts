import { tmuxField } from '@ccbot/shared/tmux-field';

/** Between two fields; no field holds one. */
const TAB = '\t';

/** What a value must look like; anything else was not printed for this field. */
export type Shape = RegExp | null;

/** Ids and numbers of tmux. */
export const SHAPES = {
  session: /^\$\d+$/,
  window: /^@\d+$/,
  pane: /^%\d+$/,
  number: /^\d+$/,
  /** A number or nothing. */
  maybe: /^\d*$/,
} as const;

/** The values of a row; null: it has another number of fields, or one of another shape. */
export function readRow<N extends string>(
  line: string,
  shapes: Readonly<Record<N, Shape>>,
): Record<N, string> | null {
  const values = line.split(TAB);
  const names = Object.keys(shapes) as N[];
  if (values.length !== names.length) return null;
  // A plain loop: hundreds of panes are listed every two seconds.
  const row: Partial<Record<N, string>> = {};
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as N;
    const value = values[i] ?? '';
    if (shapes[name]?.test(value) === false) return null;
    row[name] = value;
  }
  return row as Record<N, string>;
}

/** A format that asks for the fields of a row, on one line. */
export function formatFor(shapes: Readonly<Record<string, Shape>>): string {
  return Object.keys(shapes).map(tmuxField).join(TAB);
}
