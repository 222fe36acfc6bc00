/** npm run pictures: draws what the README shows. With --check it only compares, and exits with 1 if a picture is old. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { drawDashboard } from './dashboard-picture';

const FILE = path.join(__dirname, 'dashboard.svg');

drawDashboard().then((svg) => {
  if (!process.argv.includes('--check')) return writeFileSync(FILE, svg);
  if (readFileSync(FILE, 'utf8') === svg) return;
  console.error(
    'pictures/dashboard.svg is not what the dashboard looks like now. Run "npm run pictures", and commit it.',
  );
  process.exitCode = 1;
});
