import { regionsOf } from '../../lib/stage-stacks';
import { contextText, synthesizeStacks } from '../stacks';
import { localStage } from './stage';

// The CDK app of a local run. Unlike bin/app.ts, it takes a key server and an API from the command line, which a real
// deployment must never do, and leaves out what only a real account has.
synthesizeStacks({
  adapt: (stage, app) =>
    localStage(stage, {
      regions: JSON.parse(contextText(app, 'regions') ?? JSON.stringify(regionsOf(stage))),
      strategy: contextText(app, 'strategy'),
      environment: contextText(app, 'environment'),
    }),
  endpoints: (app) => {
    const localApiOrigin = contextText(app, 'apiOrigin');
    return { jwksUrl: String(contextText(app, 'jwksUrl')), ...(localApiOrigin !== undefined && { localApiOrigin }) };
  },
});
