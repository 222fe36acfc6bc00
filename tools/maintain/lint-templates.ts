/**
 * npm run lint:templates: cfn-lint over the synthesized templates, of config.ts and of every option that there is.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cfnLintVersion, IGNORED, runCfnLint, sortFindings } from './lint/cfn-lint';
import { LINTED_CONFIGURATIONS } from './lint/configurations';
import { lintedApp } from './lint/stacks';

function main(): number {
  const version = cfnLintVersion();
  if (version === undefined) {
    console.log('Templates: not run: cfn-lint not found. To install it: pip install cfn-lint');
    return 0;
  }
  const folder = mkdtempSync(path.join(tmpdir(), 'templates-'));
  try {
    const templates = synthesize(folder);
    const regions = [...new Set(templates.map(({ region }) => region))];
    const found = regions.flatMap((region) => {
      const ofRegion = templates.filter((template) => template.region === region);
      return runCfnLint(
        ofRegion.map(({ file }) => file),
        region,
      );
    });
    const { counting, left } = sortFindings(found);
    for (const { rule, message, file, path: place } of counting) {
      console.log(`${rule} ${path.relative(folder, file)} ${place}\n  ${message}`);
    }
    for (const { rule, reason } of IGNORED) {
      const count = left.filter((finding) => finding.rule === rule).length;
      console.log(`${rule} ignored, ${count} times: ${reason}`);
    }
    console.log(
      `Templates: ${templates.length} for ${regions.length} regions checked by ${version}: ${counting.length} findings`,
    );
    return counting.length === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @returns the templates, and the region that each is for */
function synthesize(folder: string): { readonly file: string; readonly region: string }[] {
  // CDK's own validation takes long, and a test runs it.
  process.env.CDK_VALIDATION = 'false';
  return Object.values(LINTED_CONFIGURATIONS).flatMap((config, index) => {
    const { app } = lintedApp(config, path.join(folder, String(index)));
    return app
      .synth()
      .stacks.map(({ templateFullPath, environment }) => ({ file: templateFullPath, region: environment.region }));
  });
}

try {
  process.exitCode = main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
