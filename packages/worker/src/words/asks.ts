import type { AskDecision, AskWhat, PlanMode } from '../agents/ask';

/** Names of the modes that agents know; others are shown as the agent calls them. */
const MODES: Readonly<Record<string, string>> = {
  default: 'ask before edits',
  acceptEdits: 'accept edits',
  auto: 'auto mode',
  plan: 'plan mode',
  bypassPermissions: 'allow everything',
};

/** What ccbot says around an agent's requests to the person. Plain text: what an agent says is never markup. */
export const askWords = {
  // the head of a message
  wants: {
    command: 'wants to run',
    edit: 'wants to edit',
    write: 'wants to write',
    patch: 'wants to apply a patch',
    fetch: 'wants to fetch',
    tool: (tool: string) => `wants to use ${tool}`,
  },
  asks: 'asks',
  question: (n: number, of: number) => `question ${n} of ${of}`,
  plan: 'has a plan',
  leavesPlan: 'wants to leave plan mode. It has written no plan.',
  subAgent: (type: string) => `its sub-agent${type === '' ? '' : ` ${type}`}`,
  all: 'wherever it stands',
  emptyFile: '(an empty file)',
  several: 'Choose one or more, then Done.',
  pageOf: (n: number, of: number) => `page ${n} of ${of}`,

  // buttons
  allow: '✓ Allow',
  deny: '✗ Deny',
  denyWhy: '✗ Deny and say why…',
  other: '✎ Something else…',
  doneChoosing: '✓ Done',
  back: '← Back',
  noAnswer: '✗ No answer',
  approve: (mode: PlanMode) => `✓ Approve, ${MODES[mode] ?? mode}`,
  keepPlanning: '✎ Keep planning…',
  cancel: '← No text after all',
  earlier: '◀',
  later: '▶',
  show: (name: string) => `Show: ${name}`,
  always: {
    rules: (names: string, reach: string) => `✓ Always ${names} (${reach})`,
    directories: (names: string, reach: string) => `✓ Always in ${names} (${reach})`,
    mode: (names: string, reach: string) => `✓ From now on: ${names} (${reach})`,
  },
  reach: {
    session: 'this session',
    project: 'this project',
    shared: 'this project, for everybody',
    everywhere: 'everywhere',
  },
  mode: (mode: string) => MODES[mode] ?? mode,
  alwaysMeans: (names: string) => `“Always” would allow: ${names}`,

  // what a tap is answered with
  decided: 'Already decided.',
  expired: 'This request is over.',
  noText: 'No text, then. Choose again.',
  chooseOne: 'Choose at least one, or write something else.',
  write: {
    reason: 'Write why; your next message goes to the agent.',
    answer: 'Write your answer; your next message is it.',
    feedback: 'Write what to change; your next message goes to the agent.',
  },
  done(decision: AskDecision): string {
    switch (decision.do) {
      case 'allow':
        return 'Allowed.';
      case 'always':
        return 'Allowed, and not asked again.';
      case 'deny':
        return 'Denied.';
      case 'answer':
        return 'Answered.';
      case 'approve':
        return 'Approved.';
    }
  },

  // how it ended
  handing: (decision: AskDecision) =>
    `⏳ ${askWords.done(decision)} Waiting for the agent to come back for it.`,
  taken: (decision: AskDecision, kind: AskWhat['kind']) => {
    const sign = decision.do === 'deny' ? '✗' : '✓';
    if (decision.do === 'approve') return `${sign} Approved: ${MODES[decision.mode] ?? decision.mode}.`;
    if (decision.do !== 'deny') return `${sign} ${askWords.done(decision)}`;
    if (decision.message === askWords.denial[kind])
      return kind === 'questions' ? '✗ Not answered.' : '✗ Denied.';
    return `${kind === 'plan' ? '✎ Sent back' : '✗ Denied'}: ${decision.message}`;
  },
  over: {
    elsewhere: '⌨ Answered at the terminal.',
    withdrawn: '■ The agent does not wait for this any more (interrupted, or its time was over).',
    timeout: '⌛ Nobody answered in time. The agent asks at the terminal now; /screen shows it.',
    gone: '■ ccbot was away, and the agent does not wait for this any more.',
    ended: '■ The agent ended.',
  },

  // what the model is told
  denial: {
    permission:
      'The person denied this on their phone. Do not do it in another way; go on without it, or ask them first.',
    questions: 'The person did not want to answer. Go on as you think best, or ask in another way.',
    plan: 'The person does not approve this plan. Ask them what to change.',
  },

  // the inbox
  inboxEmpty: 'Nothing waits for you.',
  inbox: 'This waits for you:',
  waitsSince: (what: string, since: string) => `${what}, for ${since}`,
  dialogOpen: 'a dialog on the screen',
  uncertainPrompt: 'a message that may not have arrived',

  // the rule
  ruleChoose: (name: string) =>
    `Shall ${name} be allowed everything it asks for, without you? Questions and plans still come to you. Each use is in the log.`,
  ruleMinutes: (minutes: number) => `✓ For ${minutes} minutes`,
  ruleTurn: '✓ Until it is done',
  ruleOff: '✗ Stop allowing',
  ruleOn: (name: string, until: string) => `${name} is allowed everything ${until}.`,
  ruleIsOff: (name: string) => `${name} asks again.`,
  untilDone: 'until it is done',
  ruleFor: (minutes: number) => `for ${minutes} minutes`,
} as const;
