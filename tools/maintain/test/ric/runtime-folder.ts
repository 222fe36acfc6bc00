import path from 'node:path';

/** Where "npm run local -- --runtime ric" has its runtime, too. */
export const RUNTIME_FOLDER = path.join(__dirname, '../../../../.local/runtime');
