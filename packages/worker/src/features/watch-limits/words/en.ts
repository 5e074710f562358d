export const en = {
  exhausted:
    '⚠ The system has no file watches left, so ccbot checks the agents’ transcripts once a second instead. Answers still arrive, up to a second later. `ccbot doctor` shows which limit to raise.',
} as const;
