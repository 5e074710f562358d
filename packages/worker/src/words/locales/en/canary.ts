/** What is told of an agent’s new version that ccbot does not understand. Markdown. */
export const canary = {
  trouble:
    '{{title}} {{version}} is new here, and ccbot does not understand all of it:\n\n{{list}}\n\nGo back to the version before, or upgrade ccbot. `ccbot canary` at the terminal tries it again.',
  ready: 'it is not seen to be ready for text',
  ended: 'it ends by itself',
  typing: 'a prompt of two lines does not reach it as it was typed',
  transcript: 'its transcript does not tell the answer and the end of the turn',
  dialog: 'a permission dialog is not seen',
  answer: 'an answer to a dialog does not let it go on',
} as const;
