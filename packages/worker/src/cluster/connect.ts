import type { ConnectCluster } from './link';
import type { ForgetMachine, SurveyCluster } from './survey/survey';

/** Loads the client of NATS: a machine without a cluster never does. */
const loadClient = () => import('./nats-client');

export const connectCluster: ConnectCluster = async (settings, names, bot) => {
  const { connectNats } = await loadClient();
  return connectNats(settings, names, bot);
};

export const surveyCluster: SurveyCluster = async (settings, names, bot) => {
  const { surveyNats } = await loadClient();
  return surveyNats(settings, names, bot);
};

export const forgetMachine: ForgetMachine = async (...request) => {
  const { forgetNats } = await loadClient();
  return forgetNats(...request);
};
