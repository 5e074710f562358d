/** Whole escape sequences, so that no part of one is typed: CSI, OSC, other strings, two-byte sequences. */
const ESCAPES =
  // oxlint-disable-next-line no-control-regex
  /\u001b\[[0-?]*[ -/]*[@-~]|\u009b[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[PX^_][^\u001b]*(?:\u001b\\)?|\u001b[ -/]*[0-~]?/g;

/** Control characters except tab and newline: the rest of C0, DEL, C1. */
// oxlint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** Lone halves of surrogate pairs; UTF-8 cannot encode them. */
const LONE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * The part of a text that may be typed into a terminal: line ends become `\n`, and no control characters except tab and
 * newline remain, so that no text can end a bracketed paste early or press a key.
 */
export function typeable(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(ESCAPES, '').replace(CONTROLS, '').replace(LONE, '\ufffd');
}
