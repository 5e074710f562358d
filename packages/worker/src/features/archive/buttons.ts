import { confirmedButton, sessionButton } from '../../cards/button';

export const archivedButton = sessionButton('archived', 'past');
export const forgetButton = confirmedButton('forget', 'forget');
