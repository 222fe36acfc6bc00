/** What to do after the setup, ready to paste. */
export function nextSteps(stage: string, needsAppId: boolean): string {
  const deploy = `npm run deploy -- --stage ${stage}`;
  if (!needsAppId) return `Next:\n  ${deploy}`;
  const column = deploy.length + 3;
  return [
    'Next:',
    `  ${'forge register'.padEnd(column)}writes the id of your app into manifest.yml`,
    `  ${deploy}`,
  ].join('\n');
}
