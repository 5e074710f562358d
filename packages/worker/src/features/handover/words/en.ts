export const en = {
  usage:
    'Say which agent takes over: {{known}}. Add the name of a session to hand over another session than the active one.',
  nothing: '{{name}} has no transcript yet, so there is nothing to hand over.',
  handedOver:
    '{{agent}} takes over from {{from}} in the new session {{name}}, and gets a summary of the work so far. {{from}} stays as it is.',
} as const;
