import type { PlanMode, RequestDecision, RequestSubject } from '../../../agents/model';
import { forAgents } from '../../../words/for-agents';
import { code } from '../../../words/markdown';
import { topic } from '../../../words/topic';
import type { SayIn } from '../../../words/translate';
import { en } from './en';
import { ru } from './ru';
import { zh } from './zh';

type Say = SayIn<typeof en>;
type Kind = RequestSubject['kind'];

export const requestWords = topic('permissions', { en, ru, zh }, (say) => ({
  menuInbox: say('menuInbox'),
  menuAllow: say('menuAllow'),
  ...headings(say),
  ...buttons(say),
  ...replies(say),
  ...results(say),
  ...inbox(say),
  ...rule(say),
}));

export type RequestWords = ReturnType<(typeof requestWords)['words']>;

/** Names of the modes that agents know; any other mode keeps the agent's name for it. */
function modesOf(say: Say): (mode: string) => string {
  const modes: Readonly<Record<string, string>> = {
    default: say('modeDefault'),
    acceptEdits: say('modeAcceptEdits'),
    auto: say('modeAuto'),
    plan: say('modePlan'),
    bypassPermissions: say('modeBypassPermissions'),
  };
  return (mode) => modes[mode] ?? mode;
}

/** The text of a message, above its buttons. */
function headings(say: Say) {
  return {
    wants: {
      command: say('wantsCommand'),
      edit: say('wantsEdit'),
      write: say('wantsWrite'),
      patch: say('wantsPatch'),
      fetch: say('wantsFetch'),
      cell: say('wantsEdit'),
      tool: (tool: string) => say('wantsTool', { tool }),
    },
    hasQuestion: say('hasQuestion'),
    hasQuestions: (n: number, of: number) => say('hasQuestions', { n, of }),
    hasPlan: say('hasPlan'),
    leavesPlan: say('leavesPlan'),
    subAgent: (type: string) => (type === '' ? say('subAgent') : say('subAgentType', { type })),
    several: say('several'),
    alwaysMeans: say('alwaysMeans'),
    oddCharacters: say('oddCharacters'),
    rightToLeft: say('rightToLeft'),
    cut: (n: number) => say('cut', { n }),
    wholeRequest: (name: string) => say('wholeRequest', { name }),
    gate: {
      masked: say('gateMasked'),
      sending: say('gateSending'),
      failed: (why: string) => say('gateFailed', { why }),
      terminal: say('gateTerminal'),
    },
  };
}

function buttons(say: Say) {
  const modeOf = modesOf(say);
  return {
    allow: say('allow'),
    deny: say('deny'),
    denyWhy: say('denyWhy'),
    other: say('other'),
    doneChoosing: say('doneChoosing'),
    back: say('back'),
    decline: say('decline'),
    approve: (mode: PlanMode) => say('approve', { mode: modeOf(mode) }),
    keepPlanning: say('keepPlanning'),
    cancel: say('cancel'),
    showThenAllow: say('showThenAllow'),
    showHidden: say('showHidden'),
    show: (name: string) => say('show', { name }),
    always: {
      rules: (names: string, reach: string) => say('alwaysRules', { names, reach }),
      directories: (names: string, reach: string) => say('alwaysDirectories', { names, reach }),
      mode: (names: string, reach: string) => say('alwaysMode', { names, reach }),
    },
    reach: {
      session: say('reachSession'),
      project: say('reachProject'),
      shared: say('reachShared'),
      everywhere: say('reachEverywhere'),
    },
    mode: modeOf,
  };
}

/** Answers to taps and texts. Plain text. */
function replies(say: Say) {
  return {
    alreadyAnswered: say('alreadyAnswered'),
    answeredMeanwhile: say('answeredMeanwhile'),
    writes: (name: string) => say('writes', { name }),
    expired: say('expired'),
    stale: say('stale'),
    cancelled: say('cancelled'),
    chooseOne: say('chooseOne'),
    notShown: say('notShown'),
    write: { reason: say('writeReason'), answer: say('writeAnswer'), feedback: say('writeFeedback') },
    done: (decision: RequestDecision) => done(say, decision),
  };
}

/** How a request was answered, or ended. */
function results(say: Say) {
  return {
    answeredBy(name: string, decision: RequestDecision, kind: Kind): string {
      const choice = choiceOf(say, decision, kind);
      return choice === undefined ? say('answeredByOnly', { name }) : say('answeredBy', { name, choice });
    },
    notTaken: `⏳ ${say('notTaken')}`,
    decided: (decision: RequestDecision) => `⏳ ${done(say, decision)} ${say('notTaken')}`,
    taken: (decision: RequestDecision, kind: Kind) => taken(say, decision, kind),
    /** No record says whether somebody answered, or the agent gave up on the question. */
    overQuestion: say('overQuestion'),
    over: {
      elsewhere: say('overElsewhere'),
      answered: say('overElsewhere'),
      unanswered: say('overUnanswered'),
      withdrawn: say('overWithdrawn'),
      timeout: say('overTimeout'),
      gone: say('overGone'),
      ended: say('overEnded'),
    },
  };
}

function done(say: Say, decision: RequestDecision): string {
  switch (decision.do) {
    case 'allow':
      return say('doneAllow');
    case 'always':
      return say('doneAlways');
    case 'deny':
      return say('doneDeny');
    case 'answer':
      return say('doneAnswer');
    case 'approve':
      return say('doneApprove');
  }
}

/** A decision as the button that made it; undefined for answers, which the message shows itself. */
function choiceOf(say: Say, decision: RequestDecision, kind: Kind): string | undefined {
  switch (decision.do) {
    case 'allow':
      return say('choiceAllow');
    case 'always':
      return say('choiceAlways');
    case 'approve':
      return say('choiceApprove', { mode: modesOf(say)(decision.mode) });
    case 'answer':
      return undefined;
    case 'deny': {
      const { message } = decision;
      if (message === forAgents.denial[kind])
        return kind === 'questions' ? say('choiceDecline') : say('choiceDeny');
      return kind === 'plan' ? say('choiceKeepPlanning', { message }) : say('choiceDenyWhy', { message });
    }
  }
}

function taken(say: Say, decision: RequestDecision, kind: Kind): string {
  if (decision.do === 'approve') return `✓ ${say('takenApproved', { mode: modesOf(say)(decision.mode) })}`;
  if (decision.do !== 'deny') return `✓ ${done(say, decision)}`;
  const { message } = decision;
  if (message === forAgents.denial[kind])
    return `✗ ${kind === 'questions' ? say('takenDeclined') : say('takenDenied')}`;
  return kind === 'plan'
    ? `✎ ${say('takenSentBack', { message })}`
    : `✗ ${say('takenDeniedWhy', { message })}`;
}

function inbox(say: Say) {
  return {
    inboxEmpty: say('inboxEmpty'),
    inbox: say('inbox'),
    inboxOthers: say('inboxOthers'),
    /** `what` is Markdown. */
    waitsSince: (what: string, since: string) => say('waitsSince', { what, since }),
    dialogOpen: say('dialogOpen'),
    uncertainPrompt: say('uncertainPrompt'),
  };
}

/** The rule that allows everything. Markdown. */
function rule(say: Say) {
  return {
    ruleChoose: (name: string) => say('ruleChoose', { name: code(name) }),
    ruleMinutes: (minutes: number) => say('ruleMinutes', { count: minutes }),
    ruleTurn: say('ruleTurn'),
    ruleOff: say('ruleOff'),
    ruleOn: (name: string, until: string) => say('ruleOn', { name: code(name), until }),
    ruleIsOff: (name: string) => say('ruleIsOff', { name: code(name) }),
    ruleOnBy: (by: string, name: string, until: string) =>
      say('ruleOnBy', { by: code(by), name: code(name), until }),
    ruleOffBy: (by: string, name: string) => say('ruleOffBy', { by: code(by), name: code(name) }),
    untilDone: say('untilDone'),
    ruleFor: (minutes: number) => say('ruleFor', { count: minutes }),
  };
}
