/** Whether what is written to a stream is painted: on a terminal that can, where nobody has asked for no colour (no-color.org). */
export function wantsColour(
  stream: { isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  return stream.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
}
