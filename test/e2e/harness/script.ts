/** What the scripted agent answers with {@link AT_ONCE}. */
export const ANSWER = 'the answer of the scripted agent';

/** A script that answers everything without a pause. By default, the agent takes some seconds for a turn, as in the demo. */
export const AT_ONCE = { turns: [{ match: '.', steps: [{ do: 'say', text: ANSWER }] }] };
