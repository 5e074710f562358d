const COLOURS: Record<string, string> = {
  error: '\u001b[31m',
  warn: '\u001b[33m',
  info: '\u001b[36m',
  debug: '\u001b[90m',
};

/** Control characters, which could move a terminal's cursor or change its colours. A program's output may contain them. */
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** Formats a log record as one line for a terminal. Fields without a value are left out; a JSON line has them. */
export function lineOf(record: Readonly<Record<string, unknown>>, colour: boolean): string {
  const { level, message, timestamp, program, stack, ...rest } = record;
  const paint = colour ? (COLOURS[String(level)] ?? '') : '';
  const end = paint === '' ? '' : '\u001b[0m';
  const time = String(timestamp ?? '')
    .replace('T', ' ')
    .replace(/\.\d+Z$/, '');
  const meta = Object.entries(rest)
    .map(([key, value]) => [key, shown(value)])
    .filter(([, value]) => value !== '')
    .map(([key, value]) => `${key}=${value}`)
    .join(' ');
  const source = shown(program) === '' ? '' : `${String(program)}: `;
  const text = String(message).replace(CONTROL, '');
  return `${time} ${paint}${String(level).padEnd(5)}${end} ${source}${text}${meta === '' ? '' : ` ${meta}`}${
    shown(stack) === '' ? '' : `\n${String(stack).replace(CONTROL, '')}`
  }`;
}

/** A field as it is shown; empty if it has no value: nothing, a blank text, or a list or object without entries. */
function shown(value: unknown): string {
  if (typeof value === 'string' && (/^\S*$/.test(value) || value.trim() === '')) return value.trim();
  // Undefined for values that JSON does not know.
  const json = JSON.stringify(value) as string | undefined;
  return json === undefined || /^(?:null|\[\]|\{\})$/.test(json) ? '' : json;
}
