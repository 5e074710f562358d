import type { RequestDecision, RequestSubject, PlanMode } from '../../agents/model';
import { forAgents } from '../for-agents';
import type { Speech } from '../translate';

/** What ccbot says around an agent's requests to the person. Plain text: what an agent says is never markup. */
export type RequestWords = ReturnType<typeof requestWordsIn>;

/** Those words in a language. */
export function requestWordsIn(speech: Speech) {
  const t = speech.topic('asks');
  /** Names of the modes that agents know; others are shown as the agent calls them. */
  const modes: Readonly<Record<string, string>> = {
    default: t('modeDefault'),
    acceptEdits: t('modeAcceptEdits'),
    auto: t('modeAuto'),
    plan: t('modePlan'),
    bypassPermissions: t('modeBypassPermissions'),
  };
  const modeOf = (mode: string): string => modes[mode] ?? mode;
  const done = (decision: RequestDecision): string => {
    switch (decision.do) {
      case 'allow':
        return t('doneAllow');
      case 'always':
        return t('doneAlways');
      case 'deny':
        return t('doneDeny');
      case 'answer':
        return t('doneAnswer');
      case 'approve':
        return t('doneApprove');
    }
  };
  return {
    // the head of a message
    wants: {
      command: t('wantsCommand'),
      edit: t('wantsEdit'),
      write: t('wantsWrite'),
      patch: t('wantsPatch'),
      fetch: t('wantsFetch'),
      tool: (tool: string) => t('wantsTool', { tool }),
    },
    asks: t('asks'),
    question: (n: number, of: number) => t('question', { n, of }),
    plan: t('plan'),
    leavesPlan: t('leavesPlan'),
    subAgent: (type: string) => (type === '' ? t('subAgent') : t('subAgentType', { type })),
    all: t('all'),
    emptyFile: t('emptyFile'),
    several: t('several'),
    pageOf: (n: number, of: number) => t('pageOf', { n, of }),

    // buttons
    allow: t('allow'),
    deny: t('deny'),
    denyWhy: t('denyWhy'),
    other: t('other'),
    doneChoosing: t('doneChoosing'),
    back: t('back'),
    noAnswer: t('noAnswer'),
    approve: (mode: PlanMode) => t('approve', { mode: modeOf(mode) }),
    keepPlanning: t('keepPlanning'),
    cancel: t('cancel'),
    earlier: '◀',
    later: '▶',
    show: (name: string) => t('show', { name }),
    always: {
      rules: (names: string, reach: string) => t('alwaysRules', { names, reach }),
      directories: (names: string, reach: string) => t('alwaysDirectories', { names, reach }),
      mode: (names: string, reach: string) => t('alwaysMode', { names, reach }),
    },
    reach: {
      session: t('reachSession'),
      project: t('reachProject'),
      shared: t('reachShared'),
      everywhere: t('reachEverywhere'),
    },
    mode: modeOf,
    alwaysMeans: (names: string) => t('alwaysMeans', { names }),

    // what a tap is answered with
    decided: t('decided'),
    answeredBy: (name: string, text: string) => t('answeredBy', { name, text }),
    writes: (name: string) => t('writes', { name }),
    expired: t('expired'),
    noText: t('noText'),
    chooseOne: t('chooseOne'),
    write: { reason: t('writeReason'), answer: t('writeAnswer'), feedback: t('writeFeedback') },
    done,

    // how it ended
    handing: (decision: RequestDecision) => t('handing', { done: done(decision) }),
    taken: (decision: RequestDecision, kind: RequestSubject['kind']) => {
      if (decision.do === 'approve') return `✓ ${t('takenApproved', { mode: modeOf(decision.mode) })}`;
      if (decision.do !== 'deny') return `✓ ${done(decision)}`;
      if (decision.message === forAgents.denial[kind])
        return `✗ ${kind === 'questions' ? t('takenNotAnswered') : t('takenDenied')}`;
      const said = { message: decision.message };
      return kind === 'plan' ? `✎ ${t('takenSentBack', said)}` : `✗ ${t('takenDeniedWhy', said)}`;
    },
    over: {
      elsewhere: t('overElsewhere'),
      withdrawn: t('overWithdrawn'),
      timeout: t('overTimeout'),
      gone: t('overGone'),
      ended: t('overEnded'),
    },

    // the inbox
    inboxEmpty: t('inboxEmpty'),
    inbox: t('inbox'),
    inboxOthers: t('inboxOthers'),
    waitsSince: (what: string, since: string) => t('waitsSince', { what, since }),
    dialogOpen: t('dialogOpen'),
    uncertainPrompt: t('uncertainPrompt'),

    // the rule; these are Markdown
    ruleChoose: (name: string) => t('ruleChoose', { name }),
    ruleMinutes: (minutes: number) => t('ruleMinutes', { count: minutes }),
    ruleTurn: t('ruleTurn'),
    ruleOff: t('ruleOff'),
    ruleOn: (name: string, until: string) => t('ruleOn', { name, until }),
    ruleIsOff: (name: string) => t('ruleIsOff', { name }),
    ruleOnBy: (by: string, name: string, until: string) => t('ruleOnBy', { by, name, until }),
    ruleOffBy: (by: string, name: string) => t('ruleOffBy', { by, name }),
    writtenLate: (name: string) => t('writtenLate', { name }),
    untilDone: t('untilDone'),
    ruleFor: (minutes: number) => t('ruleFor', { count: minutes }),
  } as const;
}
