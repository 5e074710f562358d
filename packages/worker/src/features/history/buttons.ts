import { sessionButton } from '../../cards/button';

export const exportButton = sessionButton('export', 'export');
