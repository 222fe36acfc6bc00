import { renameSync } from 'node:fs';
import { replaceFile } from '../../../../bin/manifest/editing/replace-file';

// A program of its own: replaces a file by "new", and is killed before or after the new file is in its place.
const [file = '', killed] = process.argv.slice(2);

replaceFile(file, 'new', (from, to) => {
  if (killed === 'after') renameSync(from, to);
  process.kill(process.pid, 'SIGKILL');
});
