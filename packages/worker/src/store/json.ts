import type * as z from 'zod/mini';

/** The content of a stored text, or the reason why it cannot be read. */
export type Parsed<T> = { ok: true; value: T } | { ok: false; reason: string };

/** Reads JSON that ccbot stored. */
export function parseStored<T>(schema: z.ZodMiniType<T>, text: string): Parsed<T> {
  const json = parseJson(text);
  return json.ok ? validate(schema, json.value) : json;
}

/** The format of a row's JSON body. */
export interface RowFormat<T> {
  /** The newest version. A body carries its version in the field `v`; a body without that field is of version 1. */
  version: number;
  /** Reads every version up to the newest: pipe a transform that upgrades older bodies before it. */
  schema: z.ZodMiniType<T>;
}

/** Reads the body of a row. A body of a later version is refused: its fields may have another meaning. */
export function parseRow<T>({ version, schema }: RowFormat<T>, body: string): Parsed<T> {
  const json = parseJson(body);
  if (!json.ok) return json;
  const v = versionOf(json.value);
  if (v <= version) return validate(schema, json.value);
  return { ok: false, reason: `written by a later ccbot (row version ${v}, this one knows ${version})` };
}

function versionOf(row: unknown): number {
  const v = typeof row === 'object' && row !== null && 'v' in row ? row.v : undefined;
  return typeof v === 'number' ? v : 1;
}

function parseJson(text: string): Parsed<unknown> {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    return { ok: false, reason: String(error) };
  }
}

function validate<T>(schema: z.ZodMiniType<T>, json: unknown): Parsed<T> {
  const read = schema.safeParse(json);
  if (read.success) return { ok: true, value: read.data };
  const fields = read.error.issues.map(({ path }) => (path.length === 0 ? 'all' : path.join('.')));
  return { ok: false, reason: `invalid: ${fields.join(', ')}` };
}
