/** What takes the place of a control character in a value that tmux prints. */
export const REPLACED = '\ufffd';

/**
 * A field of a tmux format whose value has no control characters. Names, directories, commands and user options may hold
 * newlines and tabs, and tmux prints them as they are: one value would look like several fields or several rows. `#{q:…}`
 * does not quote them. Substitution came with tmux 3.0. `ccbot hook` loads this while the agent waits, so it stays small.
 */
export function tmuxField(name: string): string {
  return `#{s/[\u0001-\u001f\u007f]/${REPLACED}/:${name}}`;
}
