/** A new version of an agent that ccbot does not understand. Markdown. */
export const canary = {
  trouble:
    '{{title}} {{version}} is a new version, and ccbot does not fully understand it:\n\n{{list}}\n\nGo back to the previous version, or upgrade ccbot. Run `ccbot canary` in a terminal to check again.',
  ready: 'ccbot cannot tell when it is ready for text',
  ended: 'it exits on its own',
  typing: 'a two-line prompt does not arrive as typed',
  transcript: 'its transcript lacks the answer or the end of the turn',
  dialog: 'ccbot does not recognize a permission dialog',
  answer: 'it does not continue after a dialog is answered',
} as const;
