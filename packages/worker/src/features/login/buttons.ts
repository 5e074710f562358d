import { plainButton } from '../../cards/button';

export const cancelLoginButton = plainButton('login-cancel', 'nologin', 'posted');
